"""Sound splits whose subjects nobody names.

``python -m benchmarks.bench_hidden [--smoke] [--seeds 100] [--in-order]``.

Four to twenty subjects in train and two to eight others in val, ten to sixty windows each, are shuffled, and their
groups left out. Subjects differ by offsets of 0.1 to 0.7 standard deviations, by gains, and by what they do mostly
(Dirichlet's law of class shares); a class has a tone that is missing, weak or plain. Prints, by the size of the
offsets, how often each rule would give an error by its ordinary threshold, and how often it does where nothing says
which windows belong together. Wanted: at most 5 % of the latter over all these rules. ``--in-order`` leaves the
windows of a subject beside each other, so that blocks are the units.
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

CODES = ("SA101", "SA102", "SA103", "SA207", "SA501", "SA503", "SA507")
OFFSETS = (0.1, 0.3, 0.5, 0.7)
GAINS = (0.05, 0.15, 0.25)
TONES = (0.0, 0.4, 1.2)
N_CLASSES = 3


def hidden(rng: np.random.Generator, offset: float, *, in_order: bool = False) -> list[Split]:
    """Draw the two sides of a sound split by subject, without its groups, shuffled unless ``in_order``."""
    n_train, n_val, per = (int(rng.integers(*limits)) for limits in ((4, 21), (2, 9), (10, 61)))
    strength = float(rng.choice(TONES))
    sides = []
    for side in subjects(rng, n_train, n_val, per=per, offset=offset, gain=float(rng.choice(GAINS))):
        assert side.groups is not None
        shares = rng.dirichlet(np.ones(N_CLASSES), len(side.group_names))
        labels = (rng.random((len(side), 1)) > shares[side.groups].cumsum(axis=1)).sum(axis=1).clip(max=N_CLASSES - 1)
        phase = 2 * np.pi * ((3 + 3 * labels)[:, None] * np.arange(side.n_timesteps) / side.n_timesteps)
        tone = strength * np.sin(phase + rng.uniform(0, 2 * np.pi, (len(side), 1)))
        order = np.arange(len(side)) if in_order else rng.permutation(len(side))
        sides.append(make_split((side.X + tone[:, :, None].astype(np.float32))[order], labels[order], name=side.name))
    return sides


def errors(offset: float, seeds: int, *, in_order: bool = False) -> np.ndarray:
    """Whether each rule would give an error by its ordinary threshold, and whether it does; shape (2, seeds, rules)."""
    rules = [catalog.find(code) for code in CODES]
    out = np.zeros((2, seeds, len(rules)), dtype=bool)
    for seed in track(range(seeds), description=f"offsets of {offset} sd", transient=True):
        train, val = hidden(np.random.default_rng([seed, round(10 * offset), 5]), offset, in_order=in_order)
        for k, found in enumerate(run_rules(rules, *prepare(train, val, Settings(random_state=seed)))):
            beyond = found.severity in ("warning", "error") and found.effect is not None
            out[:, seed, k] = beyond and found.effect >= rules[k].error, found.severity == "error"
    return out


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="three seeds")
    parser.add_argument("--seeds", type=int, default=100, help="of each size of the offsets")
    parser.add_argument("--in-order", action="store_true", help="do not shuffle")
    arguments = parser.parse_args()
    seeds = 3 if arguments.smoke else arguments.seeds
    table = Table(
        title=f"{seeds} sound splits each: errors by the ordinary threshold, errors where nothing groups windows"
    )
    for column in ("offsets", *CODES, "any"):
        table.add_column(column, justify="right")
    for offset in OFFSETS:
        found = errors(offset, seeds, in_order=arguments.in_order)
        shares = [*found.mean(axis=1).T, found.any(axis=2).mean(axis=1)]
        table.add_row(f"{offset} sd", *(f"{ordinary:.0%}, {given:.0%}" for ordinary, given in shares))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
