"""The smallest file that still fails in the same way, to look at and to keep as a test."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random

from benchmarks.fuzz import targets
from benchmarks.fuzz.make import input_of, sample, written
from benchmarks.fuzz.samples import Sample
from benchmarks.fuzz.worker import measured

MOST_TRIES = 300
UNSHRUNK = ("hang", "crash", "memory")


def kept(format: str, index: int, seed: int, command: str | None, folder: Path) -> Path:
    """Write a failing input, cut down where reading it again fails in the same way, and return its folder."""
    target = folder / f"{format}-{seed}-{index}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    rng = Random(f"{seed}/{format}/{index}")
    if rng.random() < 0.02:  # a place, which holds nothing to cut down
        input_of(format, index, seed, target)
        return target
    files = sample(format, rng)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        first = _outcome(format, files, command, root)
        if first[0] not in UNSHRUNK and first[0] not in ("refused", "read", "reported"):
            files = _smaller(format, dict(files), command, root, first)
    written(files, target)
    return target


def _outcome(format: str, files: Sample, command: str | None, root: Path) -> tuple[str, str]:
    folder = root / "case"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    found = measured(format, written(files, folder), targets.good(root), command)
    return found["kind"], found["what"]


def _smaller(format: str, files: dict[str, bytes], command: str | None, root: Path, first: tuple[str, str]) -> Sample:
    """Take stretches out of the files as long as the same failure comes of it."""
    tries = 0
    for name in sorted(files, key=lambda name: -len(files[name])):
        size = max(1, len(files[name]) // 2)
        while size and tries < MOST_TRIES:
            start = 0
            while start < len(files[name]) and tries < MOST_TRIES:
                content = files[name]
                tries += 1
                if _outcome(format, {**files, name: content[:start] + content[start + size :]}, command, root) == first:
                    files[name] = content[:start] + content[start + size :]
                else:
                    start += size
            size //= 2
    return files
