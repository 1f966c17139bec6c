"""Windows are padded differently on the two sides.

## What it measures
How much of every window is a run of one constant value in all channels, at its start and at its end, and which value
that is.

## Why it matters
Sequences of unequal length are padded to one. Padding before on one side and behind on the other, with zeros here and
with the last value there, or for a longer maximum, moves the signal to other time steps, and a recurrent network sees
its last steps best.

## How it is decided
A run counts from three samples (or a twentieth of the window) on; windows that are constant throughout do not count.
The effect is the largest difference between the sides in the mean share of padded samples, at the start or at the
end. The p-value is Student's t on unit means. Where both sides pad and the commonest values differ, that is a fact,
and the effect is the share of padded windows.

## What to do
Pad both sides by the same code: same side, same value, same length; and mask the padding.

## Limits
A signal that honestly rests at one value in all channels looks like padding.

## References
Dwarampudi, M., Reddy, N. V. S. (2019). Effects of padding on LSTMs and CNNs. arXiv:1903.07288.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.features import chunks
from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import Context, rule
from splitaudit.stats.shift import shift_test

MIN_RUN = 3
MIN_PART = 0.05
OFTEN = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class _Padding:
    """Length of the padding at both ends, shape (n, 2), and its commonest first-channel value."""

    runs: NDArray[np.int64]
    value: float | None


@rule(
    "SA604",
    effect="difference of the padded share",
    warn=0.05,
    error=0.15,
    remedy="Pad both sides by the same code: same side, same value, same length; and mask the padding.",
    fires_on=("padding_moved",),
)
def padding_mismatch(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare constant runs at both ends of the windows."""
    t = train.split.n_timesteps
    found = [_padding(side) for side in (train, val)]
    shares = np.concatenate([side.runs for side in found]) / t
    if not shares.any():
        return Evidence(effect=0.0, summary="No window is padded")
    padded = [(side.runs > 0).any(axis=1) for side in found]
    means = np.array([side.runs.mean(axis=0) / t for side in found])
    often = min(part.mean() for part in padded) >= OFTEN
    if often and found[0].value != found[1].value:
        return Evidence(
            effect=float(min(part.mean() for part in padded)),
            summary=f"Windows are padded with {found[0].value:.6g} in train and with {found[1].value:.6g} in val",
            where=Where(train_windows=np.flatnonzero(padded[0]), val_windows=np.flatnonzero(padded[1])),
        )
    test = shift_test(shares, ctx.scheme, ranks=False)
    difference = np.abs(means[1] - means[0])
    end = int(difference.argmax())
    at = ("start", "end")[end]
    longest = int(max(side.runs[:, end].max() for side in found))
    span = (0, longest) if end == 0 else (t - longest, t)
    return Evidence(
        effect=float(difference.max()),
        summary=f"Padding at the {at} of the windows takes {means[0, end]:.1%} of the time steps in train and "
        f"{means[1, end]:.1%} in val",
        statistic=float(test.statistics[end]) if np.isfinite(test.statistics[end]) else None,
        pvalue=test.pvalue,
        where=Where(
            timesteps=span if longest else None,
            train_windows=np.flatnonzero(padded[0]),
            val_windows=np.flatnonzero(padded[1]),
        ),
        details={"padded_windows_train": float(padded[0].mean()), "padded_windows_val": float(padded[1].mean())},
    )


def _padding(side: Profile) -> _Padding:
    n, t, c = side.split.X.shape
    runs = np.zeros((n, 2), dtype=np.int64)
    values: Counter[float] = Counter()
    for rows in chunks(n, t * c):
        block = side.split.X[rows]
        still = (block[:, 1:] == block[:, :-1]).all(axis=2)
        lead = np.logical_and.accumulate(still, axis=1).sum(axis=1)
        trail = np.logical_and.accumulate(still[:, ::-1], axis=1).sum(axis=1)
        ends = np.stack([lead, trail], axis=1) + 1
        least = max(MIN_RUN, int(np.ceil(MIN_PART * t)))
        ends[(ends < least) | (ends >= t)] = 0
        runs[rows] = ends
        for end, step in ((0, 0), (1, -1)):
            values.update(block[ends[:, end] > 0, step, 0].tolist())
    return _Padding(runs, values.most_common(1)[0][0] if values else None)
