"""How different do the windows of the sides look?

## How
Taken from the adversary of rule SA101 and the tests SA102 to SA104: whether a classifier tells val from train, by
window and by unit, and how far the most moved statistic moved.

## Outcomes
``auc_window`` and ``auc_unit``; ``strange``: share of val windows that look less like train than 99 in 100 of train;
``strange_gap``: accuracy on familiar val windows less accuracy on strange ones; ``p_shift``: minus log10 of the
smallest p-value of the tests of shift; ``moved``: shift of the most moved statistic in train sd.

## Limits
Sides can be told apart and the split still be right: subjects are different people.
"""

from __future__ import annotations

import numpy as np

from splitaudit.errors import NotApplicable
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, number
from splitaudit.models.pooled import adversary

TESTS = ("SA101", "SA102", "SA103", "SA104", "SA201")


@experiment()
def separation(lab: Lab) -> Measured:
    """Read how the sides differ off the audit's adversary and tests."""
    if min(lab.ctx.scheme.n_train_units, lab.ctx.scheme.n_val_units) < 2:
        raise NotApplicable("a side has one unit, so nothing says how units differ")
    found = adversary(lab.train, lab.ctx)
    foreign = found.windows >= len(lab.train)
    limit = np.quantile(found.scores[~foreign], 0.99)
    rows = found.windows[foreign] - len(lab.train)
    strange = found.scores[foreign] > limit
    gap = 0.0
    if lab.train.has("labels") and lab.val.has("labels") and 5 <= strange.sum() <= len(strange) - 5:
        hits = lab.hits_val[rows]
        gap = float(hits[~strange].mean() - hits[strange].mean())
    pvalues = [
        float(lab.findings[code].evidence.get("p_value_unadjusted", 1.0)) for code in TESTS if code in lab.findings
    ]
    smallest = max(min(pvalues, default=1.0), 1e-12)
    moved = lab.findings["SA102"].effect if "SA102" in lab.findings else None
    return Measured(
        outcomes={
            "auc_window": number(
                found.auc, "AUC", f"single windows of val are told from train with AUC {found.auc:.2f}"
            ),
            "auc_unit": number(
                found.unit_auc, "AUC", f"units of val are told from train with AUC {found.unit_auc:.2f}"
            ),
            "strange": number(
                strange.mean(), "share of val windows", f"{strange.mean():.0%} of val looks like nothing in train"
            ),
            "strange_gap": number(
                gap,
                "difference of accuracy",
                f"on windows that look like train the probe is {100 * gap:+.0f} points better",
            ),
            "p_shift": number(
                -np.log10(smallest), "-log10 p", f"the smallest p of the tests of shift is {smallest:.1g}"
            ),
            "moved": number(moved or 0.0, "train sd", f"the most moved statistic moved by {moved or 0.0:.2g} train sd"),
        },
        summary=f"AUC {found.auc:.2f} by window, {found.unit_auc:.2f} by unit; {strange.mean():.0%} of val is strange",
    )
