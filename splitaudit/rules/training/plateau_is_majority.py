"""Validation accuracy is what always saying one class would score.

## What it measures
Whether the user's val accuracy (by predictions, as reported, or where the history stays) is the share of val's or
train's commonest class; with predictions, whether balanced accuracy is that of one answer; and how much better a cheap
probe does on the same windows.

## Why it matters
"Exactly 76 %" with 76 % of one class is no ceiling but no learning at all. Whether there was something to learn is
another question, which the probe answers.

## How it is decided
The accuracy must be within its 95 % interval of the share, given val's windows and units, and within `tolerance`;
balanced accuracy, where known, within the same of 1 / number of classes. Then the effect is how much more often a
probe that was fitted on train is right than the constant answer is, on the same windows, with a p-value from the
differences by unit. Where the probe is not clearly better, the coincidence stands as a warning. Where the accuracy is
none of those shares, the effect is 0.

## What to do
Check the head, the loss and the learning rate; weight the loss by class; report balanced accuracy.

## Limits
A coincidence is none of causes: in balanced data of many classes, a network that learned little is near the share too.

## References
Brodersen, K. H. et al. (2010). The balanced accuracy and its posterior distribution. ICPR.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence
from splitaudit.rule import Context, rule
from splitaudit.rules.training._curves import exhibits
from splitaudit.rules.training._levels import level_of, probe_hits, sampling, units_of
from splitaudit.stats.paired import paired_by_unit

COINCIDENCE = 0.05  # between the thresholds: a warning


@rule(
    "SA705",
    effect="accuracy of a probe above the constant answer that val accuracy equals",
    warn=0.03,
    error=0.1,
    remedy="Check the head, the loss and the learning rate; weight the loss by class; report balanced accuracy.",
    needs=("history|predictions|observed", "labels"),
    fires_on=("dead_network",),
)
def plateau_is_majority(train: Profile, val: Profile, ctx: Context, *, tolerance: float = 0.02) -> Evidence:
    """Compare val accuracy with the commonest class, and the commonest class with a probe."""
    if np.count_nonzero(val.label_counts) < 2:
        raise NotApplicable("val has one class, so that one answer is right")
    level = level_of(val, ctx)
    shares = val.label_counts / len(val)
    common = sorted({int(val.label_counts.argmax()), int(train.label_counts.argmax())})
    nearest = min(common, key=lambda k: abs(shares[k] - level.value))
    low, high = sampling(train, val, ctx).interval(level.value)
    reach = min(tolerance, max(high - level.value, level.value - low)) + 0.5 / len(val)
    balanced = _balanced(val, ctx)
    names = val.split.classes
    details = {
        "accuracy": level.value,
        "class": names[nearest],
        "share": float(shares[nearest]),
        "balanced_accuracy": balanced,
    }
    shown = exhibits(ctx.training.histories)
    told = f"Val accuracy {level.source} is {level.value:.1%}"
    elsewhere = abs(level.value - shares[nearest]) > reach
    if elsewhere or (balanced is not None and balanced > 1 / np.count_nonzero(shares) + reach):
        either = " or ".join(f"{names[k]} ({shares[k]:.1%})" for k in common)
        learned = "" if balanced is None else f", balanced accuracy {balanced:.1%}"
        return Evidence(
            effect=0.0,
            summary=f"{told}{learned}, not what always saying {either} scores",
            details=details,
            exhibits=shown,
        )
    hits = probe_hits(train, val, ctx)
    gain = paired_by_unit(hits - (val.y == nearest), units_of(val, ctx))
    better = gain.pvalue <= ctx.alpha
    told = f"{told}, and always saying {names[nearest]} is right about {shares[nearest]:.1%} of val"
    probe = f"a cheap probe reaches {hits.mean():.1%}"
    return Evidence(
        effect=max(gain.mean, COINCIDENCE) if better else COINCIDENCE,
        summary=f"{told}; {probe if better else f'{probe}, no better as far as val can tell'}",
        pvalue=gain.pvalue if better else None,
        interval=gain.interval() if gain.df > 0 else None,
        details={**details, "probe": float(hits.mean())},
        exhibits=shown,
    )


def _balanced(val: Profile, ctx: Context) -> float | None:
    """Mean share of right predictions over the classes of val."""
    given = ctx.training.predictions
    if given is None:
        return None
    right = np.bincount(val.y, weights=given.labels == val.y, minlength=len(val.label_counts))
    here = val.label_counts > 0
    return float((right[here] / val.label_counts[here]).mean())
