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

    [[tool.splitaudit.overrides]]
    paths = ["data/legacy/*"]
    fail-on = "never"

An override counts where one of its patterns matches the path of train or of val; of several the last one wins, and
options of rules are added to those of before. What the command line says counts more, what is in no file has its
default.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Any

from splitaudit.errors import ConfigError
from splitaudit.textfile import read_text

FILE = "pyproject.toml"
FAIL_ON = ("error", "warning", "never")
ENGINES = ("local", "dask")
LAYOUTS = ("ntc", "nct")
TABLE = "[tool.splitaudit]"
OVERRIDES = "[[tool.splitaudit.overrides]]"
COMMAND_LINE = "command line"
MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Settings for some paths.

    ``paths`` are patterns as of a shell, in which ``*`` stands for slashes as well; ``settings`` are fields of
    :class:`Config`; ``origin`` says where they stand.
    """

    paths: tuple[str, ...]
    settings: Mapping[str, Any]
    origin: str = field(default="", compare=False)

    def matches(self, path: str | PurePath, folder: Path) -> bool:
        """Whether a pattern matches a path as it is given, in full, or as seen from a folder."""
        names = {str(path)}
        if "://" not in str(path):
            resolved = Path(path).resolve()
            names |= {PurePath(path).as_posix(), resolved.as_posix()}
            if resolved.is_relative_to(folder.resolve()):
                names.add(resolved.relative_to(folder.resolve()).as_posix())
        return any(fnmatchcase(name, pattern.removeprefix("./")) for name in names for pattern in self.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How a command is run, as far as a file or a command line says it.

    ``reasons`` says of entries of ``ignore`` why they are ignored, ``baseline`` is the report whose findings are
    accepted, ``rules`` holds options per rule, ``source`` is the file that was read. ``overrides`` are those of the
    file, in force or not; ``origins`` says of every setting that has not its default where it comes from, of options of
    rules under names such as ``rules.SA301.error``.
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
    memory: str | None = None
    engine: str = "local"
    scheduler: str | None = None
    x_key: str | None = None
    y_key: str | None = None
    layout: str = "ntc"
    window: int | None = None
    stride: int | None = None
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    source: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def overridden(self, **given: Any) -> Config:
        """Return the settings with those replaced that are neither None nor empty."""
        said = {name: value for name, value in given.items() if value is not None and value != ()}
        return replace(self, **said, origins={**self.origins, **dict.fromkeys(said, COMMAND_LINE)})

    def matching(self, *paths: str | PurePath) -> tuple[Override, ...]:
        """Return the overrides that count for some paths."""
        folder = Path() if self.source is None else self.source.parent
        return tuple(each for each in self.overrides if any(each.matches(path, folder) for path in paths))

    def at(self, *paths: str | PurePath) -> Config:
        """Return the settings for an audit of some paths: overrides that match any of them are applied in order."""
        settled = self
        for each in self.matching(*paths):
            rules = {code: {**options} for code, options in settled.rules.items()}
            for code, options in each.settings.get("rules", {}).items():
                rules[code] = {**rules.get(code, {}), **options}
            origins = {**settled.origins, **_origins(each.settings, each.origin)}
            settled = replace(settled, **{**each.settings, "rules": rules, "origins": origins})
        return settled


def _origins(settings: Mapping[str, Any], origin: str) -> dict[str, str]:
    """Say where settings come from, of rules by option."""
    names = [name for name in settings if name not in ("rules", "reasons")]
    names += [f"rules.{code}.{option}" for code, options in settings.get("rules", {}).items() for option in options]
    return dict.fromkeys(names, origin)


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
            raise ConfigError(f"{path}: has no table {TABLE}")
        return _parse(table, path)
    try:
        here = (start or Path.cwd()).resolve()
    except FileNotFoundError as error:
        raise ConfigError("the current folder is not there any more") from error
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            table = _table(folder / FILE)
            if table is not None:
                return _parse(table, folder / FILE)
    return Config()


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        content = tomllib.loads(read_text(path, MAX_BYTES))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: is nested too deeply for settings") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise ConfigError(f"{path}: is not TOML: {error}") from error
    tool = content.get("tool", {})
    if not isinstance(tool, dict) or "splitaudit" not in tool:
        close = difflib.get_close_matches("splitaudit", tool, n=1, cutoff=0.8) if isinstance(tool, dict) else []
        if close:
            raise ConfigError(f"{path}: there is a table [tool.{close[0]}], did you mean {TABLE}?")
        return None
    table = tool["splitaudit"]
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.splitaudit is {table!r}, expected a table")
    return table


def _parse(table: Mapping[str, Any], path: Path) -> Config:
    own = {key: value for key, value in table.items() if key != "overrides"}
    found = _settings(own, TABLE, path, also="overrides")
    overrides = _overrides(table.get("overrides", []), path)
    return Config(**found, overrides=overrides, source=path, origins=_origins(found, f"{path}: {TABLE}"))


def _overrides(value: Any, path: Path) -> tuple[Override, ...]:
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise ConfigError(f"{path}: overrides in {TABLE} is {value!r}, expected tables {OVERRIDES}")
    made = []
    for number, table in enumerate(value, start=1):
        where = f"{OVERRIDES} number {number}"
        paths = table.get("paths")
        if not isinstance(paths, list) or not paths or not all(isinstance(each, str) and each for each in paths):
            said = f"paths in {where} is {paths!r}" if "paths" in table else f"there are no paths in {where}"
            raise ConfigError(f'{path}: {said}, expected a list of patterns such as ["data/legacy/*"]')
        own = {key: each for key, each in table.items() if key != "paths"}
        settings = _settings(own, where, path, also="paths")
        made.append(Override(paths=tuple(paths), settings=settings, origin=f"{path}: {where} ({', '.join(paths)})"))
    return tuple(made)


def _settings(table: Mapping[str, Any], where: str, path: Path, *, also: str) -> dict[str, Any]:
    """Read the settings of a table in which one more key is known."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("_", "-")
        if name not in PARSERS:
            known = [*PARSERS, also]
            close = difflib.get_close_matches(name, known, n=1)
            hint = f", did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"
            raise ConfigError(f"{path}: there is no setting {key!r} in {where}{hint}")
        try:
            found |= PARSERS[name](value)
        except _WrongValueError as wanted:
            raise ConfigError(f"{path}: {key} in {where} is {value!r}, expected {wanted}") from None
    if "baseline" in found:  # relative to the file, wherever the command is typed
        found["baseline"] = path.parent / found["baseline"]
    return found


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
        return {"ignore": _codes(value), "reasons": {}}
    if not all(isinstance(reason, str) for reason in value.values()):
        raise _WrongValueError('a reason per code such as {SA504 = "the classes are meant to be imbalanced"}')
    return {"ignore": tuple(value), "reasons": dict(value)}


def _one_of(name: str, known: tuple[str, ...]) -> Callable[[Any], dict[str, Any]]:
    def parse(value: Any) -> dict[str, Any]:
        if value not in known:
            raise _WrongValueError(f"one of {', '.join(known)}")
        return {name: value}

    return parse


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


def _text(name: str, expected: str) -> Callable[[Any], dict[str, Any]]:
    def parse(value: Any) -> dict[str, Any]:
        if not isinstance(value, str) or not value:
            raise _WrongValueError(expected)
        return {name: value}

    return parse


def _rules(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(options, dict) for options in value.values()):
        raise _WrongValueError("a table of options per rule such as [tool.splitaudit.rules.SA301]")
    return {"rules": {code: {k.replace("-", "_"): v for k, v in options.items()} for code, options in value.items()}}


PARSERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "select": _select,
    "ignore": _ignore,
    "fail-on": _one_of("fail_on", FAIL_ON),
    "alpha": _alpha,
    "permutations": _whole("permutations", 19),
    "seed": _whole("seed", 0),
    "jobs": _jobs,
    "baseline": _text("baseline", "the path of a report"),
    "memory": _text("memory", "a size such as '4GiB'"),
    "engine": _one_of("engine", ENGINES),
    "scheduler": _text("scheduler", "the address of a Dask scheduler such as 'tcp://host:8786'"),
    "x-key": _text("x_key", "the key of the windows"),
    "y-key": _text("y_key", "the key of the labels"),
    "layout": _one_of("layout", LAYOUTS),
    "window": _whole("window", 1),
    "stride": _whole("stride", 1),
    "rules": _rules,
}
