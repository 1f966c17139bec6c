"""Settings from ``[tool.splitaudit]`` of pyproject.toml.

::

    [tool.splitaudit]
    select = ["SA1", "SA3"]
    fail-on = "warning"
    baseline = "audit/accepted.json"

    [tool.splitaudit.ignore]
    SA504 = "the classes are meant to be imbalanced"

    [tool.splitaudit.rules.SA301]
    error = 0.05

What the command line says counts more, what is in no file has its default.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from splitaudit.errors import ConfigError

FILE = "pyproject.toml"
FAIL_ON = ("error", "warning", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How an audit is run, as far as a file or a command line says it.

    ``reasons`` says of entries of ``ignore`` why they are ignored, ``baseline`` is the report whose findings are
    accepted, ``rules`` holds options per rule, ``source`` is the file that was read.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    fail_on: str = "error"
    alpha: float = 0.05
    permutations: int = 999
    seed: int = 0
    jobs: int = -1
    baseline: Path | None = None
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    source: Path | None = None

    def overridden(self, **given: Any) -> Config:
        """Return the settings with those replaced that are neither None nor empty."""
        return replace(self, **{name: value for name, value in given.items() if value is not None and value != ()})


def load(path: Path | None = None, *, start: Path | None = None) -> Config:
    """Read the settings of a file, or of the nearest pyproject.toml that has any.

    Parameters
    ----------
    path : Path, optional
        A TOML file with a table ``[tool.splitaudit]``.
    start : Path, optional
        Where to look for pyproject.toml, upwards; the current folder unless given.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a setting is not known or of the wrong type; one sentence that names both.
    """
    if path is not None:
        table = _table(path)
        if table is None:
            raise ConfigError(f"{path}: has no table [tool.splitaudit]")
        return _parse(table, path)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            table = _table(folder / FILE)
            if table is not None:
                return _parse(table, folder / FILE)
    return Config()


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise ConfigError(f"{path}: is not TOML: {error}") from error
    tool = content.get("tool", {})
    if not isinstance(tool, dict) or "splitaudit" not in tool:
        return None
    table = tool["splitaudit"]
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.splitaudit is {table!r}, expected a table")
    return table


def _parse(table: Mapping[str, Any], path: Path) -> Config:
    found: dict[str, Any] = {"source": path}
    for key, value in table.items():
        name = key.replace("_", "-")
        if name not in PARSERS:
            close = difflib.get_close_matches(name, PARSERS, n=1)
            hint = f", did you mean {close[0]!r}?" if close else f"; known are {', '.join(PARSERS)}"
            raise ConfigError(f"{path}: there is no setting {key!r} in [tool.splitaudit]{hint}")
        try:
            found |= PARSERS[name](value)
        except _WrongValueError as wanted:
            raise ConfigError(f"{path}: {key} in [tool.splitaudit] is {value!r}, expected {wanted}") from None
    if "baseline" in found:  # relative to the file, wherever the command is typed
        found["baseline"] = path.parent / found["baseline"]
    return Config(**found)


class _WrongValueError(Exception):
    """Says what was expected instead."""


def _codes(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise _WrongValueError('a list of codes or names of rules such as ["SA1", "SA302"]')
    return tuple(value)


def _select(value: Any) -> dict[str, Any]:
    return {"select": _codes(value)}


def _ignore(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {"ignore": _codes(value)}
    if not all(isinstance(reason, str) for reason in value.values()):
        raise _WrongValueError('a reason per code such as {SA504 = "the classes are meant to be imbalanced"}')
    return {"ignore": tuple(value), "reasons": dict(value)}


def _fail_on(value: Any) -> dict[str, Any]:
    if value not in FAIL_ON:
        raise _WrongValueError(f"one of {', '.join(FAIL_ON)}")
    return {"fail_on": value}


def _alpha(value: Any) -> dict[str, Any]:
    if not isinstance(value, float) or not 0 < value < 1:
        raise _WrongValueError("a level between 0 and 1")
    return {"alpha": value}


def _whole(name: str, least: int) -> Callable[[Any], dict[str, Any]]:
    def parse(value: Any) -> dict[str, Any]:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise _WrongValueError(f"a whole number of at least {least}")
        return {name: value}

    return parse


def _jobs(value: Any) -> dict[str, Any]:
    if not isinstance(value, int) or isinstance(value, bool) or value == 0:
        raise _WrongValueError("a number of threads, or -1 for all processors")
    return {"jobs": value}


def _baseline(value: Any) -> dict[str, Any]:
    if not isinstance(value, str):
        raise _WrongValueError("the path of a report")
    return {"baseline": value}


def _rules(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(options, dict) for options in value.values()):
        raise _WrongValueError("a table of options per rule such as [tool.splitaudit.rules.SA301]")
    return {"rules": {code: {k.replace("-", "_"): v for k, v in options.items()} for code, options in value.items()}}


PARSERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "select": _select,
    "ignore": _ignore,
    "fail-on": _fail_on,
    "alpha": _alpha,
    "permutations": _whole("permutations", 19),
    "seed": _whole("seed", 0),
    "jobs": _jobs,
    "baseline": _baseline,
    "rules": _rules,
}
