"""One channel gives the label away in train and not in val.

## Signature
One channel alone reaches what all reach inside train and fails on val; without it val rises.

## What would decide
Val of a model that does not see the channel.

## What to do
Drop the named channel or take the marker out of it, and train again.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy="Drop the named channel or take the marker out of it, and train again.",
    decides="Val of a model that does not see the channel.",
    costs="drop-channel.without",
    rises=(
        "audit.SA307",
        "drop-channel.suffices",
        "drop-channel.single",
        "drop-channel.ahead",
        "drop-channel.lost",
        "drop-channel.lost_most",
        "drop-channel.without",
        "drop-channel.without_cv",
        "cross-validation.gap",
        "cross-validation.skill_cv",
        "repairs.without_lead",
        "repairs.without_share",
    ),
    falls=("drop-channel.without_gap", "drop-channel.single_val"),
)
def shortcut_in_train(case: Case) -> Place:
    """Say where it sits."""
    found = case.place_of("SA307")
    return found if found.channels else Place(channels=case.channel("drop-channel", "lost_channel"))
