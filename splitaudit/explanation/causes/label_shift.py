"""Val holds the classes in other shares than train.

## Signature
Inside each class val is as accurate as train; class shares differ, and weighting by them repairs what is lost.

## What would decide
Accuracy per class on both sides.

## What to do
Weight classes by the shares expected in use, report balanced accuracy, or draw the split stratified by class.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Weight classes by the shares expected in use, report balanced accuracy, or draw the split stratified by class."
    ),
    decides="Accuracy per class on both sides.",
    costs="cross-validation.gap_by_shares",
    rises=(
        "audit.SA501",
        "audit.SA502",
        "relabel.shares",
        "relabel.reweight",
        "cross-validation.gap_by_shares",
        "error-slices.unknown",
        "repairs.shares_lead",
        "repairs.shares_share",
    ),
    falls=("cross-validation.gap_beyond_shares", "cross-validation.home"),
)
def label_shift(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA502", "SA501")
