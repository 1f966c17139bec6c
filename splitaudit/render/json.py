"""The report as JSON, the contract ``splitaudit.report/1``, and back.

``report.schema.json`` beside this file is the contract as a JSON Schema.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib import resources
from typing import Any

from splitaudit.errors import ConfigError
from splitaudit.evidence import Curve, Exhibit, Grid, Histogram, Table
from splitaudit.place import Place
from splitaudit.render.json_explanation import explanation_dict, read_explanation
from splitaudit.render.typed import check_types
from splitaudit.report import SCHEMA, Finding, ReportData, Side, Units, Verdict
from splitaudit.textfile import read_text

MAX_BYTES = 1 << 28
EXHIBITS = {"table": Table, "curve": Curve, "histogram": Histogram, "grid": Grid}
NUMBERS: dict[type, tuple[str, ...]] = {Curve: ("lines",), Histogram: ("edges", "counts"), Grid: ("values",)}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a report."""
    text = resources.files("splitaudit.render").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def render(report: ReportData) -> str:
    """Return the report as a JSON document, ASCII only, with lists of numbers on one line."""
    return _text(to_dict(report)) + "\n"


def to_dict(report: ReportData) -> dict[str, Any]:
    """Return the report as JSON types: NaN and infinity become None, NumPy scalars become Python's."""
    made: dict[str, Any] = plain(
        {
            "schema": SCHEMA,
            "tool": {"name": "splitaudit", "version": report.version},
            "inputs": {"train": _side(report.train), "val": _side(report.val)},
            "settings": report.settings,
            "units": {name: getattr(report.units, name) for name in ("kind", "train", "val", "how", "floor")},
            "verdict": {name: getattr(report.verdict, name) for name in ("status", "exit_code", "summary")},
            "findings": [_finding(finding) for finding in report.findings],
            "explanation": None if report.explanation is None else explanation_dict(report.explanation),
            "timings": report.timings,
        }
    )
    return made


def _side(side: Side) -> dict[str, Any]:
    return {field.name: getattr(side, field.name) for field in fields(side)}


def _finding(finding: Finding) -> dict[str, Any]:
    where = finding.where
    thresholds = finding.thresholds
    return {
        "rule": finding.rule,
        "name": finding.name,
        "family": finding.family,
        "severity": finding.severity,
        "accepted": finding.accepted or None,
        "decidable": finding.decidable,
        "message": finding.message,
        "statistic": finding.statistic,
        "p_value": finding.p_value,
        "effect": {"value": finding.effect, "unit": finding.effect_unit},
        "thresholds": None if thresholds is None else {"warning": thresholds[0], "error": thresholds[1]},
        "where": {field.name: getattr(where, field.name) for field in fields(where)},
        "evidence": finding.evidence,
        "exhibits": [
            {field.name: getattr(exhibit, field.name) for field in fields(exhibit)} for exhibit in finding.exhibits
        ],
        "remedy": finding.remedy,
    }


def plain(value: Any) -> Any:
    """Turn a value into JSON types; what JSON has no type for becomes its text."""
    if hasattr(value, "tolist"):  # NumPy scalars and arrays
        value = value.tolist()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [plain(entry) for entry in value]
    return str(value)


def _text(value: Any, indent: str = "") -> str:
    """Write JSON as ``json.dumps(indent=1)`` does, but keep what has no further structure on one line."""
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(entry, (dict, list)) for entry in entries) and not (
        isinstance(value, dict) and len(value) > 2
    ):
        return json.dumps(value, allow_nan=False)
    inner = indent + " "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_text(entry, inner)}" for key, entry in value.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _text(entry, inner) for entry in value) + f"\n{indent}]"


def load(path: str | os.PathLike[str]) -> ReportData:
    """Read a report from the JSON file of an earlier run.

    Raises
    ------
    ConfigError
        If the file cannot be read or is not a report; one sentence that names it.
    """
    try:
        content = json.loads(read_text(path, MAX_BYTES))
    except (OSError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path}: the report cannot be read: {reason}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: is not JSON, expected a report that splitaudit wrote as JSON") from error
    return from_dict(content, at=str(path))


def from_dict(content: Any, *, at: str = "report") -> ReportData:
    """Rebuild a report from JSON types.

    Parameters
    ----------
    content : mapping
        What :func:`to_dict` returned, or JSON of it.
    at : str
        What messages call it.

    Raises
    ------
    ConfigError
        If it is not a report of this version of the contract.
    """
    if not isinstance(content, Mapping) or content.get("schema") != SCHEMA:
        seen = content.get("schema") if isinstance(content, Mapping) else None
        what = f"has the schema {seen!r}" if isinstance(seen, str) else "is not a report"
        raise ConfigError(f"{at}: {what}, expected JSON with the schema {SCHEMA!r}")
    try:
        found = ReportData(
            version=content["tool"]["version"],
            train=_read_side(content["inputs"]["train"]),
            val=_read_side(content["inputs"]["val"]),
            settings=dict(content["settings"]),
            units=Units(**_known(Units, content["units"])),
            verdict=Verdict(**_known(Verdict, content["verdict"])),
            findings=tuple(_read_finding(entry) for entry in content["findings"]),
            timings=dict(content["timings"]),
            explanation=read_explanation(content.get("explanation")),
        )
        check_types(found, ReportData, "report")
    except KeyError as error:
        raise ConfigError(f"{at}: lacks the key {error}, expected a report as splitaudit writes it") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"{at}: cannot be read, expected a report as splitaudit writes it ({error})") from error
    return found


def _read_side(entry: Mapping[str, Any]) -> Side:
    return Side(**_known(Side, entry))


def _known(kind: type, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what belongs to a class; keys that a later version added do not."""
    names = {field.name for field in fields(kind)}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items() if name in names}


def _read_finding(entry: Mapping[str, Any]) -> Finding:
    thresholds = entry.get("thresholds")
    return Finding(
        **{name: entry[name] for name in ("rule", "name", "family", "severity", "message", "statistic", "p_value")},
        effect=entry["effect"]["value"],
        effect_unit=entry["effect"]["unit"],
        where=Place(**_known(Place, entry["where"])),
        evidence=dict(entry["evidence"]),
        exhibits=tuple(_read_exhibit(exhibit) for exhibit in entry.get("exhibits", ())),
        remedy=entry["remedy"],
        decidable=entry.get("decidable", True),
        accepted=entry.get("accepted") or "",
        thresholds=None if thresholds is None else (thresholds["warning"], thresholds["error"]),
    )


def _read_exhibit(entry: Mapping[str, Any]) -> Exhibit:
    kind = EXHIBITS[entry["kind"]]
    content = {name: _frozen(value) for name, value in _known(kind, entry).items()}
    for name in NUMBERS.get(kind, ()):
        content[name] = _numbers(content[name])
    made: Exhibit = kind(**content)
    return made


def _numbers(value: Any) -> Any:
    """Return nested numbers in which null is NaN again, which it was (or infinite)."""
    if isinstance(value, tuple):
        return tuple(_numbers(entry) for entry in value)
    if isinstance(value, dict):
        return {key: _numbers(entry) for key, entry in value.items()}
    return math.nan if value is None else value


def _frozen(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(entry) for entry in value)
    if isinstance(value, dict):
        return {key: _frozen(entry) for key, entry in value.items()}
    return value
