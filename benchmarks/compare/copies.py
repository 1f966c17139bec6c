"""Copies of train windows in val, among honest windows that look alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks import hard
from benchmarks.arrays import Pair
from benchmarks.compare.cases import Case
from splitaudit.data.split import make_split

SNR = (20, 30, 40)
OVERLAPS = (0.01, 0.1, 0.25, 0.5, 0.9)


def copies() -> list[Case]:
    """Copies in a third of the val windows, and honest windows that look alike with none."""
    found = [Case(name=f"none, {kind}", make=partial(_copied, make, None)) for kind, make in hard.POOR.items()]
    for kind, make in hard.RICH.items():
        found.append(Case(name=f"none, {kind}", make=partial(_copied, make, None)))
        for how, change in CHANGES.items():
            found.append(Case(name=f"{how}, {kind}", make=partial(_copied, make, change), facts={"how": how}))
        for share in OVERLAPS:
            how = f"overlap {share:.0%}"
            found.append(Case(name=f"{how}, {kind}", make=partial(_overlapping, make, share), facts={"how": how}))
    return found


Change = Callable[[hard.Windows, np.random.Generator], hard.Windows]


def _noisy(decibel: float) -> Change:
    return lambda X, rng: X + 10 ** (-decibel / 20) * X.std(axis=1, keepdims=True) * rng.normal(size=X.shape)


def _requantised(X: hard.Windows, rng: np.random.Generator) -> hard.Windows:
    step = X.std(axis=(1, 2), keepdims=True) / 32
    return np.round(X / step) * step


def _resampled(X: hard.Windows, rng: np.random.Generator) -> hard.Windows:
    """Between the samples, half a step later."""
    return np.concatenate([(X[:, 1:] + X[:, :-1]) / 2, X[:, -1:]], axis=1)


CHANGES: dict[str, Change] = {
    "exact": lambda X, rng: X,
    "scaled": lambda X, rng: X * rng.uniform(0.5, 2.0, (len(X), 1, 1)),
    "moved": lambda X, rng: X + rng.normal(size=(len(X), 1, X.shape[2])),
    "normalised each": lambda X, rng: (X - X.mean(axis=1, keepdims=True)) / (X.std(axis=1, keepdims=True) + 1e-9),
    "requantised": _requantised,
    "resampled": _resampled,
    **{f"{decibel} dB": _noisy(decibel) for decibel in SNR},
}
N_TRAIN, N_VAL, N_STEPS, N_CHANNELS = 600, 300, 64, 3


def _sides(train: hard.Windows, val: hard.Windows) -> Pair:
    whole = train.dtype.kind != "f" and val.dtype.kind != "f"
    made = [(X if whole else X.astype(np.float32)) for X in (train, val)]
    return make_split(made[0], name="train"), make_split(made[1], name="val")


def _copied(make: hard.Make, change: Change | None, rng: np.random.Generator) -> tuple[Pair, NDArray[np.int64]]:
    X = make(rng, N_TRAIN + N_VAL, N_STEPS, N_CHANNELS)
    train, val = X[:N_TRAIN], X[N_TRAIN:].copy()
    if change is None:
        return _sides(train, val), np.empty(0, dtype=np.int64)
    rows = np.sort(rng.choice(N_VAL, N_VAL // 3, replace=False))
    val[rows] = change(train[rng.choice(N_TRAIN, len(rows))].astype(np.float64), rng)
    return _sides(train, val), rows


def _overlapping(make: hard.Make, share: float, rng: np.random.Generator) -> tuple[Pair, NDArray[np.int64]]:
    later = N_STEPS - max(1, round(share * N_STEPS))
    pairs = make(rng, N_TRAIN, 2 * N_STEPS, N_CHANNELS)
    rows = np.arange(N_VAL // 3)
    val = np.concatenate([pairs[rows, later : later + N_STEPS], make(rng, N_VAL - len(rows), N_STEPS, N_CHANNELS)])
    return _sides(pairs[:, :N_STEPS], val), rows
