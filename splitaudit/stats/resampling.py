"""Windows that were read anew from others: between the samples, at a slightly other rate, or smoothed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.fingerprints import IntArray
from splitaudit.stats.nearness import (
    GAP,
    LEVEL,
    LOW,
    Lower,
    TooNear,
    Usual,
    has_shape,
)
from splitaudit.stats.neighbours import CHUNK_SAMPLES, Neighbours
from splitaudit.stats.slow import Origins, SlowParts

N_TAPS = 5
N_FREE = 2 * N_TAPS - 2
STRETCHES = tuple(np.linspace(-1.5, 1.5, 5).tolist())
KERNEL = 4
BLOCK = 256  # times that are read by one matrix, whose columns are the samples around them
BAND = 0.5  # of the Nyquist frequency
MAX_DELAY = 2
MIN_SAMPLES = 16
MAX_NULL = 200
MOST = 0.25  # windows that share less are no copies, whatever honest ones share
RIDGE = 1e-4
NEARER = np.array([0.85, 0.7])
TINY = 1e-12
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Windows of which one of a pool explains much, whatever honest ones explain of each other.

    Parameters
    ----------
    window, other : ndarray of int64 of shape (k,)
        The pairs.
    delay : ndarray of shape (k,)
        In samples.
    left : ndarray of shape (k,)
        The share that is not explained.
    """

    window: IntArray
    other: IntArray
    delay: NDArray[np.float64]
    left: NDArray[np.float64]


class Resampling:
    """Search for windows that hold the signal of some window of a pool, read anew.

    Parameters
    ----------
    pool : Neighbours
    queries : ndarray of int64 of shape (m,)
        Windows of the pool that say how well honest windows explain each other.
    """

    def __init__(self, pool: Neighbours, queries: IntArray) -> None:
        self.neighbours, self.slow = pool, SlowParts(pool)
        self.queries = queries[:MAX_NULL]
        self.margin = KERNEL + N_TAPS // 2 + int(np.ceil(max(STRETCHES))) + MAX_DELAY
        self.n_samples = self.slow.length - 2 * self.margin

    @property
    def possible(self) -> bool:
        """Whether enough samples remain to be compared."""
        return bool(self.n_samples >= MIN_SAMPLES)

    def unexplained(self, X: NDArray[Any], other: IntArray, delay: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of each window that a window of the pool does not explain, shape (k,).

        Of what cannot be predicted in both, in the lower half of the band, where a few taps make any delay. The other
        window is stretched by up to one and a half samples at either end and filtered by the five taps that fit best,
        the same in all channels.
        """
        out = np.ones(len(X))
        step = max(1, CHUNK_SAMPLES // X[0].size) if len(X) else 1
        near = np.clip(np.round(delay), -MAX_DELAY, MAX_DELAY)
        for moved in np.unique(near).tolist():
            every = np.flatnonzero(near == moved)
            for start in range(0, len(every), step):
                rows = every[start : start + step]
                ours, theirs = self._whitened(X[rows]), self._whitened(self.neighbours.pool[other[rows]])
                target = _unit(self._read(ours, 0.0, 0.0, 0))
                for stretch in STRETCHES:
                    read = self._read(theirs, stretch, moved, N_TAPS // 2)
                    out[rows] = np.minimum(out[rows], _misfit(target, _unit(read)))
        return np.maximum(out, TINY)

    def samples(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """How many samples of each window count: all of noise, of silence with a short event those of the event."""
        target = _unit(self._read(self._whitened(X), 0.0, 0.0, 0))
        power = np.einsum("klc,klc->kl", target, target, dtype=np.float64)
        counted: NDArray[np.float64] = power.sum(axis=1) ** 2 / np.maximum((power**2).sum(axis=1), TINY)
        return counted

    def _whitened(self, X: NDArray[Any]) -> Floats:
        return self.neighbours.whitened(self.neighbours.scaled(X).astype(np.float32, copy=False))

    def _read(self, z: Floats, stretch: float, delay: float, more: int) -> Floats:
        """Read runs (k, length, c) at other times; shape (k, length - 2 margin + 2 more, c)."""
        reader = _reader(self.slow.length, self.margin, stretch, delay, more)
        return np.concatenate([np.matmul(weights, z[:, samples]) for samples, weights in reader], axis=1)

    def candidates(self, X: NDArray[Any], units: IntArray | None = None) -> Candidates:
        """Find what may be read anew, of another unit if ``units`` are given.

        Of each window the one of the pool is looked at whose slow part is most like its own, if it is somewhat more so
        than honest windows usually are (which saves time and decides nothing).
        """
        if not (self.possible and len(X)):
            empty = np.empty(0, dtype=np.int64)
            return Candidates(empty, empty, np.empty(0), np.empty(0))
        found = self.slow.origins(X, units)
        near = np.flatnonzero(found.distance <= self._near)
        left = self.unexplained(X[near], found.other[near], found.delay[near])
        near, left = near[left <= MOST], left[left <= MOST]
        return Candidates(near, found.other[near], found.delay[near], left)

    def find(
        self,
        usual: Usual,
        X: NDArray[Any],
        units: IntArray | None = None,
        *,
        found: Candidates | None = None,
        noise: bool = True,
    ) -> TooNear:
        """Find windows that a window of the pool explains better than independent ones explain each other.

        Parameters
        ----------
        usual : Usual
            From the same pool.
        X : ndarray of shape (k, t, c)
        units : ndarray of shape (k,), optional
            Windows of the pool of the same unit are left out.
        found : Candidates, optional
            Those among these windows, if they were looked for before.
        noise : bool
            Every window holds something that cannot be predicted; else nothing is found.

        Notes
        -----
        What a candidate's partner leaves unexplained must be less than honest neighbours leave, by the same tail as in
        :func:`.nearness.too_near`, corrected for the number of windows and of pool windows.
        """
        if not noise or usual.on_curves:
            return TooNear.none()
        found = self.candidates(X, units) if found is None else found
        near, left, pool = found.window, found.left, self.neighbours
        if not len(near):
            return TooNear.none()
        windows = X[near]
        n_tried = len(X) * len(pool.pool) / len(pool.some)
        surprise = 5 * n_tried / LEVEL * self._tail(left, windows, None if units is None else units[near], n_tried)
        close = surprise <= 1
        nearly = int(np.sum(~close & (surprise <= GAP)))
        close[close] = has_shape(windows[close]) & has_shape(pool.pool[found.other[close]])
        shift = np.round(found.delay[close]).astype(np.int64)
        return TooNear(near[close], found.other[close], shift, np.sqrt(left[close]), nearly)

    @cached_property
    def _neighbours(self) -> Origins:
        """Windows of other units whose slow parts are most like those of the queries."""
        return self.slow.ranked(self.neighbours.pool[self.queries], self.neighbours.units[self.queries])

    @property
    def _near(self) -> float:
        """A distance that honest windows usually exceed; by the fifth where copies inside the pool are the first."""
        return float(max(NEARER * np.median(self._neighbours.distance[:, :2], axis=0)))

    @cached_property
    def _honest(self) -> NDArray[np.float64]:
        """What these leave unexplained."""
        return self._left(self.neighbours.pool[self.queries], self._neighbours)

    def _tail(
        self, left: NDArray[np.float64], windows: NDArray[Any], units: IntArray | None, n_tried: float
    ) -> NDArray[np.float64]:
        """Probability that independent windows leave so little unexplained, shape (k,)."""
        honest = self._honest
        # the logarithm of such a tail goes with the number of samples that agree
        usual = max(float(np.median(self.samples(self.neighbours.pool[self.queries]))), 1.0)
        power = np.minimum(1, self.samples(windows) / usual)
        p: NDArray[np.float64] = np.minimum(1, 2 * _tail(left, honest[:, 0], honest[:, 1])) ** power
        undecided = np.flatnonzero((5 * n_tried * p > LEVEL) & (left < np.median(honest[:, 0])))
        if len(undecided):
            alone = np.full(len(undecided), -1, dtype=np.int64) if units is None else units[undecided]
            further = self._left(windows[undecided], self.slow.ranked(windows[undecided], alone))[:, 1:].mean(axis=1)
            ratios = (2 * honest[:, 0] / (honest[:, 1] + honest[:, 2]), honest[:, 1] / honest[:, 2])
            relative = np.minimum(1, 2 * _tail(left[undecided] / further, *ratios))
            p[undecided] = np.minimum(p[undecided], relative ** power[undecided])
        return p

    def _left(self, X: NDArray[Any], found: Origins) -> NDArray[np.float64]:
        """What the 1st, 5th and 20th most similar window leave unexplained, shape (k, 3)."""
        columns = [self.unexplained(X, found.other[:, k], found.delay[:, k]) for k in range(found.other.shape[1])]
        return np.stack(columns, axis=1)


def _tail(values: NDArray[np.float64], *honest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of values so small by the narrowest of some honest samples, which may have a heavy lower tail.

    The larger of that of sums of squares (:class:`.nearness.Lower`) and of a power: where windows vary in few ways, as
    a swing without noise does, the share within x grows like a power of x. The power is the least that quantiles show.
    """
    sample = min(honest, key=lambda each: Lower.of(each).spread)
    low = np.maximum(np.quantile(sample, LOW), TINY)
    growth = min(np.log(LOW[0] / q) / max(np.log(low[0] / x), TINY) for q, x in zip(LOW[1:], low[1:], strict=True))
    steady = LOW[-1] * np.minimum(values / low[-1], 1) ** growth
    p: NDArray[np.float64] = np.maximum(Lower.of(sample).tail(values), np.where(values < low[-1], steady, 1.0))
    return p


@lru_cache(maxsize=64)
def _reader(length: int, margin: int, stretch: float, delay: float, more: int) -> tuple[tuple[slice, Floats], ...]:
    """What reads the lower half of the band at other times: for some times together the samples and their weights."""
    middle = (length - 1) / 2
    place = np.arange(margin - more, length - margin + more) - middle
    wanted = np.asarray(middle + delay + place * (1 + 2 * stretch / (length - 2 * margin)), dtype=np.float64)
    return tuple(_weights(wanted[start : start + BLOCK], length) for start in range(0, len(wanted), BLOCK))


def _weights(wanted: NDArray[np.float64], length: int) -> tuple[slice, Floats]:
    """Which of the samples matter at some times, and their weights, shape (n times, n samples)."""
    first = max(0, math.floor(wanted[0]) - KERNEL)
    samples = slice(first, min(length, math.ceil(wanted[-1]) + KERNEL + 1))
    away = wanted[:, None] - np.arange(samples.start, samples.stop)
    taper = np.where(np.abs(away) < KERNEL + 1, np.cos(np.pi / 2 * away / (KERNEL + 1)) ** 2, 0)
    return samples, (BAND * np.sinc(BAND * away) * taper).astype(np.float32)


def _unit(runs: Floats) -> Floats:
    """Runs (k, l, c), centred and of unit length per channel."""
    runs = runs - runs.mean(axis=1, keepdims=True)
    size = np.sqrt(np.einsum("klc,klc->kc", runs, runs))[:, None]
    unit: Floats = runs / np.where(size > TINY, size, 1)
    return unit


def _misfit(target: Floats, read: Floats) -> NDArray[np.float64]:
    """Share of ``target`` (k, l, c) that no filter of N_TAPS makes of ``read`` (k, l + N_TAPS - 1, c)."""
    k, length, _ = target.shape
    shifted = [read[:, tap : tap + length] for tap in range(N_TAPS)]
    # a little more or less of a stretch changes the inner taps in proportion to the time
    time = np.linspace(-1, 1, length, dtype=np.float32)[:, None]
    taps = np.stack([*shifted, *(time * inner for inner in shifted[1:-1])], axis=1)
    taps = (taps - taps.mean(axis=2, keepdims=True)).reshape(k, N_FREE, -1)
    wanted = target.reshape(k, -1)
    gram = np.matmul(taps, taps.transpose(0, 2, 1)).astype(np.float64)
    power = np.trace(gram, axis1=1, axis2=2)[:, None, None] / N_FREE
    product = np.matmul(taps, wanted[:, :, None])
    weight = np.linalg.solve(gram + (RIDGE * power + TINY) * np.eye(N_FREE), product.astype(np.float64))
    rest = wanted - np.matmul(weight.transpose(0, 2, 1).astype(np.float32), taps)[:, 0]
    size = np.einsum("kd,kd->k", wanted, wanted, dtype=np.float64)
    share: NDArray[np.float64] = np.einsum("kd,kd->k", rest, rest, dtype=np.float64) / np.maximum(size, TINY)
    return share
