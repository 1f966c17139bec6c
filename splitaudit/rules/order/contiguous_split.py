"""The split is one cut through a recording, and that costs accuracy.

## What it measures
Whether validation simply continues train, by time on a shared recording or by file order; and what a probe loses from
random folds inside train to validation.

## Why it matters
"The last 20 %" is not a random fifth of a recording: people tire, electrodes dry, markets turn. Random folds inside
train promise what the cut cannot keep, and the ceiling that follows has nothing to do with the network.

## How it is decided
The sides form one cut where, in time order on shared recordings, they alternate hardly ever; without time, where the
first validation window resembles the last train window far more than windows usually do. The effect is then the
accuracy of a probe in random folds of train minus that on validation, 0 for splits that are no such cut. The p-value
is Student's t over units of both sides.

## What to do
For forecasting, keep the cut, leave a gap and report the score as what it is. Otherwise split by recording, or deal
blocks of time with gaps to the sides, and compare by-block folds, not random ones.

## Limits
Needs labels. Which part of the loss is drift and which is memorising neighbours, SA106, SA305 and the explanation
tell apart.

## References
Bergmeir, C., Benitez, J. M. (2012). On the use of cross-validation for time series predictor evaluation. Information
Sciences 191, 192-213.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import pdist

from splitaudit.data.clock import alternation
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence
from splitaudit.models.outcomes import train_probabilities, val_probabilities
from splitaudit.models.pooled import pooled_scores
from splitaudit.rule import Context, rule
from splitaudit.stats.shift import shift_test
from splitaudit.wording import counted

MIN_WINDOWS = 40
SELDOM = 0.2
CLOSE = 0.02
ENDS = 3
MAX_PAIRS = 2000


@rule(
    "SA403",
    effect="accuracy lost from random folds to the cut",
    warn=0.1,
    error=0.2,
    remedy="Split by recording or deal blocks of time with gaps to the sides; for forecasting keep the cut, leave a "
    "gap and compare with by-block folds.",
    needs=("labels",),
    fires_on=("cut_recording",),
)
def contiguous_split(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """See whether validation continues train, and what the probe loses by that."""
    if len(train) < MIN_WINDOWS or (train.label_counts > 0).sum() < 2:
        n_classes = int((train.label_counts > 0).sum())
        raise NotApplicable(
            f"train has {counted(len(train), 'window')} of {counted(n_classes, 'class')}, too few to score"
        )
    continues = _continues(train, val, ctx)
    if continues is None:
        return Evidence(effect=0.0, summary="Validation does not continue train")
    inside = (train_probabilities(train, ctx, by_unit=False).argmax(axis=1) == train.y).astype(np.float64)
    beyond = (val_probabilities(train, val, ctx).argmax(axis=1) == val.y).astype(np.float64)
    test = shift_test(np.concatenate([inside, beyond])[:, None], ctx.scheme, ranks=False)
    lost = float(inside.mean() - beyond.mean())
    return Evidence(
        effect=max(0.0, lost),
        summary=f"{continues}; a probe is right about {inside.mean():.1%} in random folds of train and "
        f"{beyond.mean():.1%} of val",
        statistic=float(test.statistics[0]) if np.isfinite(test.statistics[0]) else None,
        pvalue=test.pvalue if lost > 0 else 1.0,
        smallest_visible=float(test.visible(ctx.alpha / 15)[0]) if np.isfinite(test.errors[0]) else None,
        details={"accuracy_random_folds": float(inside.mean()), "accuracy_val": float(beyond.mean())},
    )


def _continues(train: Profile, val: Profile, ctx: Context) -> str | None:
    """Say how validation continues train, or None."""
    groups = train.split.groups, val.split.groups
    if groups[0] is not None and groups[1] is not None and np.isin(groups[1], groups[0]).mean() < 0.5:
        return None
    turns = alternation(train.split, val.split)
    if turns is not None:
        seldom = turns.covered >= 0.5 and turns.runs <= SELDOM * turns.expected
        return f"Val is cut out of the same time as train in {turns.runs} stretches" if seldom else None
    scores = pooled_scores(train, ctx)
    ours, theirs = scores[: len(train)], scores[len(train) :]
    joint = np.linalg.norm(ours[-ENDS:].mean(axis=0) - theirs[:ENDS].mean(axis=0))
    starts = np.linspace(0, len(train) - ENDS, min(200, len(train) - ENDS)).astype(int)
    far = pdist(np.stack([ours[s : s + ENDS].mean(axis=0) for s in starts]))
    some = np.unique(np.linspace(0, len(train) - 2, MAX_PAIRS).astype(int))
    near = np.linalg.norm(ours[some + 1] - ours[some], axis=1)
    usual = np.linalg.norm(ours[(some + len(train) // 2) % len(train)] - ours[some], axis=1)
    in_order = np.median(near) < 0.9 * np.median(usual)
    return "Val continues the train file" if in_order and (far <= joint).mean() <= CLOSE else None
