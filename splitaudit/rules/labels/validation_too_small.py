"""Validation is too small to compare models on it.

## What it measures
The half width of the 95 % interval of an accuracy measured on this validation side, at its effective size: windows of
one subject or one stretch are right or wrong together.

## Why it matters
Differences between configurations that are smaller than this interval are noise. "Exactly 76 % whatever I change" can
be what twenty subjects' worth of windows look like.

## How it is decided
A probe is trained on train; the cluster-robust variance of its hits over validation's units, against the binomial one,
is the design effect, and the number of windows divided by it the effective size. The effect is the half width at an
accuracy of 0.65, so that an error (0.3) means that not even 0.5 and 0.8 can be told apart.

## What to do
Collect more units for validation, or cross-validate over units and compare models pairwise on the same windows.

## Limits
The effective size depends on how a model errs; the probe stands in for it. With few units it is a lower bound.

## References
Liang, K.-Y., Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika 73, 13-22 (the
cluster-robust variance).
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence
from splitaudit.models.outcomes import val_hits
from splitaudit.rule import Context, rule
from splitaudit.stats.paired import design_effect
from splitaudit.wording import counted

Z = 1.96
MIDDLE = 0.65


@rule(
    "SA506",
    effect="half width of the 95 % interval of an accuracy",
    warn=0.12,
    error=0.3,
    remedy="Collect more units for validation, or cross-validate over units and compare models on the same windows.",
    needs=("labels",),
    fires_on=("handful",),
)
def validation_too_small(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Measure how exactly an accuracy on val can be known."""
    units = ctx.scheme.units[len(train) :]
    n, n_units = len(val), len(np.unique(units))
    hits = val_hits(train, val, ctx)
    design = design_effect(hits, units)
    effective = max(1.0, n / design)
    of_units = "" if ctx.scheme.kind == "window" else f" of {counted(n_units, ctx.scheme.kind)}"
    half = float(min(0.5, Z * np.sqrt(MIDDLE * (1 - MIDDLE) / effective)))
    return Evidence(
        effect=half,
        summary=f"An accuracy on val is known to about ±{half:.1%}, from {counted(n, 'window')}{of_units} worth about "
        f"{effective:.0f} independent",
        details={"probe_accuracy": float(hits.mean()), "design_effect": design, "effective_windows": effective},
    )
