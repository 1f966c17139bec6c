"""Findings accepted before: read from the report of an earlier run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from splitaudit.audit import fingerprint
from splitaudit.errors import ConfigError
from splitaudit.report import SCHEMA, Finding, Place, Report

ACCEPTABLE = ("error", "warning", "accepted")


def accepted_findings(baseline: str | os.PathLike[str] | Mapping[str, Any] | Report | None) -> set[tuple[str, str]]:
    """Identify the findings of an earlier report that are known.

    Parameters
    ----------
    baseline : path, mapping, Report or None
        A report in the JSON contract: its file, its content or the report itself.

    Returns
    -------
    set of (str, str)
        Rule and place of every error and warning, as :func:`splitaudit.audit.fingerprint` gives them.

    Raises
    ------
    ConfigError
        If it is not a report.
    """
    if baseline is None:
        return set()
    if isinstance(baseline, Report):
        return {fingerprint(finding) for finding in baseline.findings if finding.severity in ACCEPTABLE}
    at = "baseline" if isinstance(baseline, Mapping) else str(baseline)
    content = baseline if isinstance(baseline, Mapping) else _content(baseline, at)
    if not isinstance(content, Mapping) or content.get("schema") != SCHEMA:
        raise ConfigError(f"{at}: is not a report, expected JSON with schema {SCHEMA!r}")
    try:
        found = [_finding(entry) for entry in content["findings"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{at}: findings cannot be read, expected a report as splitaudit writes it") from error
    return {fingerprint(finding) for finding in found if finding.severity in ACCEPTABLE}


def _content(path: str | os.PathLike[str], at: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, TypeError) as error:
        raise ConfigError(f"{at}: the baseline cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{at}: is not JSON, expected a report that splitaudit wrote with --format json") from error


def _finding(entry: Mapping[str, Any]) -> Finding:
    """Rebuild as much of a finding as identifies it."""
    where = entry["where"]
    place = Place(channels=tuple(where["channels"]), groups=tuple(str(group) for group in where["groups"]))
    severity = str(entry["severity"])
    return Finding(rule=str(entry["rule"]), name="", family="", severity=severity, message="", where=place)
