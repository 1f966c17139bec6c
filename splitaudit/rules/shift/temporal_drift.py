"""The signal drifts over time, and validation lies further along.

## What it measures
How window statistics move with time over both sides together, and how much of the way from train to validation that
movement explains.

## Why it matters
Sensors warm up, electrodes dry, markets and machines change. A split in order then validates on conditions that train
has not seen, and a random split hides that the model will age.

## How it is decided
The means of every statistic (normal scores) over blocks of train windows, longer than the dependence that is left
beside a straight line, are regressed on time: a drift must already show inside train. The p-value is the t tail of that
slope, corrected for all statistics; the effect is what the slope predicts for the way from the middle of train to the
middle of validation, in standard deviations of the statistic, as far as validation did move that way.

## What to do
Detrend or recalibrate, give the model features that do not drift, retrain regularly, and say which time the score
holds for.

## Limits
Needs time that runs on from train to validation in one recording (or none named): where groups or recordings are the
units, each has its own clock and the rule is skipped.

## References
Gama, J. et al. (2014). A survey on concept drift adaptation. ACM Computing Surveys 46(4).
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.naming import signal_name
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.models.pooled import pooled_scores
from splitaudit.rule import Context, rule
from splitaudit.stats.trend import block_trend
from splitaudit.wording import counted

MIN_BLOCKS = 5
SMALL = 1e-9


@rule(
    "SA106",
    effect="train sd moved by drift",
    warn=0.3,
    error=0.8,
    remedy="Detrend or recalibrate the named channels, or draw the split so that both sides span the whole time.",
    needs=("time",),
    fires_on=("drifting_time",),
)
def temporal_drift(train: Profile, val: Profile, ctx: Context, *, top: int = 6) -> Evidence:
    """Regress window statistics on time inside train and see whether validation lies further along."""
    scheme = ctx.scheme
    if scheme.kind in ("group", "recording"):
        raise NotApplicable(f"units are {scheme.kind}s, each with its own time")
    assert train.split.time is not None
    assert val.split.time is not None
    time = np.concatenate([train.split.time, val.split.time])
    if np.ptp(time[: len(train)]) < SMALL:
        raise NotApplicable("time is the same for all train windows")
    scores = pooled_scores(train, ctx)
    ours, theirs = np.arange(len(time)) < len(train), np.arange(len(time)) >= len(train)
    trend = block_trend(time[ours], scores[ours])
    if trend.n_blocks < MIN_BLOCKS:
        stretches = counted(trend.n_blocks, "independent stretch")
        raise NotApplicable(f"train has {stretches}, {MIN_BLOCKS} are needed for a trend")
    p = trend.pvalues
    way = time[theirs].mean() - time[ours].mean()
    moved = scores[theirs].mean(axis=0) - scores[ours].mean(axis=0)
    predicted = trend.slopes * way
    # only what validation really moved counts, and only in the predicted direction
    effects = np.where(np.sign(moved) == np.sign(predicted), np.minimum(np.abs(moved), np.abs(predicted)), 0.0)
    pvalue = float(p.min())
    found = np.flatnonzero(p <= max(ctx.alpha, pvalue))
    worst = int(found[effects[found].argmax()])
    strong = [int(j) for j in found if effects[j] >= 0.5 * effects[worst]]
    channels = tuple(dict.fromkeys(c for j in strong for c in train.feature_table[j].channels))
    feature = train.feature_table[worst]
    rows = tuple(
        (
            signal_name(train.split, train.feature_table[j].channels),
            train.feature_table[j].statistic,
            float(effects[j]),
            float(p[j]),
        )
        for j in np.lexsort((-effects, p))[:top]
    )
    beyond = "" if pvalue <= ctx.alpha else "; no trend beyond chance"
    return Evidence(
        effect=float(effects[worst]),
        summary=f"The {feature.statistic} of {signal_name(train.split, feature.channels)} drifts inside train and lies "
        f"{effects[worst]:.2g} sd further in val{beyond}",
        statistic=float(trend.statistics[worst]),
        pvalue=pvalue,
        where=Where(channels=train.place(channels)),
        details={"time_from_train_to_val": float(way)},
        exhibits=(Table(title="drifting statistics", columns=("channel", "statistic", "sd", "p"), rows=rows),),
    )
