"""Which measured cases count: those in which a forest sees the effect of what was planted, on a learnable task.

The effect is that of :func:`benchmarks.verify_zoo.effect`, against the sound twin of the case. What a cause is stands
in its page; a case that does not answer to it is none: windows that were cut short and still show most of what long
ones show are not uninformative, a task that can hardly be learned is not healthy but uninformative, and labels
without a reason where one class rules are a majority ceiling. These last limits were drawn after mistakes of the
diagnosis had been seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LEAST_EFFECT = 0.05  # of accuracy: lost by a fault, or pretended by a leak
LEAST_SKILL = 0.25  # of the sound twin, on the scale from the largest class to 1
HEALTHY_SKILL = 0.4
LEFT = 0.6  # of the twin's skill; uninformative windows leave no more
RULES = 0.25  # share of the largest class over equal shares, from which on it rules
Row = dict[str, Any]


def verified(cases: Sequence[Row]) -> list[Row]:
    """Leave out cases that are no cases, and splits that are another one under a second name."""
    unique = {(case["base"], case["seed"], *sorted(case["values"].items())): case for case in reversed(cases)}
    return [case for case in reversed(unique.values()) if shows(case)]


def shows(case: Row) -> bool:
    """Whether the case answers to the page of its cause."""
    values, cause = case["values"], case["cause"]
    skill = values.get("cross-validation.skill_val", 0.0)
    if cause == "healthy":
        return skill >= HEALTHY_SKILL
    if case["skill"] < LEAST_SKILL or case["effect"] < LEAST_EFFECT:
        return False
    if cause == "uninformative_window":
        return skill <= LEFT * case["skill"] and values.get("permuted-labels.majority_share", 0.0) < RULES
    return True
