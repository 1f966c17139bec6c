"""A channel is made from the label, on both sides.

## Signature
Val and train's folds are near 1, and one channel alone suffices on both sides.

## What would decide
How the named channel comes about, and whether it is known when the model is used.

## What to do
Find out how the named channel comes about; drop it if it is made from the label or known only afterwards.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Find out how the named channel comes about; drop it if it is made from the label or known only afterwards."
    ),
    decides="How the named channel comes about, and whether it is known when the model is used.",
    rises=(
        "audit.SA306",
        "drop-channel.suffices",
        "drop-channel.single",
        "drop-channel.ahead",
        "drop-channel.single_val",
        "drop-channel.without_cv",
        "cross-validation.skill_val",
        "cross-validation.skill_cv",
    ),
    falls=("cross-validation.gap", "drop-channel.lost", "drop-channel.without"),
)
def target_leak(case: Case) -> Place:
    """Say where it sits."""
    found = case.place_of("SA306")
    return found if found.channels else Place(channels=case.channel("drop-channel", "needed_channel"))
