"""Power on independent windows: ``python -m benchmarks.bench_power [--smoke] [-n 300] [--seeds 30]``.

Prints, per shift, how often an audit sees it: the share of seeds in which some shift rule's p-value, adjusted for all
rules of the run, is at most 5 % (``seen``) or the finding is a warning or an error (``told``).
"""

from __future__ import annotations

import argparse

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.arrays import POWER
from splitaudit.audit import Settings, audit

FAMILY = "shift"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="two seeds of two shifts")
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("-n", type=int, default=300, help="windows per side")
    parser.add_argument("--shifts", nargs="*", default=list(POWER))
    arguments = parser.parse_args()
    seeds = 2 if arguments.smoke else arguments.seeds
    names = arguments.shifts[:2] if arguments.smoke else arguments.shifts
    table = Table(title=f"{arguments.n} + {arguments.n} independent windows of 64 x 3, {seeds} seeds")
    for column in ("shift", "seen", "told", "seen by"):
        table.add_column(column)
    for name in names:
        seen, told, by = 0, 0, dict[str, int]()
        for seed in track(range(seeds), description=name, transient=True):
            train, val = POWER[name](np.random.default_rng([seed, 2]), arguments.n)
            found = [f for f in audit(train, val, Settings(random_state=seed)).findings if f.family == FAMILY]
            hits = [f.rule for f in found if f.p_value is not None and f.p_value <= 0.05]
            seen += bool(hits)
            told += any(f.severity in ("warning", "error") for f in found)
            for code in hits:
                by[code] = by.get(code, 0) + 1
        rules = ", ".join(f"{code} {count / seeds:.2f}" for code, count in sorted(by.items()))
        table.add_row(name, f"{seen / seeds:.2f}", f"{told / seeds:.2f}", rules)
    Console().print(table)


if __name__ == "__main__":
    main()
