"""False alarms of a difference of means where one side is much the smaller and values are far or skewed.

``python -m benchmarks.bench_unbalanced [--smoke] [--runs 400]``.

Columns of independent values of one law are compared between the sides, windows being the units. Prints, by law and
sizes, the share of runs in which the smallest p-value of 150 columns, corrected for them, is at most 5 % (0.3 %):
of Student's t (scipy), and of :func:`splitaudit.stats.shift.shift_test`. Wanted of the latter: at most 7 %.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy import stats

from splitaudit.stats.shift import shift_test
from splitaudit.stats.units import Scheme

Size = tuple[int, int]
Law = Callable[[np.random.Generator, Size], NDArray[np.float64]]
N_COLUMNS = 150
SIZES = ((200, 1), (200, 3), (200, 10), (200, 12), (200, 30), (1000, 100), (300, 300))
LAWS: dict[str, Law] = {
    "normal": lambda rng, size: rng.normal(size=size),
    "Student's t, 2 df": lambda rng, size: rng.standard_t(2, size),
    "Student's t, 3 df": lambda rng, size: rng.standard_t(3, size),
    "lognormal": lambda rng, size: rng.lognormal(size=size),
    "exponential": lambda rng, size: rng.exponential(size=size),
    "log of exponential": lambda rng, size: np.log(rng.exponential(size=size)),
    "events, 2 %": lambda rng, size: (rng.random(size) < 0.02).astype(np.float64),
    "events of either sign, 2 %": lambda rng, size: (rng.random(size) < 0.02) * rng.choice([-1.0, 1.0], size),
}


def pvalues(law: Law, n: int, m: int, runs: int, description: str) -> NDArray[np.float64]:
    """p-values of Student's t and of the shift test, shape (runs, 2)."""
    scheme = Scheme("window", np.arange(n + m), n, "benchmark")
    rng = np.random.default_rng([n, m])
    out = np.ones((runs, 2))
    for run in track(range(runs), description=description, transient=True):
        x = law(rng, (n + m, N_COLUMNS))
        with np.errstate(invalid="ignore", divide="ignore"):
            student = np.nanmin(stats.ttest_ind(x[n:], x[:n]).pvalue)
        out[run] = min(1.0, N_COLUMNS * float(student)), shift_test(x, scheme, ranks=False).pvalue
    return out


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="ten runs of each law at 200 + 12")
    parser.add_argument("--runs", type=int, default=400)
    arguments = parser.parse_args()
    runs, sizes = (10, ((200, 12),)) if arguments.smoke else (arguments.runs, SIZES)
    table = Table(title=f"share of {runs} sound pairs with p <= 5 % / 0.3 %, {N_COLUMNS} columns")
    for heading in ("windows", "law", "Student's t", "shift_test"):
        table.add_column(heading, justify="left" if heading in ("windows", "law") else "right")
    for n, m in sizes:
        for name, law in LAWS.items():
            p = pvalues(law, n, m, runs, f"{name}, {n} + {m}")
            table.add_row(f"{n} + {m}", name, *(f"{np.mean(q <= 0.05):.1%} / {np.mean(q <= 0.003):.1%}" for q in p.T))
    Console().print(table)


if __name__ == "__main__":
    main()
