"""The windows do not show what the label says, or are too short to show it.

## Signature
Everything is near chance, or accuracy still rises with the length of the window at its full length.

## What would decide
The same recordings cut into windows twice as long.

## What to do
Cut longer windows, add the sensor that shows the difference, or aggregate predictions over successive windows.
"""

from __future__ import annotations

from splitaudit.explanation.cause import NOWHERE, Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Cut longer windows, add the sensor that shows the difference, or aggregate predictions over "
        "successive windows."
    ),
    decides="The same recordings cut into windows twice as long.",
    rises=("truncate.rise_length", "truncate.rise_half", "truncate.longer", "truncate.share_length"),
    falls=(
        "cross-validation.skill_cv",
        "cross-validation.skill_val",
        "cross-validation.skill_random",
        "cross-validation.skill_val_cv",
        "permuted-labels.signal",
        "confidence-curve.sure_cv",
        "confidence-curve.sure_val",
        "confidence-curve.unsure",
        "permuted-labels.over_majority",
        "cross-validation.gap",
    ),
)
def uninformative_window(case: Case) -> Place:
    """Say where it sits."""
    return NOWHERE
