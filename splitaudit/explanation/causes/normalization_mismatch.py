"""Val was scaled otherwise than train.

## Signature
Each side is learnable alone, and moving and scaling the channels of val to train's level and spread brings accuracy
back.

## What would decide
The raw files of both sides before any scaling.

## What to do
Scale val with the statistics of train: one scaler, fitted on train, for both; convert units where a factor is named.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Scale val with the statistics of train: one scaler, fitted on train, for both; convert units "
        "where a factor is named."
    ),
    decides="The raw files of both sides before any scaling.",
    costs="align.affine",
    rises=(
        "audit.SA201",
        "audit.SA202",
        "audit.SA203",
        "audit.SA204",
        "audit.SA205",
        "audit.SA206",
        "audit.SA208",
        "audit.SA209",
        "audit.SA604",
        "align.affine",
        "align.affine_share",
        "align.affine_one",
        "align.brought_together",
        "align.brought_together_windows",
        "align.each_unit",
        "align.each_window",
        "align.apart",
        "cross-validation.gap",
        "separation.auc_unit",
        "separation.moved",
        "audit.SA101",
        "audit.SA102",
        "separation.strange",
        "repairs.scale_lead",
        "repairs.scale_share",
    ),
    falls=("align.apart_after", "align.affine_left", "audit.SA207", "put-back.put_back", "put-back.brought_together"),
)
def normalization_mismatch(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA205", "SA203", "SA209", "SA206", "SA201", "SA208", "SA202", "SA604")
