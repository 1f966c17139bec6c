"""The signal changes steadily along the train file.

## What it measures
How far each window statistic moves from the first to the last window of train in file order, beside what the labels
and the groups explain.

## Why it matters
A file in order of recording time that drifts is no sample of one population: a split by position validates on what
comes after, and a loader that does not shuffle makes the network forget the beginning.

## How it is decided
The statistics (normal scores, class means and group means taken out) are averaged over blocks longer than their
dependence and regressed on position. The p-value is Student's t of the slope, corrected for all statistics; the
effect is the way from first to last window in standard deviations.

## What to do
Split by unit or interleave blocks of time; detrend or recalibrate; shuffle while training.

## Limits
A trend that is the same as the order of the classes cannot be told from them. Steps and cycles are not straight lines.

## References
Brockwell, P. J., Davis, R. A. (2016). Introduction to Time Series and Forecasting, section 1.5. Springer.
"""

from __future__ import annotations

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


@rule(
    "SA402",
    effect="sd from the first to the last window",
    warn=1.0,
    error=2.0,
    remedy="Split by unit or interleave blocks of time; detrend the named channels; shuffle while training.",
    fires_on=("drifting_file",),
)
def order_trend(train: Profile, val: Profile, ctx: Context, *, top: int = 6) -> Evidence:
    """Regress window statistics on their place in the file."""
    position = train.split.rows.astype(np.float64)
    scores = _residual(pooled_scores(train, ctx)[: len(train)], train)
    if not scores.any():
        raise NotApplicable("groups and labels explain everything, no window is left to compare")
    trend = block_trend(position, scores)
    if trend.n_blocks < MIN_BLOCKS:
        stretches = counted(trend.n_blocks, "independent stretch")
        raise NotApplicable(f"train has {stretches}, {MIN_BLOCKS} are needed for a trend")
    ways = np.abs(trend.slopes) * np.ptp(position)
    pvalue = float(trend.pvalues.min())
    found = np.flatnonzero(trend.pvalues <= max(ctx.alpha, pvalue))
    worst = int(found[ways[found].argmax()])
    feature = train.feature_table[worst]
    strong = [int(j) for j in found if ways[j] >= 0.5 * ways[worst]]
    channels = tuple(dict.fromkeys(c for j in strong for c in train.feature_table[j].channels))
    rows = tuple(
        (
            signal_name(train.split, train.feature_table[j].channels),
            train.feature_table[j].statistic,
            float(ways[j]),
            float(trend.pvalues[j]),
        )
        for j in np.lexsort((-ways, trend.pvalues))[:top]
    )
    beyond = "" if pvalue <= ctx.alpha else "; no trend beyond chance"
    return Evidence(
        effect=float(ways[worst]),
        summary=f"The {feature.statistic} of {signal_name(train.split, feature.channels)} moves by {ways[worst]:.2g} "
        f"sd along the train file{beyond}",
        statistic=float(trend.statistics[worst]),
        pvalue=pvalue,
        where=Where(channels=train.place(channels)),
        exhibits=(Table(title="statistics with a trend", columns=("channel", "statistic", "sd", "p"), rows=rows),),
    )


def _residual(scores: NDArray[np.float32], train: Profile) -> NDArray[np.float32]:
    """Take out the means of groups, then of classes."""
    out: NDArray[np.float32] = scores - scores.mean(axis=0)
    for codes in (train.split.groups, train.split.y):
        if codes is not None:
            remove_means(out, codes)
    return out
