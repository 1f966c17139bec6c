"""Loads at the edge of what people have: ``python -m benchmarks.bench_load [--smoke] [--memory 2GiB] [--only NAME]``.

Many channels, long windows, many groups, many classes, many windows, one window per group, and ten audits at once: each
audited by the command in a process of its own under ``--memory``. Prints seconds, peak memory, what of the windows was
judged, and whether there was an error on these healthy splits.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from splitaudit.engine.limits import parse_size

AT_ONCE = 10
VAL = 0.25


@dataclass(frozen=True, slots=True)
class Load:
    """Windows (n, t, c) of both sides together, of so many classes and groups."""

    n: int
    t: int
    c: int
    n_classes: int = 4
    n_groups: int | None = None


LOADS = {
    "500 channels": Load(2400, 64, 500),
    "10,000 time steps": Load(800, 10_000, 4),
    "1,000 groups": Load(10_000, 64, 6, n_groups=1000),
    "1,000 classes": Load(10_000, 64, 6, n_classes=1000),
    "1,000,000 windows": Load(1_000_000, 16, 2),
    "one window per group": Load(4000, 64, 6, n_groups=4000),
}
MANY = Load(2000, 128, 9)


def write(folder: Path, load: Load, seed: int = 0) -> None:
    """Write two sides of one process; classes differ in the level of the first channel, groups a little in all."""
    rng = np.random.default_rng(seed)
    n_val = int(VAL * load.n)
    for name, n, first in (("train", load.n - n_val, 0), ("val", n_val, load.n - n_val)):
        y = rng.integers(0, load.n_classes, n)
        X = rng.standard_normal((n, load.t, load.c), dtype=np.float32)
        X[:, 1:] = 0.6 * X[:, :-1] + 0.8 * X[:, 1:]
        X[:, :, 0] += (y / max(1, load.n_classes - 1))[:, None].astype(np.float32)
        given = {"X": X, "y": y}
        if load.n_groups is not None:
            given["groups"] = (np.arange(first, first + n) * load.n_groups) // load.n
        np.savez(folder / f"{name}.npz", **given)


def child(folder: Path, memory: str) -> None:
    """Audit in this process as the command does; tell what it took."""
    from splitaudit.cli import main

    began = time.perf_counter()
    report = folder / "report.json"
    try:
        sides = [str(folder / f"{name}.npz") for name in ("train", "val")]
        main(["check", *sides, "--memory", memory, "--quiet", "--output", str(report)], prog_name="splitaudit")
    except SystemExit as end:
        code = end.code
    status = Path("/proc/self/status").read_text().splitlines()  # ru_maxrss would count what the parent held
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 2**20
    print(json.dumps({"code": code, "seconds": time.perf_counter() - began, "gb": peak}))


def started(folder: Path, memory: str) -> subprocess.Popen[str]:
    """Start an audit in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bench_load", "--child", str(folder), "--memory", memory]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str], folder: Path) -> dict[str, Any]:
    """Wait for an audit; return what it took and what it said."""
    out, err = process.communicate()
    if process.returncode:
        raise RuntimeError(err)
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    if err.strip():
        return {**found, "said": err.strip()}
    report = json.loads((folder / "report.json").read_text())
    notes = [*report["inputs"]["train"].get("notes", []), *report["inputs"]["val"].get("notes", [])]
    errors = [f["rule"] for f in report["findings"] if f["severity"] in ("error", "crashed")]
    return {**found, "said": "; ".join(notes), "errors": errors}


def line(name: str, found: dict[str, Any], limit: float) -> str:
    """Return a row of the table."""
    kept = "yes" if found["gb"] <= limit else "NO"
    wrong = ", ".join(found.get("errors", ())) or "none"
    return (
        f"| {name} | {found['seconds']:.1f} | {found['gb']:.2f} | {kept} | {wrong} | {found['said'] or 'all judged'} |"
    )


def same(folders: list[Path]) -> bool:
    """Whether audits of the same data say the same, timings and paths aside."""
    told = []
    for folder in folders:
        report = json.loads((folder / "report.json").read_text())
        told.append(json.dumps([report["verdict"], report["findings"]], sort_keys=True))
    return len(set(told)) == 1


def main() -> None:
    """Write, audit and print every load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small loads, to see that it runs")
    parser.add_argument("--memory", default="2GiB")
    parser.add_argument("--only", nargs="*", default=[*LOADS, "ten at once"])
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child is not None:
        child(given.child, given.memory)
        return
    limit = parse_size(given.memory) / 2**30
    print(f"| load | seconds | GiB | within {given.memory} | errors | what it says |")
    print("| --- | ---: | ---: | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as place:
        for name, load in LOADS.items():
            if name in given.only and (not given.smoke or name == "one window per group"):
                folder = Path(place) / "one"
                folder.mkdir(exist_ok=True)
                write(folder, Load(400, 16, 2, n_groups=400) if given.smoke else load)
                print(line(name, ended(started(folder, given.memory), folder), limit), flush=True)
        if "ten at once" in given.only and not given.smoke:
            folders = [Path(place) / str(k) for k in range(AT_ONCE)]
            for folder in folders:
                folder.mkdir()
                write(folder, MANY)
            running = [started(folder, given.memory) for folder in folders]
            for k, (process, folder) in enumerate(zip(running, folders, strict=True), start=1):
                print(line(f"{k} of {AT_ONCE} at once", ended(process, folder), limit), flush=True)
            print(f"\nthe {AT_ONCE} say the same: {'yes' if same(folders) else 'NO'}")


if __name__ == "__main__":
    main()
