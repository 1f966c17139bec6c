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
    rng: np.random.Generator,
    *,
    phi: float,
    n: int = 500,
    t: int = 64,
    stride: int = 16,
    seasonal: bool = False,
    change: Callable[[Array], Array] | None = None,
) -> Pair:
    """Two halves of one AR(1) recording, windows overlapping by 75 %, no sample shared.

    ``change`` is done to the second half, a signal of shape (samples, 3), before it is cut.
    """
    length = n * stride + t
    total = 2 * length + 400
    noise = rng.normal(size=(total + 3000, 3)) * np.sqrt(1 - phi**2)
    signal = lfilter([1], [1, -phi], noise, axis=0)[3000:]
    if seasonal:
        signal = signal + np.sin(2 * np.pi * np.arange(total) / 777 + rng.uniform(0, 6))[:, None]
    signal = signal.astype(np.float32)
    later = signal[-length:] if change is None else change(signal[-length:])
    cut = [np.stack([part[s : s + t] for s in range(0, length - t + 1, stride)]) for part in (signal, later)]
    return make_split(cut[0], name="train"), make_split(cut[1], name="val")


def subjects(
    rng: np.random.Generator,
    n_train: int,
    n_val: int,
    *,
    per: int = 60,
    offset: float = 0.5,
    gain: float = 0.2,
    change: Callable[[Array], Array] | None = None,
) -> Pair:
    """Exchangeable subjects that differ by offsets and gains; ``change`` is done to val before these."""
    sides = []
    for first, k, name in ((0, n_train, "train"), (n_train, n_val, "val")):
        X = ar(rng, k * per)
        if change is not None and name == "val":
            X = change(X)
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


def heavy(rng: np.random.Generator, n: int, m: int) -> Pair:
    """Independent windows of Student's t with two degrees of freedom."""
    X = rng.standard_t(2, size=(n + m, 64, 3)).astype(np.float32)
    return make_split(X[:n], name="train"), make_split(X[n:], name="val")


NULLS: dict[str, Callable[[np.random.Generator], Pair]] = {
    "i.i.d. 300 + 300": lambda rng: iid(rng, 300, 300),
    "i.i.d. 100 + 40": lambda rng: iid(rng, 100, 40),
    "heavy tails 300 + 300": lambda rng: heavy(rng, 300, 300),
    "AR(1) 0.95, 75 % overlap": lambda rng: recording_halves(rng, phi=0.95),
    "AR(1) 0.99, 75 % overlap": lambda rng: recording_halves(rng, phi=0.99),
    "AR(1) 0.95, seasonal": lambda rng: recording_halves(rng, phi=0.95, seasonal=True),
    "AR(1) 0.98, no overlap": lambda rng: recording_halves(rng, phi=0.98, stride=64),
    "5 + 5 subjects": lambda rng: subjects(rng, 5, 5),
    "7 + 3 subjects": lambda rng: subjects(rng, 7, 3),
    "20 + 2 subjects": lambda rng: subjects(rng, 20, 2),
    "12 + 6 subjects, 60 and 2 windows each": lambda rng: _thinned(subjects(rng, 12, 6), rng),
    "i.i.d. 200 + 1": lambda rng: iid(rng, 200, 1),
    "i.i.d. 200 + 3": lambda rng: iid(rng, 200, 3),
    "heavy tails 200 + 3": lambda rng: heavy(rng, 200, 3),
    "heavy tails 200 + 12": lambda rng: heavy(rng, 200, 12),
}


def pair(train: Array, val: Array) -> Pair:
    """Two sides of a split."""
    return make_split(train, name="train"), make_split(val, name="val")


def changed(rng: np.random.Generator, n: int, change: Callable[[Array], Array], phi: float = 0.5) -> Pair:
    """Independent windows, changed in val."""
    return pair(ar(rng, n, phi=phi), change(ar(rng, n, phi=phi)))


def on_channel(change: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """A change of the middle channel only."""

    def changed_there(X: Array) -> Array:
        X = X.copy()
        X[..., 1] = change(X[..., 1])
        return X

    return changed_there


def less_rough(rng: np.random.Generator, n: int, phi: float) -> Pair:
    """One channel remembers longer in val, at the same variance."""
    train, val = ar(rng, n), ar(rng, n)
    val[:, :, 1] = ar(rng, n, phi=phi)[:, :, 0]
    return pair(train, val)


def coupled(rng: np.random.Generator, n: int, strength: float) -> Pair:
    """Two channels are correlated in val."""
    train, val = ar(rng, n), ar(rng, n)
    val[:, :, 1] = strength * val[:, :, 0] + np.sqrt(1 - strength**2) * val[:, :, 1]
    return pair(train, val)


def regime(rng: np.random.Generator, n: int, share: float) -> Pair:
    """Part of val comes from a process that is more persistent and louder."""
    train, val = ar(rng, n), ar(rng, n)
    other = rng.choice(n, round(share * n), replace=False)
    val[other] = 1.2 * ar(rng, len(other), phi=0.75)
    return pair(train, val)


def noisy(rng: np.random.Generator, n: int, sd: float, phi: float) -> Pair:
    """White noise on one channel in val."""
    return changed(rng, n, on_channel(lambda x: x + sd * rng.normal(size=x.shape)), phi=phi)


def one_step(rng: np.random.Generator, n: int, effect: float) -> Pair:
    """One time step of one channel is moved in val."""
    return changed(rng, n, on_channel(lambda x: x + effect * (np.arange(x.shape[1]) == 20)))


POWER: dict[str, Callable[[np.random.Generator, int], Pair]] = {
    "mean + 0.1 sd": lambda rng, n: changed(rng, n, on_channel(lambda x: x + 0.1)),
    "variance x 1.1": lambda rng, n: changed(rng, n, on_channel(lambda x: x * np.sqrt(1.1))),
    "lag-1 autocorrelation 0.5 -> 0.55": lambda rng, n: less_rough(rng, n, 0.55),
    "correlation 0 -> 0.2": lambda rng, n: coupled(rng, n, 0.2),
    "tone moved by half a cycle": lambda rng, n: pair(tones(rng, n, 8), tones(rng, n, 8.5)),
    "tone moved by 5 %": lambda rng, n: pair(tones(rng, n, 8), tones(rng, n, 8.4)),
    "25 % of another regime": lambda rng, n: regime(rng, n, 0.25),
    "10 % of another regime": lambda rng, n: regime(rng, n, 0.10),
    "noise 0.1 sd on a smooth channel (phi 0.9)": lambda rng, n: noisy(rng, n, 0.1, 0.9),
    "noise 0.1 sd on a rough channel (phi 0.5)": lambda rng, n: noisy(rng, n, 0.1, 0.5),
    "one time step + 0.5 sd": lambda rng, n: one_step(rng, n, 0.5),
}
