"""The signals of val were recorded under conditions that train has not seen.

## Signature
Each side is learnable alone, units of val are recognisable, and no correction of level, spread, order or sign brings
accuracy back.

## What would decide
A few labelled windows of the new condition added to train: accuracy must come back.

## What to do
Compare devices, filters, sampling rates and conditions at the named place; record train under the same conditions or
draw the split again.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Compare devices, filters, sampling rates and conditions at the named place; record train under "
        "the same conditions or draw the split again."
    ),
    decides="A few labelled windows of the new condition added to train: accuracy must come back.",
    costs="cross-validation.gap",
    rises=(
        "cross-validation.gap",
        "cross-validation.gap_t",
        "cross-validation.gap_share",
        "cross-validation.home",
        "audit.SA101",
        "audit.SA102",
        "audit.SA103",
        "audit.SA104",
        "separation.auc_unit",
        "separation.auc_window",
        "separation.strange",
        "separation.p_shift",
        "separation.moved",
        "separation.strange_gap",
        "align.apart",
        "align.apart_after",
        "reshuffle.redrawn",
        "confidence-curve.confident_less_right",
    ),
    falls=(
        "align.affine_share",
        "align.brought_together",
        "put-back.brought_together",
        "put-back.put_back",
        "align.affine",
        "audit.SA205",
        "audit.SA207",
        "relabel.map",
    ),
)
def covariate_shift(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA103", "SA102", "SA104", "SA101")
