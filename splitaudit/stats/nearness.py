"""How near is too near: what honest windows of other units say about the distance of a nearest neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.stats.fingerprints import IntArray, sample_codes
from splitaudit.stats.neighbours import Nearest, Neighbours, chunks

QUANTILES = (0.5, 0.2, 0.05)
LOW = (0.25, 0.1, 0.02)
MAX_DIMENSION = 1000.0
LEVEL = 0.005
WEAK = 0.01
GAP = 100
ONE_DIRECTION = 1.25
MIN_MOVES = 8
PERIODIC = 1e-4
TINY = 1e-12
EQUAL = 1e-5
FURTHER = slice(1, None)  # the 5th and the 20th neighbour
NEARER = np.array([0.75, 0.4])
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lower:
    """The lower half of a positive statistic: its median, and the spread of its cube roots below it relative to it."""

    median: float
    spread: float

    @classmethod
    def of(cls, values: Floats) -> Lower:
        """Describe a sample by the widest spread that its lower quantiles show."""
        median = float(np.median(values))
        roots = np.cbrt(np.quantile(values, LOW) / max(median, TINY))
        return cls(max(median, TINY), float(max(*(1 - roots) / stats.norm.isf(LOW), 1e-3)))

    def tail(self, values: Floats) -> Floats:
        """Probability of values so small: cube roots of sums of squares are nearly normal (Wilson, Hilferty 1931)."""
        p: Floats = stats.norm.sf((1 - np.cbrt(values / self.median)) / self.spread)
        return p


@dataclass(frozen=True, slots=True)
class Usual:
    """How near the windows of a pool are to those of other units.

    Parameters
    ----------
    near : float
        A distance that honest windows usually exceed: three quarters of the median to the nearest of another unit, or
        two fifths of that to the fifth, where copies inside the pool make the first too near.
    dimension : float
        The number of neighbours within r grows like r to this power.
    on_curves : bool
        Windows vary in one direction only, as pure tones by their phase; then some are as near as one likes.
    apart, relative : Lower
        Squared distance to a neighbour of what cannot be predicted; and the same relative to further neighbours.
    """

    near: float
    dimension: float
    on_curves: bool
    apart: Lower
    relative: Lower

    def crowd(self, distance: Floats, fifth: Floats) -> Floats:
        """How many windows are expected within ``distance`` if five are within ``fifth``, shape (k,)."""
        ratio = np.clip(distance / np.maximum(fifth, TINY), TINY, 1.0)
        expected: Floats = 5 * ratio**self.dimension
        return expected

    def tail(self, squared: Floats, further: Floats) -> Floats:
        """Probability that what cannot be predicted agrees so well, shape (k,)."""
        relative = squared / further.mean(axis=1)
        p: Floats = np.minimum(1.0, 2 * np.minimum(self.apart.tail(squared), self.relative.tail(relative)))
        return p


@dataclass(frozen=True, slots=True, eq=False)
class TooNear:
    """Windows that are nearer to a window of the pool than honest windows ever are.

    Parameters
    ----------
    window, other, shift : ndarray of int64 of shape (k,)
        The pairs; sample 0 of the window is sample ``shift`` of the other.
    distance : ndarray of shape (k,)
        Root of the share of noise, see :class:`splitaudit.stats.neighbours.Nearest`.
    nearly : int
        How many others are nearly so near, by what cannot be predicted.
    """

    window: IntArray
    other: IntArray
    shift: IntArray
    distance: Floats
    nearly: int = 0

    @classmethod
    def none(cls) -> TooNear:
        """No window."""
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, empty, np.empty(0))

    @property
    def apart(self) -> bool:
        """Whether a gap parts them from the others. Honest windows without noise come as near as one likes."""
        return 4 * self.nearly <= len(self.window)


def usual_nearness(pool: Neighbours, queries: IntArray) -> Usual:
    """Measure how near some windows of the pool are to those of other units."""
    windows = pool.pool[queries]
    ranked = pool.ranked(windows, pool.units[queries])
    apart = unpredicted(pool, windows, pool.units[queries])
    # the first neighbour; or the fifth, where copies inside the pool make the first a mixture
    squared = min(Lower.of(apart[:, 0]), Lower.of(apart[:, 1]), key=_spread)
    relative = (2 * apart[:, 0] / (apart[:, 1] + apart[:, 2]), apart[:, 1] / apart[:, 2])
    near = float(max(NEARER * np.median(ranked[:, :2], axis=0)))
    on_curves = growth(ranked) <= ONE_DIRECTION
    return Usual(near, dimension(ranked), on_curves, squared, min(map(Lower.of, relative), key=_spread))


def _spread(found: Lower) -> float:
    return found.spread


def growth(ranked: Floats) -> float:
    """Estimate the dimension from the growth of the distance from the 5th to the 20th neighbour (k, 3).

    References
    ----------
    Levina, E., Bickel, P. (2004). Maximum likelihood estimation of intrinsic dimension. NeurIPS 17.
    """
    ratio = float(np.median(np.log(ranked[:, 2] / ranked[:, 1])))
    return float(np.sum(1 / np.arange(5, 20)) / max(ratio, 1e-6))


def dimension(ranked: Floats) -> float:
    """Estimate in how many directions windows vary, from the distances to the 1st, 5th and 20th of m neighbours (k, 3).

    The smallest of several estimates: from the growth beyond the 5th neighbour, and from quantiles of the ratio of the
    first to the fifth, so that a part of the windows that varies little is heard.
    """
    ratios = np.clip(np.quantile(ranked[:, 0] / ranked[:, 1], QUANTILES), TINY, 1 - 1e-9)
    # the nearest of five is within the ratio of the fifth with probability q
    near = np.log(1 - (1 - np.array(QUANTILES)) ** 0.25) / np.log(ratios)
    return float(min(growth(ranked), *near, MAX_DIMENSION))


def unpredicted(pool: Neighbours, windows: NDArray[Any], units: IntArray | None, ranks: slice = slice(None)) -> Floats:
    """Squared distances of what cannot be predicted to the 1st, 5th and 20th best aligned window, shape (k, 3)."""
    others, shifts = pool.aligned(windows, units)
    return np.maximum(pool.unpredicted(windows, others[:, ranks], shifts[:, ranks]) ** 2, TINY)


def too_near(
    pool: Neighbours,
    usual: Usual,
    X: NDArray[Any],
    units: IntArray | None = None,
    *,
    shifts: Sequence[int] | None = None,
    found: Nearest | None = None,
    noise: bool = True,
    n_jobs: int = 1,
) -> TooNear:
    """Find windows that are too near to one of the pool to be independent of it.

    Parameters
    ----------
    pool : Neighbours
    usual : Usual
        From the same pool.
    X : ndarray of shape (k, t, c)
    units : ndarray of shape (k,), optional
        Windows of the pool of the same unit are left out.
    shifts : sequence of int, optional
        At which windows are looked for; all that the pool allows if not given.
    found : Nearest, optional
        What the pool answered for these windows, units and shifts, if it was asked before.
    noise : bool
        Every window holds something that cannot be predicted, so that the first of the two measures can be believed.

    Notes
    -----
    Two measures, corrected for the number of windows, of pool windows and of shifts tried. What cannot be predicted
    from the samples before must agree better than it does by the tail of the honest squared distances; or the window
    must be where next to no window is expected, given the distance to the fifth nearest and the dimension, and its
    unpredictable part must at least agree unusually well. In any case it must be nearer than honest windows usually
    are. Without noise, and where windows vary in one direction only, the first measure says nothing.
    """
    shifts = pool.shifts if shifts is None else shifts
    found = pool.nearest(X, units, shifts=shifts, n_jobs=n_jobs) if found is None else found
    near = np.flatnonzero(found.distance <= max(usual.near, 100 * EQUAL))
    windows, own = X[near], None if units is None else units[near]
    other, shift, distance = found.other[near], found.shift[near], found.distance[near]
    n_tried = len(X) * len(shifts) * len(pool.pool) / len(pool.some)
    squared = np.maximum(pool.distances(windows, other, shift, whitened=True) ** 2, TINY)
    alike = usual.tail(squared, unpredicted(pool, windows, own, FURTHER))
    crowd = usual.crowd(distance, pool.ranked(windows, own)[:, 1])
    within = distance <= usual.near
    surprise = 5 * n_tried * alike / LEVEL
    sure = (surprise <= 1) & (noise and not usual.on_curves)
    close = within & (sure | (n_tried * crowd <= LEVEL) & (alike <= WEAK))
    nearly = int(np.sum(within & ~close & (surprise <= GAP * len(shifts))))
    # but for rounding equal, and not just the nearest of a crowd on a line, as pure tones are
    equal = distance <= EQUAL
    close |= equal & (equal.sum() > 3 * np.sum(~equal & (distance <= 100 * EQUAL)))
    close[close] = has_shape(windows[close]) & has_shape(pool.pool[other[close]])
    return TooNear(near[close], other[close], shift[close], distance[close], nearly)


def has_shape(X: NDArray[Any]) -> Mask:
    """Which windows can be told apart by their shape at all.

    They take at least eight different steps from sample to sample (half their length, if short), where on and off make
    two and counting up makes one; and they do not repeat themselves within half their length.
    """
    shaped: Mask = (distinct_moves(X) >= min(MIN_MOVES, X.shape[1] // 2)) & ~repeats_itself(X)
    return shaped


def distinct_moves(X: NDArray[Any]) -> IntArray:
    """How many different steps from sample to sample each window takes, standing still apart; shape (k,)."""
    if not len(X) or X.shape[1] < 2:
        return np.zeros(len(X), dtype=np.int64)
    with np.errstate(over="ignore"):
        codes = sample_codes(np.diff(X.astype(np.float64), axis=1))
    codes.sort(axis=1)
    still = sample_codes(np.zeros((1, 1, X.shape[2])))[0, 0]
    different = np.ones(codes.shape, dtype=bool)
    different[:, 1:] = codes[:, 1:] != codes[:, :-1]
    moves: IntArray = (different & (codes != still)).sum(axis=1)
    return moves


def repeats_itself(X: NDArray[Any]) -> Mask:
    """Which windows have, to four digits, a period of at most half their length."""
    t = X.shape[1]
    out = np.zeros(len(X), dtype=bool)
    for rows in chunks(X):
        size = np.abs(X[rows]).max(axis=1, keepdims=True).astype(np.float64)
        windows = X[rows] / np.maximum(size, np.finfo(np.float64).tiny)
        limits = PERIODIC * np.ptp(windows, axis=1, keepdims=True)
        back = (np.abs(windows[:, 1 : t // 2 + 1] - windows[:, :1]) <= limits).all(axis=2)
        for k in np.flatnonzero(back.any(axis=1)):
            window, limit, maybe = windows[k], limits[k], np.flatnonzero(back[k]) + 1
            out[rows.start + k] = any((np.abs(window[p:] - window[:-p]) <= limit).all() for p in maybe.tolist())
    return out
