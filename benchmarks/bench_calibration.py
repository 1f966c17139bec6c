"""False alarms of the inferring shift rules on null splits: ``python -m benchmarks.bench_calibration [--smoke]``.

Prints, per null, how often each rule's own p-value falls below 5 % (and 0.3 %, about where the correction over all
rules puts the bar for an error), with the number of seeds. Wanted: at most 7 % at 5 %.
"""

from __future__ import annotations

import argparse

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.arrays import NULLS
from splitaudit.audit import Settings, prepare, run_rules
from splitaudit.rules import catalog

CODES = ("SA101", "SA102", "SA103", "SA104")


def false_alarms(name: str, seeds: int) -> np.ndarray:
    """p-values of shape (seeds, rules)."""
    rules = [catalog.find(code) for code in CODES]
    out = np.ones((seeds, len(rules)))
    for seed in track(range(seeds), description=name, transient=True):
        train, val = NULLS[name](np.random.default_rng([seed, 1]))
        ours, theirs, context = prepare(train, val, Settings(random_state=seed))
        for k, rule in enumerate(rules):
            finding = run_rules([rule], ours, theirs, context)[0]
            if finding.p_value is not None:
                out[seed, k] = finding.p_value
    return out


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="three seeds of three nulls")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--nulls", nargs="*", default=list(NULLS))
    arguments = parser.parse_args()
    seeds = 3 if arguments.smoke else arguments.seeds
    names = arguments.nulls[:3] if arguments.smoke else arguments.nulls
    table = Table(title=f"share of true nulls rejected, {seeds} seeds, p <= 0.05 / p <= 0.003")
    table.add_column("null")
    for code in CODES:
        table.add_column(code, justify="right")
    for name in names:
        p = false_alarms(name, seeds)
        table.add_row(name, *(f"{np.mean(q <= 0.05):.3f} / {np.mean(q <= 0.003):.3f}" for q in p.T))
    Console().print(table)


if __name__ == "__main__":
    main()
