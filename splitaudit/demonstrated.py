"""What the demonstration shows of one split: what learners reach on it, and the cause that was named. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from splitaudit.explained import Explanation

SCHEMA = "splitaudit.ceilings/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstrated:
    """One split of the demonstration.

    Parameters
    ----------
    name, story : str
        What the split is called, and what happened in it.
    planted : str
        The cause.
    train, val : mapping of str to float
        Accuracy of each learner on train (networks alone) and on val.
    explanation : Explanation
        What was found.
    """

    name: str
    story: str
    planted: str
    train: Mapping[str, float]
    val: Mapping[str, float]
    explanation: Explanation
