"""Which measured cases count: those in which a forest sees the effect of what was planted, on a task that it can learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LEAST_EFFECT = 0.05  # of accuracy: lost by a fault, or pretended by a leak
LEAST_SKILL = 0.25  # of the sound twin, on the scale from the largest class to 1
Row = dict[str, Any]


def verified(cases: Sequence[Row]) -> list[Row]:
    """Leave out cases that are no cases: nothing shows, or nothing could be learned to begin with."""
    return [case for case in cases if shows(case)]


def shows(case: Row) -> bool:
    """Whether the stated effect is there."""
    if case["cause"] == "healthy":
        return case["values"].get("cross-validation.skill_val", 0.0) >= LEAST_SKILL
    return case["skill"] >= LEAST_SKILL and case["effect"] >= LEAST_EFFECT
