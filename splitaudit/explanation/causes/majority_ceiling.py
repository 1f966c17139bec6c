"""Accuracy is the share of the largest class, and nothing is learned beyond it.

## Signature
Val accuracy is the majority's share, and mean recall of the classes is that of chance.

## What would decide
Balanced accuracy or AUC of the same model.

## What to do
Report balanced accuracy; weight or resample the classes, and look for windows and sensors that show the rare ones.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Report balanced accuracy; weight or resample the classes, and look for windows and sensors that "
        "show the rare ones."
    ),
    decides="Balanced accuracy or AUC of the same model.",
    rises=("audit.SA504", "audit.SA705", "permuted-labels.names_majority", "permuted-labels.majority_share"),
    falls=(
        "permuted-labels.over_majority",
        "cross-validation.balanced_val",
        "permuted-labels.signal",
        "cross-validation.skill_cv",
        "cross-validation.skill_val",
    ),
)
def majority_ceiling(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA504")
