"""Kolmogorov-Smirnov over all cells against sorting and against scipy: ``python -m benchmarks.bench_ks [--smoke]``.

One thread each, on the same float32 arrays, in turn (A B A B ...); medians and ratios. Wanted: statistics within 4 x
``np.sort`` of the pooled columns, at least 20 x faster than a loop of ``scipy.stats.ks_2samp``, equal to 1e-9.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy import stats

from splitaudit.stats.distance import distances


def seconds(function: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a tenth of the size, one round")
    arguments = parser.parse_args()
    shrink, rounds = (10, 1) if arguments.smoke else (1, 3)
    rng = np.random.default_rng(0)
    d = 1152 // shrink
    train = rng.normal(size=(7352 // shrink, d)).astype(np.float32)
    val = rng.normal(size=(2947 // shrink, d)).astype(np.float32) + np.float32(0.02)
    pooled = np.ascontiguousarray(np.concatenate([train, val]).T)
    jobs: dict[str, Callable[[], object]] = {
        "np.sort of the pooled columns (contiguous)": lambda: np.sort(pooled, axis=1),
        "splitaudit, KS and Wasserstein": lambda: distances(train, val),
        "scipy.stats.ks_2samp in a loop": lambda: [stats.ks_2samp(train[:, j], val[:, j]) for j in range(d)],
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            times[name].append(seconds(job))
    ours = statistics.median(times["splitaudit, KS and Wasserstein"])
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:45s} {median:8.3f} s   {median / ours:7.2f} x splitaudit")
    some = range(0, d, max(1, d // 50))
    found = distances(train, val).ks[some]
    exact = np.array([stats.ks_2samp(train[:, j], val[:, j]).statistic for j in some])
    print(f"largest difference to scipy's D over {len(exact)} columns: {np.abs(found - exact).max():.1e}")


if __name__ == "__main__":
    main()
