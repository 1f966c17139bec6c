"""Windows depend on each other, so there are fewer than there seem.

## What it measures
The overlap of successive windows, the integrated autocorrelation time of window statistics in file (or time) order,
and the effective number of windows that is left.

## Why it matters
Ten thousand windows cut with a stride of four samples are not ten thousand observations. Intervals, tests and early
stopping that count windows are then far too sure of themselves.

## How it is decided
The effective number is the number of windows divided by the integrated autocorrelation time of the median window
statistic (of what the class means leave of it, in a file that lists one class after the other), and never more than
the windows that the samples would fill side by side, without overlap. The effect is the share of windows that this
takes away. It is an error only where fewer than ten effective windows are left in validation, so
that accuracy on it says nearly nothing; else it is capped below the error threshold.

## What to do
Count units, not windows; use a larger stride for validation; report intervals over recordings or subjects.

## Limits
Dependence between subjects' windows beyond their order (a common trait) is not counted here; units are (see SA506).

## References
Geyer, C. J. (1992). Practical Markov chain Monte Carlo. Statistical Science 7(4), 473-483.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.data.scheme import order_of, sorted_by_class
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence
from splitaudit.models.pooled import pooled_scores
from splitaudit.rule import Context, rule
from splitaudit.stats.dependence import autocorrelation, integrated_time
from splitaudit.stats.units import remove_means

MIN_WINDOWS = 20
LEAST = 10.0
CAP = 0.949


@rule(
    "SA404",
    effect="share of the windows that dependence takes away",
    warn=0.9,
    error=0.95,
    remedy="Count units, not windows; use a larger stride for validation and report intervals over recordings.",
    fires_on=("heavy_overlap",),
)
def dependent_windows(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Measure the effective sample size of both sides."""
    scores = np.split(pooled_scores(train, ctx), [len(train)])
    found = {
        name: _effective(side, part)
        for name, side, part in zip(("train", "val"), (train, val), scores, strict=True)
        if len(side) >= MIN_WINDOWS
    }
    if not found:
        raise NotApplicable(f"{len(train)} and {len(val)} windows have no autocorrelation to speak of")
    shares = {name: 1 - effective / n for name, (effective, n, _) in found.items()}
    effect = max(shares.values())
    left = found["val"][0] if len(val) >= MIN_WINDOWS else float(len(val))
    if left >= LEAST:
        effect = min(effect, CAP)
    said = [f"{n} windows of {name} are worth about {effective:.0f}" for name, (effective, n, _) in found.items()]
    overlaps = [stride for _, _, stride in found.values() if stride < train.split.n_timesteps]
    overlap = f"; successive windows start {min(overlaps)} samples apart and overlap" if overlaps else ""
    return Evidence(
        effect=effect,
        summary=" and ".join(said) + overlap,
        details={"effective_windows": {name: round(effective, 1) for name, (effective, _, _) in found.items()}},
    )


def _effective(side: Profile, scores: NDArray[np.float32]) -> tuple[float, int, int]:
    """Effective number of windows, number of windows, stride."""
    order = order_of(side)
    if sorted_by_class(side):  # windows of one class are alike without depending on each other
        scores = scores.copy()
        remove_means(scores, side.y)
    scores = scores[order.order]
    scores = scores[:, scores.std(axis=0) > 0.1]
    n = len(side)
    cuts = np.flatnonzero(np.diff(order.segments)) + 1
    pieces = [piece for piece in np.split(scores, cuts) if len(piece) > 3]
    t, overlap = side.split.n_timesteps, order.overlap
    stride = overlap.stride if overlap.joined.mean() > 0.5 else t
    filled = n - int(overlap.joined.sum()) * (1 - overlap.stride / t)
    if not pieces or not scores.shape[1]:
        return filled, n, stride
    longest = max(len(piece) for piece in pieces)
    times = integrated_time(autocorrelation(pieces, max_lag=max(1, longest // 3)))
    return min(n / float(np.median(times)), filled), n, stride
