"""The finite part of a split: what is audited when samples are NaN, infinite, or too large to be squared.

Nothing is repaired. A channel that is mostly non-finite on either side is set aside on both; then every window with a
non-finite sample is set aside. What was set aside travels on as :class:`~splitaudit.data.profile.Losses` and is
reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.features import chunks
from splitaudit.data.profile import Losses, named
from splitaudit.data.scales import usable
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
    found = [_non_finite(side.X) for side in (train, val)]
    shares = [bad.mask.mean(axis=0) for bad in found]
    dropped = tuple(np.flatnonzero((shares[0] > MOSTLY) | (shares[1] > MOSTLY)).tolist())
    losses = (_losses(train, found[0], dropped), _losses(val, found[1], dropped))
    if not any(side.n_samples for side in losses):
        return train, val, losses
    if len(dropped) == train.n_channels:
        k = 0 if shares[0].min() >= shares[1].min() else 1
        raise all_lost((train, val)[k], losses[k])
    keep = [c for c in range(train.n_channels) if c not in dropped]
    sides = []
    for side, bad, lost in zip((train, val), found, losses, strict=True):
        whole = ~bad.mask[:, keep].any(axis=1)
        if not whole.any():
            raise none_whole(side, lost)
        kept = side.take_channels(keep) if dropped else side
        sides.append(kept.take(whole))
    return sides[0], sides[1], losses


def all_lost(side: Split, lost: Losses) -> DataError:
    """Refuse a side of which no channel is left; its windows may be read when they are needed."""
    return DataError(
        f"{side.source or side.name}: most windows of every channel hold {named([lost])}{_padding(side.X)}"
    )


def none_whole(side: Split, lost: Losses) -> DataError:
    """Refuse a side of which no window is left."""
    what = named([lost]).replace(" or ", " and ")
    return DataError(f"{side.source or side.name}: no window of X is free of {what}")


def _padding(X: NDArray[Any]) -> str:
    """Say what to do if these are windows of unequal length that were padded with NaN."""
    padded = False
    for rows in chunks(len(X), X.shape[1] * X.shape[2]):
        missing = np.isnan(X[rows]).any(axis=2)
        if missing[:, 0].any() or (missing[:, :-1] & ~missing[:, 1:]).any():
            return ""
        padded = padded or bool(missing.any())
    if not padded:
        return ""
    return "; they end in NaN, as padded windows do: cut all to one length, or pad them with a number"


@dataclass(frozen=True, slots=True, eq=False)
class _Bad:
    """Which (window, channel) hold non-finite samples, how many there are per (time step, channel), how many large."""

    mask: NDArray[np.bool_]
    counts: NDArray[np.int64]
    n_large: int


def _non_finite(X: NDArray[Any]) -> _Bad:
    n, t, c = X.shape
    mask, counts, n_large = np.zeros((n, c), dtype=bool), np.zeros((t, c), dtype=np.int64), 0
    if X.dtype.kind != "f":
        return _Bad(mask, counts, 0)
    for rows in chunks(n, t * c):
        bad = ~usable(X[rows])
        if bad.any():
            mask[rows] = bad.any(axis=1)
            counts += bad.sum(axis=0)
            n_large += int(np.isfinite(X[rows][bad]).sum())
    return _Bad(mask, counts, n_large)


def _losses(side: Split, bad: _Bad, dropped: tuple[int, ...]) -> Losses:
    steps = np.flatnonzero(bad.counts.any(axis=1))
    return Losses(
        n_read=len(side),
        windows=np.flatnonzero(bad.mask.any(axis=1)).astype(np.int64),
        per_channel=bad.counts.sum(axis=0),
        n_samples=int(bad.counts.sum()),
        n_large=bad.n_large,
        first_timestep=int(steps[0]) if len(steps) else None,
        last_timestep=int(steps[-1]) if len(steps) else None,
        dropped_channels=dropped,
        channels=side.channels,
    )
