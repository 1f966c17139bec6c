"""How a command takes an input of each format, and what came of it."""

from __future__ import annotations

import contextlib
import io
import json
import re
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.fuzz.samples import npz
from splitaudit.errors import SplitAuditError

MEMORY = "512MiB"
MOST_TEXT = 4000
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """``kind`` is refused, read, reported, or how it failed; ``what`` tells failures apart."""

    kind: str
    what: str = ""

    @property
    def failed(self) -> bool:
        """Whether this is nothing that a reader may do."""
        return self.kind not in ("refused", "read", "reported")


@cache
def good(folder: Path) -> Path:
    """Return the sound file beside which inputs are read."""
    path = folder / "good.npz"
    path.write_bytes(npz(False))
    return path


def _read(path: Path, sound: Path, **options: Any) -> None:
    from splitaudit.data.split import comparable
    from splitaudit.engine.limits import limits_of
    from splitaudit.engine.run import held
    from splitaudit.readers.read import read_pair
    from splitaudit.readers.room import limited

    limits = limits_of(MEMORY)
    with limited(limits.memory):
        held(*comparable(*read_pair(str(path), str(sound), most=limits.most_loaded, **options)), limits)


def _log(path: Path, sound: Path) -> None:
    from splitaudit.readers.history import read_history

    read_history([path])


def _predictions(path: Path, sound: Path) -> None:
    from splitaudit.readers.predictions import read_predictions
    from splitaudit.readers.read import read

    read_predictions(path, read(sound, name="val"))


def _config(path: Path, sound: Path) -> None:
    from splitaudit.settling import settle

    settle({"config": path}, "data/a.npz", "b.npz")


def _report(path: Path, sound: Path) -> None:
    from splitaudit.accepted import accepted_findings

    accepted_findings(path)


def _recording(path: Path, sound: Path) -> None:
    from splitaudit.readers.read import read

    read(str(path), window=5, stride=3, most=1 << 26)


READERS: dict[str, Callable[[Path, Path], None]] = {
    "recording": _recording,
    "log_csv": _log,
    "log_json": _log,
    "predictions": _predictions,
    "config": _config,
    "report": _report,
}
OPTIONS = {
    "log_csv": "--history",
    "log_json": "--history",
    "predictions": "--predictions",
    "config": "--config",
    "report": "--baseline",
}
LIGHT = ["--select", "SA6,SA701,SA705", "--jobs", "1", "--memory", MEMORY]


def arguments(format: str, path: Path, sound: Path, as_format: str) -> list[str]:
    """Return the command line that reads an input."""
    if format == "report" and as_format != "json":
        return ["show", "--format", as_format, "--", str(path)]
    shown = [*LIGHT, "--format", as_format]
    if format in OPTIONS:
        return ["check", *shown, f"{OPTIONS[format]}={path}", str(sound), str(sound)]
    cut = ["--window", "5"] if format == "recording" else []
    return ["check", *shown, *cut, "--", str(path), str(path if format == "recording" else sound)]


def reading(format: str, path: Path, sound: Path) -> Outcome:
    """Read an input as the command does."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            READERS.get(format, _read)(path, sound)
        except SplitAuditError as error:
            made = Outcome("refused" if str(error).strip() else "prose")
        except BaseException as error:
            made = Outcome("traceback", signature(error))
        else:
            made = Outcome("read")
    return _noise(told[0]) if told and not made.failed else made


def _noise(told: warnings.WarningMessage) -> Outcome:
    """A warning, and where it came from."""
    place = f"{Path(told.filename).name}:{told.lineno}"
    return Outcome("noise", f"{told.category.__name__} at {place}: {str(told.message)[:80]}")


def _sentence(text: str) -> Outcome:
    if not text.strip() or len(text) > MOST_TEXT:
        return Outcome("prose", f"a sentence of {len(text)} characters: {text[-60:]}")
    return Outcome("refused")


def commanding(format: str, path: Path, sound: Path, as_format: str) -> Outcome:
    """Run the command on an input: exit code 2 and one line on standard error, or a report that parses."""
    from splitaudit.cli import main

    out, err = io.StringIO(), io.StringIO()
    with warnings.catch_warnings(record=True) as told, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        warnings.simplefilter("always")
        try:
            main(arguments(format, path, sound, as_format), prog_name="splitaudit")
        except SystemExit as ended:
            code = ended.code
        except BaseException as error:
            return Outcome("traceback", signature(error))
    said, shown = err.getvalue(), out.getvalue()
    if told:
        return _noise(told[0])
    if STEERING.search(said) or STEERING.search(shown):
        return Outcome("steering", as_format)
    if code == 2 and not shown:
        one = said.count("\n") == 1 and said.startswith("splitaudit: ")
        return _sentence(said) if one else Outcome("prose", repr(said[:100]))
    if code not in (0, 1, 2) or said:
        return Outcome("code", f"exit code {code}, {said[:80]!r}")
    return _parsed(shown, as_format, code)


def _parsed(shown: str, as_format: str, code: int) -> Outcome:
    from xml.etree import ElementTree

    try:
        if as_format in ("json", "sarif"):
            json.loads(shown)
        elif as_format == "junit":
            ElementTree.fromstring(shown)
    except (ValueError, ElementTree.ParseError) as error:
        return Outcome("format", f"{as_format}: {error}")
    if as_format == "json" and code == 2:
        crashed = [each["message"] for each in json.loads(shown).get("findings", ()) if each["severity"] == "crashed"]
        return Outcome("crashed", crashed[0][:120] if crashed else "exit code 2 without a crash")
    return Outcome("reported")


def signature(error: BaseException) -> str:
    """Tell failures apart: the exception, and where in the package it came from."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "splitaudit/" in frame.filename and "benchmarks" not in frame.filename
    ]
    place = f"{frames[-1].filename.rsplit('splitaudit/', 1)[-1]}:{frames[-1].name}" if frames else "?"
    return f"{type(error).__name__} in {place}: {' '.join(str(error).split())[:80]}"
