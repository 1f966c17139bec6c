"""The split allows more than the user's own training reaches.

## Signature
The probe or the reference network is clearly better than the history or the predictions; outputs are constant, or
training was stopped early.

## What would decide
The reference network trained on the same split: `splitaudit baseline`.

## What to do
Look at the training: output layer and loss, learning rate, number of epochs, order of the predictions.
"""

from __future__ import annotations

from splitaudit.explanation.cause import NOWHERE, Case, cause
from splitaudit.place import Place


@cause(
    remedy=("Look at the training: output layer and loss, learning rate, number of epochs, order of the predictions."),
    decides="The reference network trained on the same split: `splitaudit baseline`.",
    costs="own-training.deficit",
    rises=(
        "audit.SA701",
        "audit.SA702",
        "audit.SA703",
        "audit.SA704",
        "audit.SA705",
        "audit.SA706",
        "own-training.deficit",
        "own-training.deficit_z",
    ),
    falls=("own-training.own_over_majority",),
    needs=("own-training.", "audit.SA7"),
)
def model_fault(case: Case) -> Place:
    """Say where it sits."""
    return NOWHERE
