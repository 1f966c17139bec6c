"""Hostile files in large numbers: ``python -m benchmarks.bench_fuzz [--smoke] [--inputs 100000] [--seed 0]``.

Every reader must answer any input with one sentence or a correct report: no traceback, no crash, no warning, at most 10
seconds, and no more memory than ``--memory`` says. Inputs are damaged samples and well-formed absurdities of every
format (``benchmarks/fuzz/``); the same seed and number give the same file. A worker process per format reads them one
after the other as the command does, and every fifteenth goes through the whole command in one of its formats; a worker
that dies or hangs costs one input. A table shows the outcomes; ``--out`` keeps them as JSON, and a second run with the
same file goes on where the first stopped. Inputs that failed are cut down and written beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.fuzz.samples import FORMATS

SHARES = {"npz": 6, "npy": 5, "hdf5": 4, "parquet": 4, "arrow": 4, "zarr": 2, "shards": 2}  # the others have 3
FINE = ("refused", "read", "reported")
MOST_MEMORY = 512 << 20  # what --memory says
COMMANDS = 15
PATIENCE = 25  # seconds of silence after which a worker is taken to hang where no alarm reaches it
BATCH = 2000
SMOKE = 20
START = 120


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one format; ``failures`` holds the first input of each kind of failure."""

    done: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[int, int] = (0, -1)
    failures: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, told: dict[str, Any]) -> None:
        """Count one input."""
        kind, index = told["kind"], told["index"]
        if kind in FINE and told["memory"] > MOST_MEMORY:
            kind, told["what"] = "memory", f"{told['memory'] >> 20} MiB"
        self.outcomes[kind] = self.outcomes.get(kind, 0) + 1
        self.slowest = max(self.slowest, (told["seconds"], index))
        self.largest = max(self.largest, (told["memory"], index))
        if kind not in FINE:
            key = f"{kind}: {told.get('what', '')}"[:160]
            entry = self.failures.setdefault(key, {"index": index, "command": told.get("command"), "count": 0})
            entry["count"] += 1


def lines_of(formats: str, seed: int, first: int, stop: int, commands: int) -> Iterator[dict[str, Any]]:
    """Run a worker over some inputs and yield what it tells; a death or a silence is told of the input it was at."""
    command = [sys.executable, "-m", "benchmarks.fuzz.worker", formats, *map(str, (seed, first, stop, commands))]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as worker:
        assert worker.stdout is not None
        at, started = "", time.perf_counter()
        while True:
            ready, _, _ = select.select([worker.stdout], [], [], PATIENCE if at else START)
            line = worker.stdout.readline() if ready else None
            if not line:
                break
            if line.startswith("{"):
                yield json.loads(line)
                at = ""
            else:
                at, started = line.strip(), time.perf_counter()
        if line is None:
            worker.kill()
        code = worker.wait() if line is not None else None
    if not at and code == 0:
        return
    format, _, index = at.partition(" ")
    if not at:
        raise RuntimeError(f"the worker of {formats} ended with {code} between inputs")
    what = "silent, in native code" if code is None else signal.Signals(-code).name if code < 0 else f"exit code {code}"
    kind, seconds = "hang" if code is None else "crash", time.perf_counter() - started
    yield {"format": format, "index": int(index), "kind": kind, "what": what, "seconds": seconds, "memory": 0}


def run(format: str, seed: int, n: int, tally: Tally) -> None:
    """Read the inputs of a format that are not read yet."""
    while tally.done < n:
        for told in lines_of(format, seed, tally.done, min(n, tally.done + BATCH), COMMANDS):
            tally.add(told)
            tally.done = told["index"] + 1


def smoke(seed: int, tallies: dict[str, Tally]) -> None:
    """Read a few inputs of every format in one process."""
    for told in lines_of(",".join(tallies), seed, 0, SMOKE, 0):
        tally = tallies[told["format"]]
        tally.add(told)
        tally.done += 1


def wanted(total: int, formats: tuple[str, ...]) -> dict[str, int]:
    """How many inputs each format gets."""
    weights = {format: SHARES.get(format, 3) for format in formats}
    return {format: -(-total * weight // sum(weights.values())) for format, weight in weights.items()}


def load(path: Path | None, seed: int) -> dict[str, Tally]:
    """Return what an earlier run with the same seed has counted."""
    if path is None or not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["seed"] != seed:
        return {}
    made = {}
    for format, told in kept["formats"].items():
        told["slowest"], told["largest"] = tuple(told["slowest"]), tuple(told["largest"])
        made[format] = Tally(**told)
    return made


def save(path: Path, seed: int, tallies: dict[str, Tally]) -> None:
    """Keep what was counted."""
    content = {
        "seed": seed,
        "inputs": sum(tally.done for tally in tallies.values()),
        "formats": {format: asdict(tally) for format, tally in tallies.items()},
    }
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


def shown(tallies: dict[str, Tally]) -> Table:
    """Return the table."""
    table = Table("format", "inputs", "refused", "read", "reported", "failed", "slowest", "memory")
    for format, tally in tallies.items():
        failed = sum(count for kind, count in tally.outcomes.items() if kind not in FINE)
        counts = [f"{tally.outcomes.get(kind, 0):,}" for kind in FINE]
        extremes = [f"{tally.slowest[0]:.2f} s", f"{tally.largest[0] / 2**20:.0f} MiB"]
        table.add_row(format, f"{tally.done:,}", *counts, f"{failed:,}", *extremes)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="few inputs")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    parser.add_argument("--jobs", type=int, default=2, help="worker processes at a time")
    parser.add_argument("--out", type=Path, help="JSON of the outcomes; read again if it is there")
    given = parser.parse_args()
    tallies = load(given.out, given.seed)
    lock = Lock()

    def work(format: str, n: int) -> None:
        tally = tallies[format]
        while tally.done < n:
            run(format, given.seed, min(n, tally.done + BATCH), tally)
            if given.out is not None:
                with lock:
                    save(given.out, given.seed, tallies)

    shares = wanted(given.inputs, tuple(given.formats))
    for format in shares:
        tallies.setdefault(format, Tally())
    if given.smoke:
        smoke(given.seed, tallies)
    else:
        with ThreadPoolExecutor(given.jobs) as pool:
            list(pool.map(work, *zip(*shares.items(), strict=True)))
    console = Console(width=120)
    console.print(shown(tallies))
    failures = {f"{format} {key}": entry for format, tally in tallies.items() for key, entry in tally.failures.items()}
    if failures:
        from benchmarks.fuzz.shrink import kept

        folder = given.out.parent if given.out is not None else Path(tempfile.mkdtemp())
        for key, entry in failures.items():
            format = key.partition(" ")[0]
            path = kept(format, entry["index"], given.seed, entry["command"], folder / "failed")
            console.print(
                f"{key}\n  {entry['count']} times, first {entry['index']}, seed {given.seed}: {path}", markup=False
            )
        sys.exit(1)


if __name__ == "__main__":
    main()
