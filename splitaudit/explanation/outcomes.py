"""What the audit and the experiments found, as one flat table of numbers: what likelihood ratios are looked up for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from splitaudit.explained import Experiment
from splitaudit.explanation.repairs import REPAIRS, repairs
from splitaudit.report import Finding
from splitaudit.rules import catalog

AUDIT = "audit"
SPLIT = "split"
GRADES = {"ok": 0.0, "info": 1.0, "warning": 2.0, "error": 3.0}
# units of outcomes that name a place, or depend on the task more than on what is wrong with the split
SILENT = ("channel", "accuracy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One number: which experiment it comes from (``"audit"`` for rules), how it is called, and the sentence for it."""

    experiment: str
    outcome: str
    value: float
    text: str

    @property
    def key(self) -> str:
        """Name in the table of likelihood ratios."""
        return f"{self.experiment}.{self.outcome}"


def flatten(findings: Iterable[Finding], experiments: Iterable[Experiment], *, groups: bool = False) -> dict[str, Seen]:
    """Return every outcome by key.

    ``groups`` says whether groups or recordings are known on both sides; without them no cause that is one of groups
    can be judged.

    A rule counts by its severity: 0 for ok, 1 for info, 2 for a warning, 3 for the effect of an error, 4 for three
    times that; rules that did not run have no entry. ``repairs`` sets the gains of several experiments against each
    other.
    """
    seen = [found for finding in findings if (found := _grade(finding)) is not None]
    for done in experiments:
        seen += [
            Seen(experiment=done.name, outcome=name, value=outcome.value, text=outcome.text)
            for name, outcome in done.outcomes.items()
            if outcome.unit not in SILENT
        ]
    compared = repairs({each.key: each.value for each in seen})
    seen += [Seen(experiment=REPAIRS, outcome=name, value=v, text=text) for name, (v, text) in compared.items()]
    if groups:
        seen.append(Seen(experiment=SPLIT, outcome="groups", value=1.0, text=""))
    return {each.key: each for each in seen}


def _grade(finding: Finding) -> Seen | None:
    severity = finding.accepted or finding.severity
    if severity not in GRADES or not finding.decidable:
        return None
    value = GRADES[severity]
    if severity in ("warning", "error") and finding.effect is not None:  # the table knows the rules' own thresholds
        error = catalog.find(finding.rule).error
        value = GRADES["warning"] + (finding.effect >= error) + (finding.effect >= 3 * error)
    text = f"{finding.rule} {finding.name}: {finding.message}"
    return Seen(experiment=AUDIT, outcome=finding.rule, value=value, text=text)


def values(seen: Mapping[str, Seen]) -> dict[str, float]:
    """Return the bare numbers."""
    return {key: each.value for key, each in seen.items()}
