"""The explanation as JSON types and back: the part ``explanation`` of the contract ``splitaudit.report/1``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from splitaudit.explained import (
    Cause,
    Ceiling,
    ErrorSlice,
    Experiment,
    Explanation,
    Ladder,
    LadderRow,
    LearningCurve,
    Outcome,
    Proof,
)
from splitaudit.place import Place

# where null stands for None, not for NaN
OPTIONAL = {"observed", "agreement", "effect", "budget", "low", "high", "plateau_epoch", "divergence_epoch"}
ALWAYS_KNOWN = {  # and where it does not
    Ceiling: {"low", "high"},
    LadderRow: {"low", "high"},
    Ladder: {"agreement"},
}


def explanation_dict(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation under the names of the contract; numbers are still as they were."""
    content: dict[str, Any] = _fields(explanation)
    content["causes"] = [_cause(cause) for cause in explanation.causes]
    return content


def _cause(cause: Cause) -> dict[str, Any]:
    content = _fields(cause)
    return {"cause": content.pop("name"), **content}


def _fields(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _fields(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _fields(entry) for key, entry in value.items()}
    return [_fields(entry) for entry in value] if isinstance(value, tuple) else value


def read_explanation(entry: Mapping[str, Any] | None) -> Explanation | None:
    """Rebuild an explanation from JSON types; null where a number has to be becomes NaN.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        If it is not an explanation.
    """
    if entry is None:
        return None
    parts: dict[str, Any] = {
        "ceiling": None if entry["ceiling"] is None else _ceiling(entry["ceiling"]),
        "causes": tuple(_read_cause(each) for each in entry["causes"]),
        "experiments": tuple(_experiment(each) for each in entry["experiments"]),
        "curves": tuple(_made(LearningCurve, each) for each in entry.get("curves", ())),
        "slices": tuple(_made(ErrorSlice, each) for each in entry.get("slices", ())),
        "parts": tuple(_made(ErrorSlice, each) for each in entry.get("parts", ())),
        "ladder": None if entry.get("ladder") is None else _ladder(entry["ladder"]),
    }
    made: Explanation = _made(Explanation, entry, **parts)
    return made


def _made(kind: type, entry: Mapping[str, Any], **parts: Any) -> Any:
    """Make an object of what belongs to its class; keys that a later version added do not."""
    optional = OPTIONAL - ALWAYS_KNOWN.get(kind, set())
    known = [field for field in fields(kind) if field.name in entry and field.name not in parts]
    return kind(**{field.name: _number(entry[field.name], field.name in optional) for field in known}, **parts)


def _number(value: Any, optional: bool) -> Any:
    if value is None:
        return None if optional else math.nan
    return tuple(_number(entry, False) for entry in value) if isinstance(value, list) else value


def _ceiling(entry: Mapping[str, Any]) -> Any:
    return _made(Ceiling, entry, learners={name: _number(v, False) for name, v in entry.get("learners", {}).items()})


def _experiment(entry: Mapping[str, Any]) -> Any:
    return _made(
        Experiment, entry, outcomes={name: _made(Outcome, each) for name, each in entry.get("outcomes", {}).items()}
    )


def _read_cause(entry: Mapping[str, Any]) -> Any:
    proofs = tuple(_made(Proof, each) for each in entry.get("evidence", ()))
    return _made(Cause, entry, name=entry["cause"], where=_place(entry.get("where", {})), evidence=proofs)


def _place(entry: Mapping[str, Any]) -> Place:
    known = {field.name for field in fields(Place)}
    parts: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if k in known}
    return Place(**parts)


def _ladder(entry: Mapping[str, Any]) -> Any:
    return _made(Ladder, entry, rows=tuple(_made(LadderRow, each) for each in entry["rows"]))
