"""Verify the explanation's zoo: that what was planted shows in val accuracy.

``python -m benchmarks.verify_zoo [--smoke] [--seeds 2] [--bases ar phone] [--flaws other_gains] [--write]``

A forest on window features is fitted on each case and on the healthy split that the case spoils. A table shows the
effect per flaw and severity, averaged over bases and seeds, and the cases whose effect is below three points; with
``--write`` these become ``splitaudit/zoo/toothless.py``. What the effect is depends on the cause, see :func:`effect`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.ensemble import ExtraTreesClassifier

from benchmarks.recorded import worlds
from splitaudit.data.finite import finite_part
from splitaudit.data.profile import profiles
from splitaudit.data.split import Split, comparable
from splitaudit.models.probe import cross_predict
from splitaudit.zoo import toothless
from splitaudit.zoo.bases import BASES
from splitaudit.zoo.cases import SEVERITIES
from splitaudit.zoo.explained_cases import Maker, cause_of, explained_cases, explained_flaws, make_explained, unspoiled
from splitaudit.zoo.world import Planted

LEAST = 0.03
N_TREES = 32
WITHOUT = ("healthy", "model_fault")  # nothing is planted in the split
Hits = NDArray[np.float64]


FORESTS: dict[str, ExtraTreesClassifier] = {}  # of the last few train sides: many cases share theirs


def hits(train: Split, val: Split) -> Hits:
    """Which val windows a forest predicts right, shape (n_val,)."""
    ours, theirs = profiles(*finite_part(*comparable(train, val)))
    key = hashlib.blake2b(ours.split.X.tobytes() + ours.y.tobytes()).hexdigest()
    if key not in FORESTS:
        if len(FORESTS) > 4:
            FORESTS.pop(next(iter(FORESTS)))
        forest = ExtraTreesClassifier(N_TREES, min_samples_leaf=2, random_state=0, n_jobs=1)
        FORESTS[key] = forest.fit(ours.features, ours.y)
    right: Hits = (FORESTS[key].predict(theirs.features) == theirs.y).astype(np.float64)
    return right


def balanced(right: Hits, y: NDArray[np.int64] | None) -> float:
    """Mean recall of the classes."""
    assert y is not None
    return float(np.mean([right[y == k].mean() for k in np.unique(y)]))


def inside_train(train: Split, val: Split, units: NDArray[np.int64] | None) -> float:
    """Accuracy inside train when whole units, or any windows, are held out."""
    ours, _ = profiles(*finite_part(*comparable(train, val)))
    units = np.arange(len(train)) if units is None else units
    k, rng = len(ours.split.classes), np.random.default_rng(0)
    said = cross_predict(ours.features, ours.y, units, n_classes=k, rng=rng).argmax(axis=1)
    return float(np.mean(said == ours.y))


def effect(planted: Planted, cause: str, twin: tuple[Split, Split], twin_hits: Hits) -> float:
    """How much accuracy what was planted costs, or pretends to.

    Copies: the leaked val windows against the others. Leaked subjects and overlap: val against held-out subjects of
    train. People with their own ways, and a file in order: val against the healthy split and against windows of train
    held out at random, whichever is lower. A target leak: val against the healthy split. A fault of the model: the
    forest against what was reported. A majority and other shares: the healthy split's balanced accuracy against the
    case's. All others: the healthy split against the case.
    """
    train, val, truth = planted.train, planted.val, planted.truth
    sound, right = float(twin_hits.mean()), hits(train, val)
    reached, leaked = float(right.mean()), np.isin(np.arange(len(val)), truth.val_windows)
    if cause == "model_fault":
        found = sound - float(truth.details["val_accuracy"])
    elif cause in ("leakage_duplicates", "leakage_near_duplicates"):
        found = float(right[leaked].mean() - right[~leaked].mean())
    elif cause == "leakage_group":
        found = float(right[leaked].mean()) - inside_train(train, val, train.groups)
    elif cause == "unshuffled_split" or (cause == "unseen_group" and len(truth.groups) == len(val.group_names)):
        found = min(sound, inside_train(train, val, None)) - reached
    elif cause == "leakage_overlap":
        found = reached - inside_train(train, val, truth.details["train_subjects"])
    elif cause == "target_leak":
        found = reached - sound
    elif cause in ("majority_ceiling", "label_shift"):
        found = balanced(twin_hits, twin[1].y) - balanced(right, val.y)
    else:
        found = sound - reached
    return found


def measure(
    names: Iterable[str], seeds: int, more: Mapping[str, Maker], done: Collection[tuple[str, int]] = ()
) -> Iterable[dict[str, object]]:
    """Measure cases one by one, without those that are done."""
    memory: dict[tuple[str, str, int], tuple[tuple[Split, Split], Hits]] = {}
    for name in names:
        base, flaw, severity = name.split("/")
        for seed in [seed for seed in range(seeds) if (name, seed) not in done]:
            key = (base, flaw, seed)
            if key not in memory:
                memory.clear() if len(memory) > seeds else None
                twin = unspoiled(name, seed, more)
                memory[key] = twin, hits(*twin)
            planted = make_explained(name, seed, more)
            cause = cause_of(name)[0]
            yield {
                "base": base,
                "flaw": flaw,
                "severity": severity,
                "cause": cause,
                "seed": seed,
                "healthy": float(memory[key][1].mean()),
                "effect": effect(planted, cause, *memory[key]),
                "n": [len(planted.train), len(planted.val)],
            }


def every_case(bases: list[str], flaws: list[str], more: Mapping[str, Maker]) -> list[str]:
    """Names of all cases, those too that were left out for lack of effect."""
    known = {base for base in (*BASES, *more) if base in bases}
    singles = [n for n in explained_cases(more, toothless=True) if n.split("/")[0] in known]
    return [n for n in singles if n.split("/")[1] in flaws]


def table(rows: list[dict[str, object]]) -> Table:
    """Effect per flaw and severity: mean over bases and seeds, smallest, bases that do not reach three points."""
    out = Table(title="effect on accuracy in points: mean (smallest base), bases below 3 points")
    for column in ("cause", "flaw", *SEVERITIES, "bases below 3 points"):
        out.add_column(column)
    means = by_case(rows)
    for flaw, each in explained_flaws().items():
        cells, weak = [], []
        for severity in SEVERITIES:
            values = {b: v for (b, f, s), v in means.items() if f == flaw and s == severity}
            below = sorted(b for b, v in values.items() if v < LEAST)
            cells.append(
                f"{100 * np.mean([*values.values()]):.0f} ({100 * min(values.values()):.0f})" if values else ""
            )
            weak += [f"{severity}: {', '.join(below)}"] if below and each.cause not in WITHOUT else []
        if any(cells):
            out.add_row(each.cause, flaw, *cells, "; ".join(weak))
    return out


def by_case(rows: list[dict[str, object]]) -> dict[tuple[str, str, str], float]:
    """Mean effect over seeds of each (base, flaw, severity)."""
    found: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in rows:
        found[str(row["base"]), str(row["flaw"]), str(row["severity"])].append(float(str(row["effect"])))
    return {key: float(np.mean(values)) for key, values in found.items()}


def weak(effects: Mapping[tuple[str, str, str], float], base: str, flaw: str) -> list[str]:
    """Severities of a flaw that do not show on a base; where only the moderate one was measured, it speaks for all."""
    least = {"mild": 2.5 * LEAST, "moderate": LEAST, "severe": LEAST / 2}  # of the moderate one
    middle = effects.get((base, flaw, "moderate"), 1.0)
    return [s for s in SEVERITIES if effects.get((base, flaw, s), LEAST + middle - least[s]) < LEAST]


def written(rows: list[dict[str, object]]) -> str:
    """The source of ``toothless.py``: what was measured now, and what it held of other flaws and bases."""
    effects = by_case(rows)
    lost = dict(toothless.MEASURED)
    for base, flaw in {key[:2] for key in effects}:
        lost.pop(f"{base}/{flaw}", None)
        found = weak(effects, base, flaw)
        if found and explained_flaws()[flaw].cause not in WITHOUT:
            lost[f"{base}/{flaw}"] = found
    lost = {key: lost[key] for key in sorted(lost, key=lambda key: key.split("/")[::-1])}
    head = Path(toothless.__file__).read_text(encoding="utf-8").split("MEASURED")[0]
    lines = [f'    "{key}": {json.dumps(found)},' for key, found in lost.items()]
    return f"{head}MEASURED: dict[str, list[str]] = {{\n" + "\n".join(lines) + "\n}\n"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="three flaws on one base, one seed")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--bases", nargs="*", default=None)
    parser.add_argument("--flaws", nargs="*", default=None)
    parser.add_argument("--severities", nargs="*", default=SEVERITIES)
    parser.add_argument("--results", type=Path, default=None, help="append what it lacks to a file, one JSON a line")
    parser.add_argument("--read", nargs="*", type=Path, default=[], help="read earlier results instead of measuring")
    parser.add_argument("--write", action="store_true", help="write splitaudit/zoo/toothless.py")
    arguments = parser.parse_args()
    more = worlds()
    flaws = arguments.flaws or list(explained_flaws())
    bases = arguments.bases or [*BASES, *more]
    if arguments.smoke:
        bases, flaws = ["counts"], ["other_gains", "known_people", "sound_split"]
    rows: list[dict[str, object]] = []
    for path in arguments.read:
        rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if not arguments.read:
        if arguments.results is not None and arguments.results.exists():
            rows = [json.loads(line) for line in arguments.results.read_text(encoding="utf-8").splitlines()]
        done = {(f"{row['base']}/{row['flaw']}/{row['severity']}", int(str(row["seed"]))) for row in rows}
        names = [n for n in every_case(bases, flaws, more) if n.split("/")[2] in arguments.severities]
        for row in measure(names, 1 if arguments.smoke else arguments.seeds, more, done):
            rows.append(row)
            if arguments.results is not None:
                with arguments.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
    Console(width=220).print(table(rows))
    if arguments.write:
        Path(toothless.__file__).write_text(written(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
