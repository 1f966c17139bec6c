"""The same signal means another label in val than in train.

## Signature
The windows look alike, val teaches itself far better than train teaches it, and another reading of the labels brings
accuracy back.

## What would decide
The labelling rules of both sides, side by side.

## What to do
Compare how the labels of both sides were made, and relabel one side by the other's protocol.
"""

from __future__ import annotations

from splitaudit.explanation.cause import NOWHERE, Case, cause
from splitaudit.place import Place


@cause(
    remedy="Compare how the labels of both sides were made, and relabel one side by the other's protocol.",
    decides="The labelling rules of both sides, side by side.",
    costs="relabel.map_units",
)
def concept_shift(case: Case) -> Place:
    """Say where it sits."""
    found = case.place_of("SA507", "SA503", "SA308")
    return found if found != NOWHERE else case.worst_groups()
