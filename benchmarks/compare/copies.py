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
        planted: dict[str, Plant] = {how: partial(_copied, make, change) for how, change in CHANGES.items()}
        planted |= {how: partial(_read_anew, make, times) for how, times in READINGS.items()}
        for share in OVERLAPS:
            planted |= {
                f"overlap {share:.0%}{after}": partial(_overlapping, make, share, finish)
                for after, finish in FINISHES.items()
            }
        found += [Case(name=f"{how}, {kind}", make=plant, facts={"how": how}) for how, plant in planted.items()]
    return found


Plant = Callable[[np.random.Generator], tuple[Pair, NDArray[np.int64]]]
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
# when the samples of a window are read anew, in steps of the window that it is a copy of
READINGS = {
    "half a sample later": np.arange(N_STEPS) + 0.5,
    "a quarter sooner": np.arange(N_STEPS) - 0.25,
    "2 % slower": np.arange(N_STEPS) * 1.02,
    "2 % faster": np.arange(N_STEPS) / 1.02,
}


def _standard(X: hard.Windows, axis: int | tuple[int, int]) -> hard.Windows:
    spread = X.std(axis=axis, keepdims=True)
    return (X - X.mean(axis=axis, keepdims=True)) / np.where(spread > 0, spread, 1)


# what is done to every window of both sides after it was cut
FINISHES: dict[str, Callable[[hard.Windows], hard.Windows]] = {
    "": lambda X: X,
    ", then each channel normalised": partial(_standard, axis=1),
    ", then each window normalised": partial(_standard, axis=(1, 2)),
}


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


def _overlapping(
    make: hard.Make, share: float, finish: Callable[[hard.Windows], hard.Windows], rng: np.random.Generator
) -> tuple[Pair, NDArray[np.int64]]:
    later = N_STEPS - max(1, round(share * N_STEPS))
    pairs = make(rng, N_TRAIN, 2 * N_STEPS, N_CHANNELS)
    rows = np.arange(N_VAL // 3)
    val = np.concatenate([pairs[rows, later : later + N_STEPS], make(rng, N_VAL - len(rows), N_STEPS, N_CHANNELS)])
    return _sides(finish(pairs[:, :N_STEPS]), finish(val)), rows


def _read_anew(make: hard.Make, times: NDArray[np.float64], rng: np.random.Generator) -> tuple[Pair, NDArray[np.int64]]:
    before = N_STEPS // 2
    longer = make(rng, N_TRAIN, 2 * N_STEPS, N_CHANNELS)
    rows = np.arange(N_VAL // 3)
    val = np.concatenate([between(longer[rows], before + times), make(rng, N_VAL - len(rows), N_STEPS, N_CHANNELS)])
    return _sides(longer[:, before : before + N_STEPS], val), rows


def between(longer: hard.Windows, times: NDArray[np.float64]) -> hard.Windows:
    """The band-limited signal through the samples of windows (n, t, c) at other times, away from their ends."""
    t = longer.shape[1]
    taper = np.minimum(1, np.minimum(np.arange(t) + 0.5, t - np.arange(t) - 0.5) / (t / 8)) ** 2
    middle = longer.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft((longer - middle) * taper[None, :, None], axis=1) / t
    spectrum[:, 1 : (t + 1) // 2] *= 2
    waves = np.exp(2j * np.pi * times[:, None] * np.arange(spectrum.shape[1]) / t)
    return np.einsum("sf,nfc->nsc", waves, spectrum).real + middle
