"""Sides that do not fit into memory: ``python -m benchmarks.bench_scale [--smoke] [--folder F] [--sizes 10000 ...]``.

Writes windows of 128 x 9 (half overlapping, one recording a side) as .npy files, audits each size in its own process
under ``--memory``, and prints seconds, peak memory, the exponent of growth, and the speed of the pass over all windows
beside numpy alone reading the same pieces. ``--dask`` adds clusters of one and two workers.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.signal import lfilter

SIZES = (10_000, 100_000, 400_000, 2_000_000)
SHAPE = (128, 9)
VAL = 0.25
AT_ONCE = 20_000
KEEP = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")  # Dask gives freed memory back at once, which halves speed


def write(path: Path, n: int, seed: int) -> None:
    """Write windows that overlap by half, piece by piece."""
    rng = np.random.default_rng(seed)
    t, c = SHAPE
    out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(n, t, c))
    for start in range(0, n, AT_ONCE):
        k = min(AT_ONCE, n - start)
        noise = rng.standard_normal((t // 2 * (k + 1), c), dtype=np.float32)
        signal = lfilter([1], [1, -0.7], noise, axis=0).astype(np.float32)
        out[start : start + k] = np.lib.stride_tricks.sliding_window_view(signal, t, axis=0)[:: t // 2][:k].transpose(
            0, 2, 1
        )
    out.flush()


def audit(folder: Path, memory: str, workers: int) -> dict[str, float]:
    """Audit in this process; return seconds and peak memory in MB."""
    import splitaudit as sa

    options = {"memory": memory, "n_jobs": 2}
    start = time.perf_counter()
    if workers:
        import dask
        from distributed import Client, LocalCluster

        dask.config.set({f"distributed.nanny.pre-spawn-environ.{name}": str(2**30) for name in KEEP})
        with LocalCluster(workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
            start = time.perf_counter()
            report = sa.check(folder / "train.npy", folder / "val.npy", engine="dask", **options)
    else:
        report = sa.check(folder / "train.npy", folder / "val.npy", **options)
    status = Path("/proc/self/status").read_text().splitlines()  # ru_maxrss would count what the parent held
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    return {
        "seconds": time.perf_counter() - start,
        "reading": report.timings.get("read", math.nan),
        "mb": peak,
        "errors": len(report.by_severity("error")),
        "judged": report.finding("SA101").evidence.get("sample", {}).get("train", math.nan),
    }


def speeds(path: Path) -> tuple[float, float]:
    """GB per second of reading pieces with numpy alone, and of the pass for digests and what is not finite."""
    from splitaudit.data.blocks import Threads
    from splitaudit.engine.limits import Limits
    from splitaudit.engine.scan import scan
    from splitaudit.readers.read import read
    from splitaudit.rule import silent

    split = read(path, most=0)
    pieces = split.X.pieces(Limits(memory=2**31).piece(2))
    best = [math.inf, math.inf]
    for _ in range(2):
        _forget(path)
        start = time.perf_counter()
        source = np.load(path, mmap_mode="r")
        for piece in pieces:
            np.array(source[piece])
        best[0] = min(best[0], time.perf_counter() - start)
        del source  # pages that are mapped stay in memory
        _forget(path)
        start = time.perf_counter()
        scan(split, None, Threads(2), pieces, split.X.dtype, silent)
        best[1] = min(best[1], time.perf_counter() - start)
    return split.X.nbytes / best[0] / 1e9, split.X.nbytes / best[1] / 1e9


def _forget(path: Path) -> None:
    """Take a file out of the page cache, where data that do not fit into memory are not."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def child(folder: Path, memory: str, workers: int) -> dict[str, float]:
    """Audit in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bench_scale", "--child", str(folder), "--memory", memory]
    done = subprocess.run([*command, "--workers", str(workers)], capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure(folder: Path, sizes: list[int], memory: str, dask: bool) -> None:
    """Write, audit and print every size."""
    seconds = []
    for n in sizes:
        place = folder / str(n)
        place.mkdir(parents=True, exist_ok=True)
        n_val = int(VAL * n)
        for name, count, seed in (("train", n - n_val, 0), ("val", n_val, 1)):
            if not (place / f"{name}.npy").exists():
                write(place / f"{name}.npy", count, seed)
        for workers in (0, 1, 2) if dask and n == max(sizes) else (0,):
            found = child(place, memory, workers)
            who = f"dask, {workers} workers" if workers else "local"
            print(
                f"{n:>10,} windows {n * math.prod(SHAPE) * 4 / 1e9:6.2f} GB  {who:16s} {found['seconds']:7.1f} s, "
                f"of it reading {found['reading']:6.1f}  peak {found['mb']:6.0f} MB  {found['judged']:,.0f} judged",
                flush=True,
            )
            if not workers:
                seconds.append(found["seconds"])
        alone, ours = speeds(place / "train.npy")
        share = f"{ours / alone:.0%}"
        print(
            f"{'':>19} from disk: numpy {alone:.2f} GB/s, digests and non-finite {ours:.2f} GB/s ({share})", flush=True
        )
    if len(seconds) > 2:
        slope = np.polyfit(np.log(sizes[1:]), np.log(seconds[1:]), 1)[0]
        print(f"exponent of growth from {sizes[1]:,} windows on: {slope:.2f}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a few thousand windows")
    parser.add_argument("--folder", type=Path, help="where the windows are written, and kept")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--memory", default="2GiB")
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(audit(arguments.child, arguments.memory, arguments.workers)))
        return
    sizes = [2000] if arguments.smoke else sorted(arguments.sizes)
    with tempfile.TemporaryDirectory() as scratch:
        measure(arguments.folder or Path(scratch), sizes, arguments.memory, arguments.dask)


if __name__ == "__main__":
    main()
