"""Seeded arrays that the benchmarks share: null splits that frighten naive tests, and shifted ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from splitaudit.data.split import Split, make_split

Array = NDArray[np.float32]
Pair = tuple[Split, Split]


def ar(rng: np.random.Generator, n: int, *, t: int = 64, c: int = 3, phi: float = 0.5) -> Array:
    """Independent windows of a stationary AR(1) process of unit variance; shape (n, t, c)."""
    noise = rng.normal(size=(n, t + 100, c)) * np.sqrt(1 - phi**2)
    return lfilter([1], [1, -phi], noise, axis=1)[:, 100:].astype(np.float32)


def tones(rng: np.random.Generator, n: int, cycles: float, *, t: int = 64, c: int = 3) -> Array:
    """Unit tones of random phase in unit white noise."""
    phase = rng.uniform(0, 2 * np.pi, (n, 1, 1))
    at = np.arange(t)[None, :, None] / t
    return (np.sin(2 * np.pi * cycles * at + phase) + rng.normal(size=(n, t, c))).astype(np.float32)


def labelled(
    rng: np.random.Generator, n: int, *, n_classes: int = 6, chunk: int = 10_000
) -> tuple[Array, NDArray[np.int64]]:
    """Windows of 128 x 9 whose class is a tone in noise that remembers, and the classes."""
    y = rng.integers(0, n_classes, n)
    X = np.empty((n, 128, 9), dtype=np.float32)
    at = np.arange(128)[None, :, None] / 128
    for first in range(0, n, chunk):
        own = y[first : first + chunk]
        phase = rng.uniform(0, 2 * np.pi, (len(own), 1, 1))
        tone = np.sin(2 * np.pi * (2 + 2 * own)[:, None, None] * at + phase)
        X[first : first + chunk] = ar(rng, len(own), t=128, c=9) + tone.astype(np.float32)
    return X, y


def recording_halves(
    rng: np.random.Generator, *, phi: float, n: int = 500, t: int = 64, stride: int = 16, seasonal: bool = False
) -> Pair:
    """Two halves of one AR(1) recording, windows overlapping by 75 %, no sample shared."""
    length = n * stride + t
    total = 2 * length + 400
    noise = rng.normal(size=(total + 3000, 3)) * np.sqrt(1 - phi**2)
    signal = lfilter([1], [1, -phi], noise, axis=0)[3000:]
    if seasonal:
        signal = signal + np.sin(2 * np.pi * np.arange(total) / 777 + rng.uniform(0, 6))[:, None]
    signal = signal.astype(np.float32)
    cut = [np.stack([part[s : s + t] for s in range(0, length - t + 1, stride)]) for part in (signal, signal[-length:])]
    return make_split(cut[0], name="train"), make_split(cut[1], name="val")


def subjects(
    rng: np.random.Generator, n_train: int, n_val: int, *, per: int = 60, offset: float = 0.5, gain: float = 0.2
) -> Pair:
    """Exchangeable subjects that differ by offsets and gains."""
    sides = []
    for first, k, name in ((0, n_train, "train"), (n_train, n_val, "val")):
        X = ar(rng, k * per)
        gains = np.exp(gain * rng.normal(size=(k, 1, 3))).repeat(per, axis=0)
        offsets = (offset * rng.normal(size=(k, 1, 3))).repeat(per, axis=0)
        groups = np.repeat(np.arange(first, first + k), per)
        sides.append(make_split((X * gains + offsets).astype(np.float32), groups=groups, name=name))
    return sides[0], sides[1]


def iid(rng: np.random.Generator, n: int, m: int) -> Pair:
    """Independent windows of one process on both sides."""
    return make_split(ar(rng, n), name="train"), make_split(ar(rng, m), name="val")


def _thinned(pair: Pair, rng: np.random.Generator) -> Pair:
    """Keep two windows of every val subject."""
    groups = pair[1].groups
    assert groups is not None
    kept = np.concatenate([rng.permutation(np.flatnonzero(groups == g))[:2] for g in np.unique(groups)])
    return pair[0], pair[1].take(np.sort(kept))


def heavy(rng: np.random.Generator, n: int) -> Pair:
    """Independent windows of Student's t with two degrees of freedom."""
    X = rng.standard_t(2, size=(2 * n, 64, 3)).astype(np.float32)
    return make_split(X[:n], name="train"), make_split(X[n:], name="val")


NULLS: dict[str, Callable[[np.random.Generator], Pair]] = {
    "i.i.d. 300 + 300": lambda rng: iid(rng, 300, 300),
    "i.i.d. 100 + 40": lambda rng: iid(rng, 100, 40),
    "heavy tails 300 + 300": lambda rng: heavy(rng, 300),
    "AR(1) 0.95, 75 % overlap": lambda rng: recording_halves(rng, phi=0.95),
    "AR(1) 0.99, 75 % overlap": lambda rng: recording_halves(rng, phi=0.99),
    "AR(1) 0.95, seasonal": lambda rng: recording_halves(rng, phi=0.95, seasonal=True),
    "AR(1) 0.98, no overlap": lambda rng: recording_halves(rng, phi=0.98, stride=64),
    "5 + 5 subjects": lambda rng: subjects(rng, 5, 5),
    "7 + 3 subjects": lambda rng: subjects(rng, 7, 3),
    "20 + 2 subjects": lambda rng: subjects(rng, 20, 2),
    "12 + 6 subjects, 60 and 2 windows each": lambda rng: _thinned(subjects(rng, 12, 6), rng),
}


def _pair(train: Array, val: Array) -> Pair:
    return make_split(train, name="train"), make_split(val, name="val")


def _changed(rng: np.random.Generator, n: int, change: Callable[[Array], Array], phi: float = 0.5) -> Pair:
    return _pair(ar(rng, n, phi=phi), change(ar(rng, n, phi=phi)))


def _channel(change: Callable[[Array], Array]) -> Callable[[Array], Array]:
    def changed(X: Array) -> Array:
        X = X.copy()
        X[:, :, 1] = change(X[:, :, 1])
        return X

    return changed


def _lag(rng: np.random.Generator, n: int) -> Pair:
    train, val = ar(rng, n), ar(rng, n)
    val[:, :, 1] = ar(rng, n, phi=0.55)[:, :, 0]
    return _pair(train, val)


def _coupled(rng: np.random.Generator, n: int, strength: float) -> Pair:
    train, val = ar(rng, n), ar(rng, n)
    val[:, :, 1] = strength * val[:, :, 0] + np.sqrt(1 - strength**2) * val[:, :, 1]
    return _pair(train, val)


def _regime(rng: np.random.Generator, n: int, share: float) -> Pair:
    """Part of val comes from a process that is less persistent, louder and slightly coupled."""
    train, val = ar(rng, n), ar(rng, n)
    other = rng.choice(n, round(share * n), replace=False)
    val[other] = 1.2 * ar(rng, len(other), phi=0.75)
    return _pair(train, val)


POWER: dict[str, Callable[[np.random.Generator, int], Pair]] = {
    "mean + 0.1 sd": lambda rng, n: _changed(rng, n, _channel(lambda x: x + 0.1)),
    "variance x 1.1": lambda rng, n: _changed(rng, n, _channel(lambda x: x * np.sqrt(1.1))),
    "lag-1 autocorrelation 0.5 -> 0.55": _lag,
    "correlation 0 -> 0.2": lambda rng, n: _coupled(rng, n, 0.2),
    "tone moved by half a cycle": lambda rng, n: _pair(tones(rng, n, 8), tones(rng, n, 8.5)),
    "tone moved by 5 %": lambda rng, n: _pair(tones(rng, n, 8), tones(rng, n, 8.4)),
    "25 % of another regime": lambda rng, n: _regime(rng, n, 0.25),
    "10 % of another regime": lambda rng, n: _regime(rng, n, 0.10),
    "noise 0.1 sd on a smooth channel (phi 0.9)": lambda rng, n: _changed(
        rng, n, _channel(lambda x: x + 0.1 * rng.normal(size=x.shape)), phi=0.9
    ),
    "noise 0.1 sd on a rough channel (phi 0.5)": lambda rng, n: _changed(
        rng, n, _channel(lambda x: x + 0.1 * rng.normal(size=x.shape))
    ),
    "one time step + 0.5 sd": lambda rng, n: _changed(
        rng, n, _channel(lambda x: x + 0.5 * (np.arange(x.shape[1]) == 20))
    ),
}
