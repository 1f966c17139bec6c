"""Nothing holds validation back but the task itself.

## Signature
Train, val and their folds agree: what train knows of itself by units is what it knows of val and what val knows of
itself; no leak; the learning curve is flat near its limit.

## What would decide
A larger val, or folds by unit with a larger model, if the number still seems low.

## What to do
Nothing has to be mended in the split; take the ceiling for what the data allow, or record what the windows do not
show.
"""

from __future__ import annotations

from splitaudit.explanation.cause import NOWHERE, Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Nothing has to be mended in the split; take the ceiling for what the data allow, or record what "
        "the windows do not show."
    ),
    decides="A larger val, or folds by unit with a larger model, if the number still seems low.",
)
def healthy(case: Case) -> Place:
    """Say where it sits."""
    return NOWHERE
