"""From measurements to severities: the one policy.

A finding must be large *and* beyond chance. Where the sample is too small to show an effect that would matter, the
judge says so instead of "ok".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from splitaudit.evidence import Evidence
from splitaudit.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A severity and, where the sample is too small, that it could not be decided."""

    severity: str
    decidable: bool = True
    note: str = ""


UNGROUPED = "a warning only: a few subjects may differ as much, and nothing says which windows are whose"


def judge(
    rule: Rule, evidence: Evidence, adjusted: float | None, alpha: float, *, ungrouped: bool = False
) -> Judgement:
    """Decide how grave one measurement is.

    Parameters
    ----------
    rule : Rule
        Its thresholds ``warn`` and ``error`` on the effect.
    evidence : Evidence
        What was measured.
    adjusted : float or None
        The p-value adjusted for all rules of the run; None for facts that need no inference.
    alpha : float
        Level of the run.
    ungrouped : bool
        Units were guessed: the rule's ``error_ungrouped`` stands for its ``error``, and what is slight is no error.
    """
    large = evidence.effect >= rule.warn
    error = rule.error_from(ungrouped=ungrouped)
    if adjusted is None or adjusted <= alpha:
        if evidence.effect >= error and not (ungrouped and evidence.slight):
            return Judgement(severity="error")
        if large:
            return Judgement(severity="warning", note=UNGROUPED if evidence.effect >= rule.error else "")
        if adjusted is not None:
            return Judgement(severity="info", note="beyond chance, but too small to matter")
        return Judgement(severity="ok")
    blind = evidence.smallest_visible is not None and evidence.smallest_visible > rule.error
    if blind:
        seen = f"the smallest effect visible here is {evidence.smallest_visible:.2g} {rule.effect}"
        if evidence.smallest_visible == math.inf:
            seen = "no effect would be beyond chance here, however large"
        return Judgement(severity="info", decidable=False, note=f"cannot tell: {seen}")
    return Judgement(severity="ok")
