"""The signal changes steadily along a file.

## What it measures
How far each window statistic moves from the first to the last window of a side in file order, beside what the labels
and the groups explain.

## Why it matters
A file in order of recording time that drifts is no sample of one population: a split by position validates on what
comes after, and a loader that does not shuffle makes the network forget the beginning. Where only validation drifts,
its mean may agree with train's, and its score is one of conditions that train does not hold.

## How it is decided
The statistics (normal scores, class means and group means taken out) are averaged over blocks longer than their
dependence and regressed on position. The p-value is Student's t of the slope, corrected for all statistics and both
sides; the effect is the way from first to last window in standard deviations.

## What to do
Split by unit or interleave blocks of time; detrend or recalibrate; shuffle while training.

## Limits
A trend that is the same as the order of the classes cannot be told from them. Steps and cycles are not straight lines.

## References
Brockwell, P. J., Davis, R. A. (2016). Introduction to Time Series and Forecasting, section 1.5. Springer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import signal_name
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.models.pooled import pooled_scores
from splitaudit.rule import Context, rule
from splitaudit.stats.trend import block_trend
from splitaudit.stats.units import remove_means
from splitaudit.wording import counted

MIN_BLOCKS = 5
SIDES = ("train", "val")

FloatArray = NDArray[np.float64]


@rule(
    "SA402",
    effect="sd from the first to the last window",
    warn=1.0,
    error=2.0,
    remedy="Split by unit or interleave blocks of time; detrend the named channels; shuffle while training.",
    fires_on=("drifting_file",),
)
def order_trend(train: Profile, val: Profile, ctx: Context, *, top: int = 6) -> Evidence:
    """Regress window statistics on their place in the file of each side."""
    found = [_along(side, scores) for side, scores in _sides(train, val, ctx)]
    judged = [each for each in found if isinstance(each, _Along)]
    if not judged:
        raise NotApplicable("; ".join(f"{name}: {why}" for name, why in zip(SIDES, found, strict=True)))
    for each in judged:
        each.pvalues = np.minimum(1.0, each.pvalues * len(judged))
    pvalue = min(float(each.pvalues.min()) for each in judged)
    level = max(ctx.alpha, pvalue)
    side = max(judged, key=lambda each: each.farthest(level))
    worst = side.worst(level)
    feature = train.feature_table[worst]
    strong = [j for j in side.beyond(level) if side.ways[j] >= 0.5 * side.ways[worst]]
    channels = tuple(dict.fromkeys(c for j in strong for c in train.feature_table[j].channels))
    rows = tuple(
        (
            each.name,
            signal_name(train.split, train.feature_table[j].channels),
            train.feature_table[j].statistic,
            float(each.ways[j]),
            float(each.pvalues[j]),
        )
        for each in judged
        for j in np.lexsort((-each.ways, each.pvalues))[:top]
    )
    beyond = "" if pvalue <= ctx.alpha else "; no trend beyond chance"
    silent = [f"{name}: {each}" for name, each in zip(SIDES, found, strict=True) if isinstance(each, str)]
    columns = ("side", "channel", "statistic", "sd", "p")
    return Evidence(
        effect=float(side.ways[worst]),
        summary=f"The {feature.statistic} of {signal_name(train.split, feature.channels)} moves by "
        f"{side.ways[worst]:.2g} sd along the {side.name} file{beyond}",
        statistic=float(side.statistics[worst]),
        pvalue=pvalue,
        where=Where(channels=train.place(channels)),
        details={"not_judged": silent} if silent else {},
        exhibits=(Table(title="statistics with a trend", columns=columns, rows=rows),),
    )


@dataclass(eq=False)
class _Along:
    """Each statistic along one file: sd from the first to the last window, Student's t and its p-value."""

    name: str
    ways: FloatArray
    statistics: FloatArray
    pvalues: FloatArray

    def beyond(self, level: float) -> list[int]:
        """Statistics that move beyond chance."""
        return [int(j) for j in np.flatnonzero(self.pvalues <= level)]

    def worst(self, level: float) -> int:
        """The one of them that moves farthest."""
        return max(self.beyond(level), key=lambda j: float(self.ways[j]))

    def farthest(self, level: float) -> float:
        """How far that is; nothing if none does."""
        return max((float(self.ways[j]) for j in self.beyond(level)), default=-1.0)


def _sides(train: Profile, val: Profile, ctx: Context) -> list[tuple[Profile, NDArray[np.float32]]]:
    scores = pooled_scores(train, ctx)
    return [(train, scores[: len(train)]), (val, scores[len(train) :])]


def _along(side: Profile, scores: NDArray[np.float32]) -> _Along | str:
    """Regress one side's statistics on position, or say why not."""
    position = side.split.rows.astype(np.float64)
    scores = _residual(scores, side)
    if not scores.any():
        return "groups and labels explain everything, no window is left to compare"
    trend = block_trend(position, scores)
    if trend.n_blocks < MIN_BLOCKS:
        stretches = counted(trend.n_blocks, "independent stretch")
        return f"{stretches}, {MIN_BLOCKS} are needed for a trend"
    return _Along(side.split.name, np.abs(trend.slopes) * np.ptp(position), trend.statistics, trend.pvalues)


def _residual(scores: NDArray[np.float32], side: Profile) -> NDArray[np.float32]:
    """Take out the means of groups, then of classes."""
    out: NDArray[np.float32] = scores - scores.mean(axis=0)
    for codes in (side.split.groups, side.split.y):
        if codes is not None:
            remove_means(out, codes)
    return out
