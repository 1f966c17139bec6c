"""A process that reads inputs one after the other and tells a line of each, so that a crash costs one input.

``python -m benchmarks.fuzz.worker FORMATS SEED FIRST STOP COMMANDS``: one input of ``COMMANDS`` goes through the whole
command. A line is written when an input begins, and one with its outcome, its seconds and its peak of memory.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.fuzz import targets
from benchmarks.fuzz.make import input_of
from benchmarks.fuzz.samples import samples

SECONDS = 10
ADDRESS_SPACE = 12 << 30  # so that a runaway input does not take the machine with it
FORMATS = ("json", "json", "terminal", "junit", "sarif", "github", "markdown", "html")
CLEAR, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


class SlowError(BaseException):
    """Raised by the alarm: an input took too long."""


def _alarm(*_: Any) -> None:
    raise SlowError(f"more than {SECONDS} s")


def peak() -> int:
    """Bytes that the process has held at most since the last reset, where the system can say so."""
    for line in STATUS.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def reset_peak() -> int:
    """Start counting again; return what is held now."""
    with contextlib.suppress(OSError):
        CLEAR.write_text("5")
    return peak()


def measured(format: str, path: Path, sound: Path, command: str | None) -> dict[str, Any]:
    """Read one input; return its outcome, its seconds and how far memory rose."""
    before, started = reset_peak(), time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        if command is None:
            made = targets.reading(format, path, sound)
        else:
            made = targets.commanding(format, path, sound, command)
    except SlowError as error:
        made = targets.Outcome("hang", str(error))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if "SlowError" in made.what:
        made = targets.Outcome("hang", made.what)
    seconds = time.perf_counter() - started
    return {"kind": made.kind, "what": made.what, "seconds": round(seconds, 4), "memory": max(0, peak() - before)}


def main() -> None:
    formats, (seed, first, stop, commands) = sys.argv[1].split(","), map(int, sys.argv[2:6])
    signal.signal(signal.SIGALRM, _alarm)
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        os.chdir(root)
        sound = targets.good(root)
        for format in formats:
            warm(format, root, sound, commands)
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        for format in formats:
            for index in range(first, stop):
                lines.write(f"{format} {index}\n")
                told = one(format, index, seed, root, commands)
                lines.write(json.dumps({"format": format, "index": index, **told}) + "\n")
                if not index % 500:
                    gc.collect()


def one(format: str, index: int, seed: int, root: Path, commands: int) -> dict[str, Any]:
    """Make an input, read it and take it away again."""
    folder = root / "case"
    folder.mkdir()
    path = input_of(format, index, seed, folder)
    draw = Random(f"command/{seed}/{format}/{index}")
    command = draw.choice(FORMATS) if commands and not draw.randrange(commands) else None
    told = measured(format, path, targets.good(root), command)
    shutil.rmtree(folder, ignore_errors=True)
    return {"command": command, **told}


def warm(format: str, root: Path, sound: Path, commands: int) -> None:
    """Load what reading needs, so that it is not counted."""
    from benchmarks.fuzz.make import written

    for each in samples(format):
        folder = root / "warm"
        folder.mkdir()
        path = written(each, folder)
        measured(format, path, sound, None)
        for as_format in FORMATS[1:] if commands else ():
            measured(format, path, sound, as_format)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
