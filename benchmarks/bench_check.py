"""A whole ``splitaudit check`` as a process: ``python -m benchmarks.bench_check [--smoke] [--sizes 1000 70000]``.

Writes seeded npz pairs of windows of 128 x 9 (AR signals with learnable labels, 30 % of them validation), runs the
command on them, and prints wall-clock time, peak memory beside the size of the arrays, and the exponent of growth.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.arrays import labelled


def write(folder: Path, n: int) -> int:
    """Write one pair of n windows in all; return the bytes of its X arrays."""
    rng = np.random.default_rng(n)
    total = 0
    for name, count in (("train", round(0.714 * n)), ("val", n - round(0.714 * n))):
        X, y = labelled(rng, count)
        np.savez(folder / f"{name}.npz", X=X, y=y)
        total += X.nbytes
    return total


def check(folder: Path, jobs: int) -> tuple[float, float]:
    """Seconds and peak megabytes of one run."""
    command = [sys.executable, "-m", "splitaudit", "check", str(folder / "train.npz"), str(folder / "val.npz")]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--jobs", str(jobs), "--exit-zero"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the check ended with status {status}")
    return time.perf_counter() - start, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="1,000 windows only")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_299, 70_000])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path, help="only write the pair of the first of the sizes into this folder")
    arguments = parser.parse_args()
    if arguments.write:
        print(write(arguments.write, arguments.sizes[0]))
        return
    last: tuple[int, float] | None = None
    for n in [1000] if arguments.smoke else arguments.sizes:
        with tempfile.TemporaryDirectory() as name:
            # written by another process: what this one has ever held would count as memory of the check
            writer = [sys.executable, "-m", "benchmarks.bench_check", "--write", name, "--sizes", str(n)]
            arrays = int(subprocess.run(writer, check=True, capture_output=True, text=True).stdout) / 1024**2
            wall, peak = check(Path(name), arguments.jobs)
        growth = (
            ""
            if last is None or n == last[0]
            else f", exponent of growth {math.log(wall / last[1]) / math.log(n / last[0]):.2f}"
        )
        limit = 3 * arrays + 300
        print(f"{n:8,} windows: {wall:6.1f} s, peak {peak:6.0f} MB of {limit:.0f} (3 x {arrays:.0f} + 300){growth}")
        last = (n, wall)


if __name__ == "__main__":
    main()
