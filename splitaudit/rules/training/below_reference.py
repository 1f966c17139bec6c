"""The network is clearly worse on validation than a cheap probe.

## What it measures
Val accuracy of the user's model (by its predictions, as reported, or the best of the history) against that of a probe,
extremely randomised trees on window statistics, fitted on train and scored on the same val windows.

## Why it matters
A probe that takes a second is a floor: what it finds in the windows is there to be found. A network far below it is
held back by its training or its input pipeline, not by the split, and no ceiling of the data explains it.

## How it is decided
With predictions, the difference is taken window by window and its p-value and interval by unit; without, from the
errors of both accuracies, with windows of a unit right or wrong together as the probe's errors show. A small lag is
common where train is small, so it is a warning from 5 points on and an error from 10.

## What to do
Check that the network sees what the probe sees (scaling, order of channels, shuffled labels, evaluation mode); then
learning rate, epochs and the head.

## Limits
On a leaking split the probe profits from the leak as well. Predictions that are not in val's order look like a network
that learned nothing.

## References
Geurts, P., Ernst, D., Wehenkel, L. (2006). Extremely randomized trees. Machine Learning 63, 3-42.
Cameron, A. C., Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. J. Human Resources 50(2).
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.data.training import Floats
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import Context, rule
from splitaudit.rules.training._curves import exhibits
from splitaudit.rules.training._levels import Level, level_of, probe_hits, shortfall

ELSEWHERE = 0.05
HALF = 0.5  # of the draws of the probe
OUT_OF_ORDER = (
    "The predictions score far below the accuracy that was reported: give them in the order of val's windows."
)


@rule(
    "SA706",
    effect="accuracy of a cheap probe above the network's",
    warn=0.05,
    error=0.1,
    remedy="Check that the network sees what the probe sees (scaling, order of channels, shuffled labels, evaluation "
    "mode); then learning rate, epochs and the head.",
    needs=("history|predictions|observed", "labels"),
    fires_on=("stopped_early",),
)
def below_reference(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare the user's val accuracy with a probe's."""
    level = level_of(val, ctx)
    hits = probe_hits(train, val, ctx)
    gap = shortfall(train, val, ctx, level)
    told = f"Val accuracy {level.source} is {level.value:.1%}, a cheap probe reaches {hits.mean():.1%}"
    disordered = _out_of_order(level, ctx)
    return Evidence(
        effect=max(gap.mean, 0.0),
        summary=f"{told}; {ctx.training.observed:.1%} was reported" if disordered else told,
        statistic=gap.mean / gap.error if 0 < gap.error < np.inf else None,
        pvalue=gap.pvalue,
        interval=gap.interval() if gap.df > 0 else None,
        smallest_visible=gap.visible(ctx.alpha),
        where=_where(level, hits),
        remedy=OUT_OF_ORDER if disordered else None,
        details={"accuracy": level.value, "probe": float(hits.mean()), "paired": level.hits is not None},
        exhibits=exhibits(ctx.training.histories),
    )


def _out_of_order(level: Level, ctx: Context) -> bool:
    """Whether predictions score well below what was reported."""
    reported = ctx.training.observed
    return level.hits is not None and reported is not None and level.value < reported - ELSEWHERE


def _where(level: Level, hits: Floats) -> Where:
    """Windows that the probe gets right and the network wrong."""
    if level.hits is None:
        return Where()
    return Where(val_windows=np.flatnonzero((hits > HALF) & (level.hits == 0)).astype(np.int64))
