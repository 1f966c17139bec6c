"""How good and how fast the reference is: ``python -m benchmarks.bench_reference [--smoke] [--data DIR] [--probe]``.

First table: the reference on real windows (files as in ``--data``: ``har_train.npz``, ``har_test.npz``,
``spsw_phone_train.npz``, ``spsw_phone_val.npz``) and on the famous ceiling, over seeds, beside the probe. With
``--probe``: how well the probe's val accuracy tracks the reference's over cases of the zoo.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from splitaudit.audit import Settings, prepare
from splitaudit.data.split import Split
from splitaudit.models.outcomes import accuracy, val_probabilities
from splitaudit.models.recipe import Recipe
from splitaudit.models.reference import reference
from splitaudit.readers.read import read_pair
from splitaudit.zoo import cases, signals
from splitaudit.zoo.fixtures import make_fixture
from splitaudit.zoo.world import healthy

FILES = {"har": ("har_train.npz", "har_test.npz"), "phone": ("spsw_phone_train.npz", "spsw_phone_val.npz")}
FLAWED = (
    "tones/other_unit",
    "ecg/copied_windows",
    "pendulum/flipped_channels",
    "ar/shared_subjects",
    "tones/flipped_labels",
    "ecg/shortcut_channel",
    "pendulum/smoothed_val",
    "regimes/drifting_time",
    "bursts/rescaled_channels",
)


def measure(train: Split, val: Split, seed: int, recipe: Recipe) -> dict[str, float]:
    """Train the reference and the probe with one seed."""
    ours, theirs, context = prepare(train, val, Settings(random_state=seed))
    probe = accuracy(val_probabilities(ours, theirs, context), theirs.y)
    wall, cpu = perf_counter(), process_time()
    found = reference(ours, theirs, context, recipe)
    return {
        "reference": accuracy(found.probabilities, theirs.y),
        "train": found.train_accuracy,
        "probe": probe,
        "epochs": float(len(found.curve.epochs)),
        "seconds": perf_counter() - wall,
        "cpu": process_time() - cpu,
    }


def real(folder: Path, seeds: int, recipe: Recipe) -> Table:
    """The reference on real windows."""
    table = Table(title=f"reference and probe, accuracy on val, {seeds} seeds")
    for column in ("data", "reference", "its train accuracy", "probe", "epochs", "seconds", "CPU seconds"):
        table.add_column(column)
    sides = {name: read_pair(folder / a, folder / b) for name, (a, b) in FILES.items() if (folder / a).exists()}
    ceiling = make_fixture("ceiling76")
    sides["ceiling76"] = (ceiling.train, ceiling.val)
    for name, (train, val) in sides.items():
        runs = [measure(train, val, seed, recipe) for seed in track(range(seeds), description=name, transient=True)]
        columns = {key: [run[key] for run in runs] for key in runs[0]}
        table.add_row(
            name,
            *(" ".join(f"{value:.3f}" for value in columns[key]) for key in ("reference", "train", "probe")),
            *(f"{np.mean(columns[key]):.0f}" for key in ("epochs", "seconds", "cpu")),
        )
    return table


def tracked(names: list[str], recipe: Recipe) -> Table:
    """The probe against the reference over cases of the zoo."""
    table = Table(title="A_val of probe and reference over the zoo")
    for column in ("case", "reference", "probe"):
        table.add_column(column)
    pairs = []
    for name in track(names, description="zoo", transient=True):
        base, _, flaw = name.partition("/")
        if flaw:
            planted = cases.make_case(f"{name}/moderate", 0)
            train, val = planted.train, planted.val
        else:
            rng = np.random.default_rng(7)
            train, val = healthy(signals.make(base, rng), rng)
        found = measure(train, val, 0, recipe)
        pairs.append((found["reference"], found["probe"]))
        table.add_row(name if flaw else f"{base}, healthy", *(f"{value:.3f}" for value in pairs[-1]))
    networks, probes = np.array(pairs).T
    table.add_section()
    known = len(pairs) > 2 and np.ptp(networks) > 0 and np.ptp(probes) > 0
    correlation = f"{np.corrcoef(networks, probes)[0, 1]:.3f}" if known else "unknown"
    table.add_row("correlation", correlation, "")
    table.add_row("mean absolute difference", f"{np.abs(networks - probes).mean():.3f}", "")
    table.add_row("mean difference (reference - probe)", f"{(networks - probes).mean():+.3f}", "")
    return table


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="the ceiling and one case, few epochs, one seed")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--probe", action="store_true", help="also how the probe tracks the reference over the zoo")
    parser.add_argument("--only-probe", action="store_true")
    parser.add_argument("--cases", nargs="*", default=[*signals.BASES, *FLAWED])
    arguments = parser.parse_args()
    recipe = Recipe()
    if arguments.smoke:
        arguments.data, arguments.seeds, arguments.cases = Path(), 1, [*signals.BASES][:1]
        recipe, arguments.probe = replace(recipe, epochs=3, hidden=16), True
    console = Console(width=140)
    if not arguments.only_probe:
        console.print(real(arguments.data, arguments.seeds, recipe))
    if arguments.probe or arguments.only_probe:
        console.print(tracked(arguments.cases, recipe))


if __name__ == "__main__":
    main()
