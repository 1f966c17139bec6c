"""Groups are on both sides, and the model knows them rather than the task.

## Signature
Val falls to the accuracy of folds by group when the shared groups are left out of train.

## What would decide
A split by group.

## What to do
Split by group, or say that the model is for these groups only.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy="Split by group, or say that the model is for these groups only.",
    decides="A split by group.",
    costs="drop-leaked.inflated",
    rises=(
        "audit.SA304",
        "drop-leaked.leaked",
        "drop-leaked.gained",
        "drop-leaked.inflated",
        "drop-leaked.excess",
        "cross-validation.optimism",
        "cross-validation.home_random",
    ),
    falls=("audit.SA301", "audit.SA302", "audit.SA303", "cross-validation.gap"),
    needs=("split.groups",),
)
def leakage_group(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA304")
