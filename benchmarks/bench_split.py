"""Splits by splitaudit against scikit-learn's and a purged k-fold: ``python -m benchmarks.bench_split [--smoke]``.

On recorded sets, where their files are there (``benchmarks.recorded``), and on made ones: for every way of making folds
the share of val windows that train knows (copies, near copies, shared samples, groups; the worst fold), the largest
unit-wise AUC of a classifier that tells the sides apart, the largest error of class shares, the share of windows left
out, and seconds. ``--size`` times a million windows instead.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit

from benchmarks.recorded import FOLDER
from splitaudit.audit import Settings
from splitaudit.data.split import Split, comparable, make_split
from splitaudit.errors import DataError
from splitaudit.partition.draw import Options, draw
from splitaudit.partition.known import study
from splitaudit.partition.repair import joined
from splitaudit.partition.standing import standing
from splitaudit.partition.wanted import Wanted
from splitaudit.readers.read import read, read_pair
from splitaudit.zoo.demo import make

Folds = list[tuple[NDArray[np.int64], NDArray[np.int64]]]
RECORDED = (
    "spsw_phone_train",
    "spsw_watch_train",
    "arem_train",
    "har_train",
    "eeg_eye_windows",
    "elec2_train",
    "ecg5000",
)
ZOO = ("healthy", "copied_windows", "near_copies", "overlap", "shared_subjects", "one_recording")
N_FOLDS = 5


def made(seed: int) -> Iterator[tuple[str, Split]]:
    """Yield made data sets: subjects with copies between them, one recording, single windows of uneven classes."""
    rng = np.random.default_rng([seed, 6])
    groups = np.repeat(np.arange(20), rng.integers(20, 80, 20))
    y = (rng.random(len(groups)) < np.repeat(rng.uniform(0.1, 0.6, 20), np.bincount(groups))).astype(int)
    X = rng.normal(size=(len(groups), 64, 3)) + rng.normal(scale=0.5, size=(20, 1, 3))[groups] + y[:, None, None]
    X[np.flatnonzero(groups == 1)[:5]] = X[np.flatnonzero(groups == 0)[:5]]
    yield "20 subjects", make_split(X.astype(np.float32), y, groups=groups, name="20 subjects")
    signal = lfilter([1], [1, -0.98], rng.normal(size=(64 + 16 * 799, 3)), axis=0).astype(np.float32)
    windows = np.stack([signal[16 * i : 16 * i + 64] for i in range(800)])
    y = (windows[:, :, 0].mean(axis=1) > 0).astype(int)
    yield "one recording", make_split(windows, y, name="one recording")
    yield "one recording, shuffled", make_split(*_shuffled(windows, y, rng), name="one recording, shuffled")
    y = rng.choice(4, 600, p=[0.7, 0.2, 0.07, 0.03])
    X = rng.normal(size=(600, 64, 2)) + y[:, None, None]
    yield "single windows", make_split(X.astype(np.float32), y, name="single windows")


def demonstrated(seed: int) -> Iterator[tuple[str, Split]]:
    """Yield the train sides of some cases of the zoo, with what leaks between the sides put back into them."""
    for name in ZOO:
        case = make(name, seed)
        train, val = comparable(*read_pair(case.train, case.val))
        yield f"zoo {name}", joined(train, val)


def _shuffled(X: NDArray, y: NDArray, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    order = rng.permutation(len(X))
    return X[order], y[order]


def recorded(folder: Path) -> Iterator[tuple[str, Split]]:
    """Yield recorded data sets whose files are there."""
    for name in RECORDED:
        path = folder / f"{name}.npz"
        if path.is_file():
            yield name, read(path)


def ways(split: Split, seed: int) -> dict[str, Callable[[], Folds]]:
    """Return the ways of making folds that a data set allows."""
    X, y, n = np.zeros((len(split), 1)), split.y, len(split)
    found: dict[str, Callable[[], Folds]] = {
        "splitaudit": lambda: list(
            draw(split, Wanted(folds=N_FOLDS), Options(settings=Settings(random_state=seed), audited=False)).split()
        ),
        "StratifiedKFold, shuffled": lambda: list(
            StratifiedKFold(N_FOLDS, shuffle=True, random_state=seed).split(X, y)
        ),
    }
    if split.groups is not None and len(np.unique(split.groups)) >= N_FOLDS:
        found["StratifiedGroupKFold"] = lambda: list(
            StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed).split(X, y, split.groups)
        )
        found["GroupKFold"] = lambda: list(GroupKFold(N_FOLDS).split(X, y, split.groups))
    else:
        gap = split.n_timesteps
        found["TimeSeriesSplit(gap)"] = lambda: list(TimeSeriesSplit(N_FOLDS, gap=_windows(split, gap)).split(X))
        found["purged k-fold"] = lambda: purged(n, _windows(split, gap))
    return found


def _windows(split: Split, gap: int) -> int:
    """How many windows start within a gap, as somebody who knows the stride would count them."""
    if split.time is None:
        return 4  # what the made recordings overlap by
    step = float(np.median(np.diff(np.sort(split.time))))
    return math.ceil(gap / max(step, 1.0))


def purged(n: int, gap: int) -> Folds:
    """Contiguous folds with ``gap`` windows left out on both sides (Lopez de Prado 2018, without an embargo)."""
    folds = []
    for rows in np.array_split(np.arange(n), N_FOLDS):
        train = np.r_[np.arange(0, max(0, rows[0] - gap)), np.arange(min(n, rows[-1] + 1 + gap), n)]
        folds.append((train, rows))
    return folds


def score(name: str, split: Split, folds: Folds, seconds: float) -> dict[str, float | str]:
    """Judge folds by the worst of them."""
    known = study(split)
    found = [standing(name, known.split, fold, known.traits.features, Settings(n_permutations=99)) for fold in folds]
    used = np.mean([len(train) + len(val) for train, val in folds])
    return {
        "way": name,
        "leaked": max(max(each.leaked.values()) for each in found),
        "auc": max((each.auc for each in found if math.isfinite(each.auc)), default=math.nan),
        "class_error": max(each.class_error for each in found),
        "features": max(each.shift for each in found),
        "left_out": 1 - used / len(split),
        "seconds": seconds,
    }


def _made(seeds: int) -> list[tuple[str, Split]]:
    return [each for seed in range(seeds) for each in made(seed)]


def compare(sets: list[tuple[str, Split]]) -> list[dict[str, float | str]]:
    """Run all ways on all data sets; print and return the rows."""
    rows = []
    print(
        f"{'data':26s} {'way':28s} {'leaked':>7s} {'AUC':>5s} {'classes':>8s} {'features':>8s} {'left':>6s} {'s':>6s}"
    )
    for i, (name, split) in enumerate(sets):
        for way, folds_of in ways(split, i).items():
            start = time.perf_counter()
            try:
                folds = folds_of()
            except DataError as error:
                print(f"{name:26s} {way:28s} {error}")
                continue
            row = {"data": name, **score(way, split, folds, time.perf_counter() - start)}
            rows.append(row)
            print(
                f"{name:26s} {way:28s} {row['leaked']:7.1%} {row['auc']:5.2f} {row['class_error']:8.3f} "
                f"{row['features']:8.2f} {row['left_out']:6.1%} {row['seconds']:6.2f}",
                flush=True,
            )
    return rows


def size(n: int) -> None:
    """Time a split of many windows, without the audit."""
    rng = np.random.default_rng(0)
    X = np.empty((n, 128, 9), dtype=np.float32)
    for start in range(0, n, 10_000):
        X[start : start + 10_000] = rng.standard_normal(X[start : start + 10_000].shape, dtype=np.float32)
    split = make_split(X, rng.integers(0, 5, n), groups=np.arange(n) * 1000 // n)
    for kind in ("groups", "auto"):
        start = time.perf_counter()
        data = split if kind == "groups" else make_split(X, split.y)
        found = draw(data, Wanted(), Options(settings=Settings(n_jobs=2), audited=False))
        print(f"{n:,} windows of 128 x 9 by {found.by}: {time.perf_counter() - start:.1f} s", flush=True)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one made data set and a small size")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--size", type=int, help="time so many windows instead, such as 1000000")
    parser.add_argument("--only", default="", help="data sets whose name holds this")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if arguments.size or arguments.smoke:
        size(arguments.size or 2000)
    if not arguments.size:
        sets = [next(made(0))] if arguments.smoke else [*recorded(FOLDER), *_made(arguments.seeds), *demonstrated(0)]
        sets = [each for each in sets if arguments.only in each[0]]
        rows = compare(sets)
        if arguments.out:
            arguments.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
