"""Sound splits whose subjects nobody names: ``python -m benchmarks.bench_hidden [--smoke] [--seeds 400]``.

Four to twenty subjects in train and two to eight others in val, ten to sixty windows each, are shuffled, and
their groups left out. Subjects differ by offsets of 0.1 to 0.7 standard deviations, by gains, and by what they do mostly
(Dirichlet's law of class shares). Prints, by the size of the offsets, the 95th and 99th percentile of each rule's effect, and
how often it would be an error by the rule's ordinary threshold and by ``error_ungrouped``. Wanted: at most 5 % of the latter
over all rules, where subjects differ by half a standard deviation or less.
"""

from __future__ import annotations

import argparse

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.arrays import subjects
from splitaudit.audit import Settings, prepare, run_rules
from splitaudit.data.split import Split, make_split
from splitaudit.rules import catalog

CODES = ("SA101", "SA102", "SA103", "SA501")
OFFSETS = (0.1, 0.3, 0.5, 0.7)
GAINS = (0.05, 0.15, 0.25)
N_CLASSES = 3


def hidden(rng: np.random.Generator, offset: float) -> list[Split]:
    """Draw the two sides of a sound split by subject, without its groups."""
    n_train, n_val, per = (int(rng.integers(*limits)) for limits in ((4, 21), (2, 9), (10, 61)))
    sides = []
    for side in subjects(rng, n_train, n_val, per=per, offset=offset, gain=float(rng.choice(GAINS))):
        assert side.groups is not None
        shares = rng.dirichlet(np.ones(N_CLASSES), len(side.group_names))
        labels = (rng.random((len(side), 1)) > shares[side.groups].cumsum(axis=1)).sum(axis=1).clip(max=N_CLASSES - 1)
        order = rng.permutation(len(side))
        sides.append(make_split(side.X[order], labels[order], name=side.name))
    return sides


def effects(offset: float, seeds: int) -> np.ndarray:
    """Effect of each rule where it is beyond chance, else 0; shape (seeds, rules)."""
    rules = [catalog.find(code) for code in CODES]
    out = np.zeros((seeds, len(rules)))
    for seed in track(range(seeds), description=f"offsets of {offset} sd", transient=True):
        train, val = hidden(np.random.default_rng([seed, 5]), offset)
        for k, found in enumerate(run_rules(rules, *prepare(train, val, Settings(random_state=seed)))):
            if found.severity in ("warning", "error") and found.effect is not None:
                out[seed, k] = found.effect
    return out


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="three seeds")
    parser.add_argument("--seeds", type=int, default=100, help="of each size of the offsets")
    arguments = parser.parse_args()
    seeds = 3 if arguments.smoke else arguments.seeds
    rules = [catalog.find(code) for code in CODES]
    bars = [np.array([rule.error_from(ungrouped=known) for rule in rules]) for known in (False, True)]
    table = Table(title=f"{seeds} sound splits each: effect at 95 / 99 %; share of errors by either threshold")
    table.add_column("offsets")
    for column in (*(f"{code}: {a:g}, {b:g}" for code, a, b in zip(CODES, *bars, strict=True)), "any"):
        table.add_column(column, justify="right")
    for offset in OFFSETS:
        found = effects(offset, seeds)
        shown = [
            "{:.3g} / {:.3g}; ".format(*np.quantile(column, (0.95, 0.99)))
            + ", ".join(f"{np.mean(column >= bar[k]):.0%}" for bar in bars)
            for k, column in enumerate(found.T)
        ]
        table.add_row(f"{offset} sd", *shown, ", ".join(f"{(found >= bar).any(axis=1).mean():.1%}" for bar in bars))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
