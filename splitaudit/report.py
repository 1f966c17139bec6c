"""The report: plain data, one model for every format (``schema: "splitaudit.report/1"``)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from splitaudit.errors import FindingsError
from splitaudit.evidence import Exhibit
from splitaudit.explained import Explanation
from splitaudit.place import Place
from splitaudit.version import __version__

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "splitaudit.report/1"
SEVERITIES = ("crashed", "error", "warning", "info", "ok", "skipped", "accepted")
# families whose findings name a cause come before those that show a symptom: a wrong unit also shifts distributions
FAMILIES = ("data", "normalization", "leakage", "labels", "order", "shift", "training")
SYMPTOMS = ("scale-mismatch",)  # another scale, whatever it comes from: other rules of its family say from what


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says about one split.

    ``severity`` is one of ``error``, ``warning``, ``info``, ``ok``, ``skipped``, ``crashed`` or ``accepted`` (it was in
    the baseline report); ``accepted`` then holds what it would be otherwise, ``error`` or ``warning``. ``p_value`` is
    adjusted for all rules of the run; ``decidable`` is False where the sample is too small to tell. ``thresholds`` are
    the effects from which on the finding is a warning or an error.
    """

    rule: str
    name: str
    family: str
    severity: str
    message: str
    statistic: float | None = None
    p_value: float | None = None
    effect: float | None = None
    effect_unit: str = ""
    where: Place = field(default_factory=Place)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    exhibits: tuple[Exhibit, ...] = ()
    remedy: str = ""
    decidable: bool = True
    accepted: str = ""
    thresholds: tuple[float, float] | None = None


def causes_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings so that those that name a cause come before those that show a symptom."""
    rank = {family: place for place, family in enumerate(FAMILIES)}
    return sorted(findings, key=lambda f: (rank.get(f.family, len(rank)), f.name in SYMPTOMS, f.rule))


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What was read of one side.

    ``set_aside`` says what could not be audited, ``notes`` what was decided while reading, such as which key was X.
    """

    name: str
    source: str
    n_windows: int
    n_timesteps: int
    n_channels: int
    dtype: str
    channels: tuple[str, ...]
    classes: Mapping[str, int]
    label_kind: str
    n_groups: int | None
    has_time: bool
    image: tuple[int, int, int] | None
    set_aside: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The exchangeable units of the run: kind, how many per side, how they were found, smallest reachable p."""

    kind: str
    train: int
    val: int
    how: str
    floor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``status`` is ``pass``, ``warn`` or ``fail``; ``summary`` is one sentence; a stopped run has exit code 130."""

    status: str
    exit_code: int
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything one run found; :class:`splitaudit.results.Report` also shows and saves it."""

    version: str = __version__
    train: Side
    val: Side
    settings: Mapping[str, Any]
    units: Units
    verdict: Verdict
    findings: tuple[Finding, ...]
    timings: Mapping[str, float] = field(default_factory=dict)
    explanation: Explanation | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing reaches the severity that fails a run."""
        return self.verdict.exit_code == 0

    def finding(self, rule: str) -> Finding:
        """Return the finding of one rule, by code or name.

        Raises
        ------
        KeyError
            If the rule was not part of the run.
        """
        for found in self.findings:
            if rule in (found.rule, found.name):
                return found
        raise KeyError(rule)

    def by_severity(self, *severities: str) -> tuple[Finding, ...]:
        """Return the findings of the given severities, in that order, within each by rule code."""
        return tuple(f for severity in severities for f in self.findings if f.severity == severity)

    def ranked(self, *severities: str) -> tuple[Finding, ...]:
        """Return the findings of the given severities, in that order, within each causes before symptoms."""
        return tuple(f for severity in severities for f in causes_first(self.by_severity(severity)))

    def raise_for_findings(self) -> None:
        """Raise :class:`~splitaudit.errors.FindingsError` if the report does not pass."""
        if self.passed:
            return
        at = {"error": ("crashed", "error"), "warning": ("crashed", "error", "warning")}
        bad = self.ranked(*at.get(str(self.settings.get("fail_on")), ("crashed", "error")))
        lines = [f"{f.rule} {f.name}: {f.message}" for f in bad]
        raise FindingsError("\n".join([self.verdict.summary, *lines]))

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a pandas table, one row per rule."""
        import pandas as pd

        rows = [
            {
                "rule": f.rule,
                "name": f.name,
                "family": f.family,
                "severity": f.severity,
                "effect": math.nan if f.effect is None else f.effect,
                "unit": f.effect_unit,
                "p_value": math.nan if f.p_value is None else f.p_value,
                "message": f.message,
                "remedy": f.remedy,
            }
            for f in self.findings
        ]
        return pd.DataFrame(rows)
