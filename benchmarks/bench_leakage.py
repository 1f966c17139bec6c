"""How well copies, near copies and overlaps are found: ``python -m benchmarks.bench_leakage [--smoke] [--seeds 4]``.

Honest windows of many kinds (``hard.py``): every val window that is named is a false alarm. Then copies are planted in
a third of the val windows and overlaps of several lengths in half of them.
"""

from __future__ import annotations

import argparse
import contextlib
import time

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.hard import EVENTFUL, POOR, RICH, Make, Windows
from splitaudit.audit import Settings, prepare
from splitaudit.data.split import make_split
from splitaudit.errors import NotApplicable
from splitaudit.rules.leakage.duplicate_windows import duplicate_windows
from splitaudit.rules.leakage.near_duplicate_windows import near_duplicate_windows
from splitaudit.rules.leakage.overlapping_windows import overlapping_windows

RULES = (duplicate_windows, near_duplicate_windows, overlapping_windows)
SNR = (20, 25, 30, 40)
OVERLAPS = (0.02, 0.1, 0.25, 0.5, 0.9)
Found = dict[str, NDArray[np.int64]]


def search(train: Windows, val: Windows) -> Found:
    """Val windows that each rule names."""
    dtype = np.float32 if train.dtype.kind == "f" else train.dtype
    sides = [make_split(X.astype(dtype), name=name) for X, name in ((train, "train"), (val, "val"))]
    ours, theirs, context = prepare(*sides, Settings())
    found = {}
    for rule in RULES:
        found[rule.code] = np.empty(0, dtype=np.int64)
        with contextlib.suppress(NotApplicable):  # too few windows have a shape: nothing is named
            evidence = rule(ours, theirs, context)
            if evidence.effect >= rule.warn:
                found[rule.code] = evidence.where.val_windows
    return found


def false_alarms(make: Make, shape: tuple[int, int, int, int], seeds: int) -> dict[str, float]:
    """Share of honest val windows that each rule names."""
    n_train, n_val, t, c = shape
    named = dict.fromkeys((rule.code for rule in RULES), 0)
    for seed in range(seeds):
        X = make(np.random.default_rng([seed, 1]), n_train + n_val, t, c)
        for code, rows in search(X[:n_train], X[n_train:]).items():
            named[code] += len(rows)
    return {code: count / (seeds * n_val) for code, count in named.items()}


def copies(make: Make, shape: tuple[int, int, int, int], decibel: float | None) -> tuple[float, int]:
    """Share of planted copies that are named (by any rule), and how many other windows are."""
    n_train, n_val, t, c = shape
    rng = np.random.default_rng(2)
    train, val = make(rng, n_train, t, c), make(rng, n_val, t, c)
    rows = rng.choice(n_val, n_val // 3, replace=False)
    origin = train[rng.choice(n_train, len(rows))].astype(np.float64)
    if decibel is not None:
        origin += 10 ** (-decibel / 20) * origin.std(axis=1, keepdims=True) * rng.normal(size=origin.shape)
    val[rows] = origin
    return _score(search(train, val), rows)


def overlaps(make: Make, shape: tuple[int, int, int, int], share: float) -> tuple[float, int]:
    """Share of val windows with so much of a train window that SA303 names, and how many other windows are named."""
    n_train, n_val, t, c = shape
    rng = np.random.default_rng(3)
    stride = t - max(1, round(share * t))
    pairs = make(rng, n_train, 2 * t, c)
    later = pairs[: n_val // 2, stride : stride + t]
    val = np.concatenate([later, make(rng, n_val - len(later), t, c)])
    found = search(pairs[:, :t], val)
    return _score({"SA303": found["SA303"]}, np.arange(len(later)))


def _score(found: Found, rows: NDArray[np.int64]) -> tuple[float, int]:
    named = np.unique(np.concatenate(list(found.values())))
    return float(np.isin(rows, named).mean()), int((~np.isin(named, rows)).sum())


def alarm_table(shapes: list[tuple[int, int, int, int]], seeds: int) -> Table:
    """Share of honest windows named, per kind of window and shape."""
    table = Table(title=f"honest val windows named, {seeds} seeds (SA301 / SA302 / SA303)")
    table.add_column("windows")
    for n_train, n_val, t, c in shapes:
        table.add_column(f"{n_train} + {n_val}, {t} x {c}")
    for name, make in track({**POOR, **EVENTFUL, **RICH}.items(), description="honest", transient=True):
        cells = [false_alarms(make, shape, seeds) for shape in shapes]
        table.add_row(
            name, *(" / ".join(f"{share:.2%}" if share else "0" for share in cell.values()) for cell in cells)
        )
    return table


def recall_table(shape: tuple[int, int, int, int]) -> Table:
    """Share of planted copies and overlaps named; in brackets how many other windows are named, if any."""
    n_train, n_val, t, c = shape
    table = Table(title=f"recall, {n_train} + {n_val} windows of {t} x {c}")
    heads = ["windows", "exact", *(f"{db} dB" for db in SNR), *(f"overlap {share:.0%}" for share in OVERLAPS)]
    for head in heads:
        table.add_column(head)
    for name, make in track(RICH.items(), description="planted", transient=True):
        scores = [copies(make, shape, decibel) for decibel in (None, *SNR)]
        scores += [overlaps(make, shape, share) for share in OVERLAPS]
        table.add_row(name, *(f"{hit:.2f}" + (f" ({extra})" if extra else "") for hit, extra in scores))
    return table


def time_table(sizes: list[tuple[int, int]]) -> Table:
    """Seconds per rule on white noise; the search for copies is shared and counted with SA301."""
    table = Table(title="seconds, windows of 128 x 9, one thread")
    for head in ("windows", *(rule.code for rule in RULES)):
        table.add_column(head)
    for n_train, n_val in sizes:
        rng = np.random.default_rng(4)
        sides = [
            make_split(rng.normal(size=(n, 128, 9)).astype(np.float32), name=name, groups=np.arange(n) % 20 + first)
            for n, name, first in ((n_train, "train", 0), (n_val, "val", 20))
        ]
        ours, theirs, context = prepare(*sides, Settings())
        seconds = []
        for rule in RULES:
            started = time.perf_counter()
            rule(ours, theirs, context)
            seconds.append(f"{time.perf_counter() - started:.2f}")
        table.add_row(f"{n_train} + {n_val}", *seconds)
    return table


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one seed, small sizes")
    parser.add_argument("--seeds", type=int, default=4)
    smoke = parser.parse_args().smoke
    seeds = 1 if smoke else parser.parse_args().seeds
    shapes = (
        [(200, 100, 64, 3)] if smoke else [(300, 150, 64, 4), (300, 150, 64, 1), (300, 150, 20, 1), (3000, 1000, 64, 3)]
    )
    console = Console()
    console.print(alarm_table(shapes, seeds))
    for shape in shapes[:1] if smoke else shapes:
        console.print(recall_table(shape))
    console.print(time_table([(1000, 400)] if smoke else [(7352, 2947), (50000, 20000)]))


if __name__ == "__main__":
    main()
