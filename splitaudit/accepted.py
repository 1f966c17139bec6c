"""Findings accepted before: read from the report of an earlier run, and recognised in this one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from splitaudit.place import Place
from splitaudit.render.json import from_dict, load
from splitaudit.report import Finding
from splitaudit.results import Report

# how grave a finding is; anything else cannot be accepted
RANK = {"warning": 1, "error": 2}


def accepted_findings(baseline: str | os.PathLike[str] | Mapping[str, Any] | Report | None) -> tuple[Finding, ...]:
    """Return the findings of an earlier report.

    Parameters
    ----------
    baseline : path, mapping, Report or None
        A report in the JSON contract: its file, its content or the report itself.

    Raises
    ------
    ConfigError
        If it is not a report.
    """
    if baseline is None:
        return ()
    if isinstance(baseline, Report):
        return baseline.findings
    return (from_dict(baseline, at="baseline") if isinstance(baseline, Mapping) else load(baseline)).findings


def accept(findings: Iterable[Finding], earlier: Iterable[Finding]) -> list[Finding]:
    """Mark as accepted what an earlier report already said.

    A finding is accepted if the earlier report had one of the same rule that was at least as grave and whose channels
    and groups include this one's. A warning that became an error is therefore not accepted, nor one that spread.

    Parameters
    ----------
    findings : iterable of Finding
        What this run found.
    earlier : iterable of Finding
        Findings of the baseline report; those accepted there stay accepted.
    """
    known = [(f.rule, f.accepted or f.severity, f.where) for f in earlier if (f.accepted or f.severity) in RANK]
    return [
        _accepted(finding)
        if any(
            rule == finding.rule and RANK.get(finding.severity, 3) <= RANK[severity] and _covers(place, finding.where)
            for rule, severity, place in known
        )
        else finding
        for finding in findings
    ]


def _accepted(finding: Finding) -> Finding:
    if finding.severity not in RANK:
        return finding
    return replace(finding, severity="accepted", accepted=finding.severity)


def _covers(old: Place, new: Place) -> bool:
    """Whether the channels and groups of one place include those of the other; no names stand for the whole split."""
    pairs = ((set(old.channels), set(new.channels)), (set(old.groups), set(new.groups)))
    return all(after == before or (after and after <= before) for before, after in pairs)
