"""There is too little train data for this task.

## Signature
Train's folds and val agree, and accuracy still rises with every doubling of train.

## What would decide
The same fit with more subjects or recordings.

## What to do
Record more subjects or recordings, or augment; the learning curve says about how much another doubling brings.
"""

from __future__ import annotations

from splitaudit.explanation.cause import NOWHERE, Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Record more subjects or recordings, or augment; the learning curve says about how much another "
        "doubling brings."
    ),
    decides="The same fit with more subjects or recordings.",
    costs="learning-curve.more_data",
    rises=(
        "learning-curve.rise_cv",
        "learning-curve.rise_val",
        "learning-curve.rise_before",
        "learning-curve.more_data",
        "learning-curve.rise_units",
    ),
    falls=("learning-curve.per_class", "cross-validation.gap_t", "align.apart"),
)
def insufficient_data(case: Case) -> Place:
    """Say where it sits."""
    return NOWHERE
