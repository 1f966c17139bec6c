"""The finite part of a split: what is audited when samples are NaN or infinite.

Nothing is repaired. A channel that is mostly non-finite on either side is set aside on both; then every window with a
non-finite sample is set aside. What was set aside travels on as :class:`~splitaudit.data.profile.Losses` and is
reported.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.features import chunks
from splitaudit.data.profile import Losses
from splitaudit.data.split import Split
from splitaudit.errors import DataError

MOSTLY = 0.5


def finite_part(train: Split, val: Split) -> tuple[Split, Split, tuple[Losses, Losses]]:
    """Return both sides without non-finite samples, and what was lost.

    Raises
    ------
    DataError
        If a side has no finite window left.
    """
    bad = [_non_finite(side.X) for side in (train, val)]
    if not any(mask.any() for mask, _ in bad):
        return train, val, (_losses(train, *bad[0], ()), _losses(val, *bad[1], ()))
    shares = [mask.mean(axis=0) for mask, _ in bad]
    dropped = tuple(np.flatnonzero((shares[0] > MOSTLY) | (shares[1] > MOSTLY)).tolist())
    if len(dropped) == train.n_channels:
        worst = train if shares[0].min() >= shares[1].min() else val
        raise DataError(
            f"{worst.source or worst.name}: most windows of every channel hold NaN or infinity{_padding(worst.X)}"
        )
    losses = (_losses(train, *bad[0], dropped), _losses(val, *bad[1], dropped))
    keep = [c for c in range(train.n_channels) if c not in dropped]
    sides = []
    for side, (mask, _) in zip((train, val), bad, strict=True):
        whole = ~mask[:, keep].any(axis=1)
        if not whole.any():
            raise DataError(f"{side.source or side.name}: no window of X is free of NaN and infinity")
        kept = side.take_channels(keep) if dropped else side
        sides.append(kept.take(whole))
    return sides[0], sides[1], losses


def _padding(X: NDArray[Any]) -> str:
    """Say what to do if these are windows of unequal length that were padded with NaN."""
    for rows in chunks(X.shape[0], X[0].size):
        missing = np.isnan(X[rows]).any(axis=2)
        if missing[:, 0].any() or (missing[:, :-1] & ~missing[:, 1:]).any():
            return ""
    return "; they end in NaN, as padded windows do: cut all to one length, or pad them with a number"


def _non_finite(X: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which (window, channel) hold non-finite samples, and how many there are per (time step, channel)."""
    n, t, c = X.shape
    mask, counts = np.zeros((n, c), dtype=bool), np.zeros((t, c), dtype=np.int64)
    if X.dtype.kind != "f":
        return mask, counts
    for rows in chunks(n, t * c):
        bad = ~np.isfinite(X[rows])
        if bad.any():
            mask[rows] = bad.any(axis=1)
            counts += bad.sum(axis=0)
    return mask, counts


def _losses(side: Split, mask: NDArray[np.bool_], counts: NDArray[np.int64], dropped: tuple[int, ...]) -> Losses:
    steps = np.flatnonzero(counts.any(axis=1))
    return Losses(
        n_read=len(side),
        windows=np.flatnonzero(mask.any(axis=1)).astype(np.int64),
        per_channel=counts.sum(axis=0),
        n_samples=int(counts.sum()),
        first_timestep=int(steps[0]) if len(steps) else None,
        last_timestep=int(steps[-1]) if len(steps) else None,
        dropped_channels=dropped,
        channels=side.channels,
    )
