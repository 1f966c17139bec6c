"""Nearest windows under noise, rounding, a change of level and scale, and small shifts; and how near is too near."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from splitaudit.stats.fingerprints import IntArray
from splitaudit.stats.nearest import N_OTHERS, Points

N_PROJECTIONS = 16
MAX_SHIFT = 4
MAX_SHIFTED = 8000
RADIUS = 0.17  # 20 dB are 0.1, and the projections stretch a distance by at most 1.6 in 99.9 % of pairs
FLOOR = 0.01  # of the usual spread
N_SCALE = 500
MAX_REFERENCE = 1500
MAX_REFERENCE_SAMPLES = 1 << 24
CHUNK_SAMPLES = 1 << 18
CHUNK_PAIRS = 1 << 22
RANKS = (1, 5, 20)
MAX_ORDER = 10
NOISE = 1e-3
SMALLEST = 1e-5
FAR = 1e6
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The nearest window of a pool for each of k windows.

    Parameters
    ----------
    other : ndarray of int64 of shape (k,)
        The nearest window; -1 where none is near.
    shift : ndarray of int64 of shape (k,)
        Sample 0 of the window is sample ``shift`` of the other.
    distance : ndarray of shape (k,)
        Root of the share of noise: 0.1 at 20 dB, 0.03 at 30 dB; infinite where none is near.
    """

    other: IntArray
    shift: IntArray
    distance: NDArray[np.float64]


class Neighbours:
    """Search among the windows of one side.

    Windows are centred per channel and brought to unit length as a whole. They are compared without their first and
    last few samples (``margin``), so that they can be shifted.

    Parameters
    ----------
    pool : ndarray of shape (n, t, c)
    units : ndarray of shape (n,)
        Windows of one unit are never compared with each other.
    rng : numpy.random.Generator
    own_scale : bool
        Divide every channel of every window by its own spread first, so that gains per channel do not matter; else by
        the usual spread of the channel, so that the noise of a silent one does not.
    """

    def __init__(
        self, pool: NDArray[Any], units: IntArray, rng: np.random.Generator, *, own_scale: bool = False
    ) -> None:
        n, t, c = pool.shape
        self.pool, self.units, self.own_scale = pool, units, own_scale
        self.margin = min(MAX_SHIFT, t // 16)
        self.shifts = tuple(range(-self.margin, self.margin + 1))
        typical = pool[np.sort(rng.permutation(n)[:N_SCALE])]
        self.usual = usual_spread(typical)
        self.filters = prediction_filters(typical / self.usual, min(MAX_ORDER, t // 4))
        width = (t - 2 * self.margin) * c
        self.directions = rng.normal(size=(width, N_PROJECTIONS)).astype(np.float32) / np.sqrt(N_PROJECTIONS)
        size = max(50, min(MAX_REFERENCE, MAX_REFERENCE_SAMPLES // width))
        self.some = np.sort(rng.permutation(n)[:size])

    def rescaled(self) -> Neighbours:
        """The same search, but every channel of every window is divided by its own spread first."""
        twin = copy.copy(self)
        for learned in ("reference", "_known", "_points"):
            vars(twin).pop(learned, None)
        twin.own_scale = True
        return twin

    @cached_property
    def reference(self) -> Floats:
        """Unit vectors of a random part of the pool, shape (m, d)."""
        return self.unit_vectors(self.pool[self.some])

    @cached_property
    def _known(self) -> Floats:
        """The projected reference."""
        return self.project(self.pool[self.some], [0])[:, 0]

    @cached_property
    def _points(self) -> Points:
        """The projected pool."""
        return Points(self.project(self.pool, [0])[:, 0])

    def unit_vectors(self, X: NDArray[Any], shift: int = 0, *, whitened: bool = False) -> Floats:
        """Centred, scaled windows of unit length (0 for constant ones), shape (k, d).

        ``whitened``: what cannot be predicted from the samples before.
        """
        z = self.scaled(X)[:, self._part(X, shift)]
        z -= _means(z)
        if whitened:
            z = self.whitened(z)
        flat = z.reshape(len(z), -1).astype(np.float32, copy=False)
        length = np.sqrt(np.einsum("kd,kd->k", flat, flat))
        flat /= np.where(length > 0, length, 1)[:, None]
        return flat

    def whitened(self, z: Floats) -> Floats:
        """What cannot be predicted of scaled windows (k, t, c) from the samples before, shape (k, t - order, c)."""
        k, t, c = z.shape
        order = len(self.filters) - 1
        # whole windows as rows, because channels are too few for a loop
        rows, width = z.reshape(k, t * c), (t - order) * c
        out: Floats = rows[:, order * c :] * np.tile(self.filters[0], t - order)
        part = np.empty_like(out)
        for lag in range(1, order + 1):
            start = (order - lag) * c
            np.multiply(rows[:, start : start + width], np.tile(self.filters[lag], t - order), out=part)
            out += part
        return np.reshape(out, (k, t - order, c))

    def scaled(self, X: NDArray[Any]) -> Floats:
        """Windows on the scale of the comparison, centred as a whole, exactly 0 where they are constant."""
        with np.errstate(over="ignore"):
            z: Floats = X / self.usual
        np.clip(z, -FAR, FAR, out=z)  # so far out nothing is near
        rounding = 4 * np.finfo(z.dtype).eps * np.abs(z[:, :1])
        z -= _means(z)
        z -= _means(z)  # what rounding left of a constant
        spread = np.sqrt(np.einsum("ktc,ktc->kc", z, z) / z.shape[1])[:, None]
        varied = spread > rounding
        if self.own_scale:
            z *= varied / (spread + FLOOR)
        elif not varied.all():
            z *= varied
        return z

    def _part(self, X: NDArray[Any], shift: int) -> slice:
        """Return the time steps that are compared at a shift."""
        return slice(self.margin + shift, X.shape[1] - self.margin + shift)

    def project(self, X: NDArray[Any], shifts: Sequence[int]) -> Floats:
        """Random projections of the unit vectors, shape (k, n_shifts, N_PROJECTIONS); 0 for constant windows.

        All shifts at once: centring and length follow from sums over the part of the window that is compared.
        """
        t, c = X.shape[1:]
        shifted = np.zeros((t, c, len(shifts), N_PROJECTIONS), dtype=np.float32)
        inside = np.zeros((t, len(shifts)), dtype=np.float32)
        plain = self.directions.reshape(-1, c, N_PROJECTIONS)
        for k, shift in enumerate(shifts):
            shifted[self._part(X, shift), :, k] = plain
            inside[self._part(X, shift), k] = 1
        stacked = shifted.reshape(t * c, -1)
        out = np.empty((len(X), len(shifts), N_PROJECTIONS), dtype=np.float32)
        for rows in chunks(X):
            z = self.scaled(X[rows]).astype(np.float32, copy=False)
            means = np.einsum("ktc,ts->ksc", z, inside, optimize=True) / len(plain)
            points = (z.reshape(len(z), -1) @ stacked).reshape(len(z), len(shifts), -1) - means @ plain.sum(axis=0)
            square = np.einsum("ktc,ktc->kt", z, z) @ inside - len(plain) * np.einsum("ksc,ksc->ks", means, means)
            varied = square > SMALLEST * square.max(axis=1, keepdims=True)
            out[rows] = np.where(varied, 1 / np.sqrt(np.where(varied, square, 1)), 0)[:, :, None] * points
        return out

    def nearest(
        self,
        X: NDArray[Any],
        units: IntArray | None = None,
        *,
        shifts: Sequence[int] | None = None,
        n_jobs: int = 1,
    ) -> Nearest:
        """Find the nearest window of the pool within 20 dB, of another unit if ``units`` are given.

        At all shifts if none are named.

        Of more than 8,000 windows every one is compared as it stands; a shift is tried on 8,000 of them, evenly
        spaced, and on the others if one of these is found to be shifted.
        """
        k = len(X)
        nearest = Nearest(np.full(k, -1, dtype=np.int64), np.zeros(k, dtype=np.int64), np.full(k, np.inf))
        moved = [shift for shift in (self.shifts if shifts is None else shifts) if shift]
        some = np.arange(0, k, max(1, -(-k // MAX_SHIFTED)))
        if len(some) == k:
            self._search(nearest, X, units, slice(None), [0, *moved], n_jobs)
        else:
            self._search(nearest, X, units, slice(None), [0], n_jobs)
            self._search(nearest, X, units, some, moved, n_jobs)
            if nearest.shift[some].any():
                self._search(nearest, X, units, np.setdiff1d(np.arange(k), some), moved, n_jobs)
        found = np.flatnonzero(nearest.other >= 0)
        nearest.distance[found] = self.distances(X[found], nearest.other[found], nearest.shift[found])
        return nearest

    def _search(
        self,
        nearest: Nearest,
        X: NDArray[Any],
        units: IntArray | None,
        rows: IntArray | slice,
        shifts: Sequence[int],
        n_jobs: int,
    ) -> None:
        """Try shifts on some windows and keep, in place, what is nearer than what was found before."""
        own = None if units is None else (self.units, units[rows])
        best, other, shift = nearest.distance[rows], nearest.other[rows], nearest.shift[rows]
        if not shifts or not len(best):
            return
        for moved, points in zip(shifts, self.project(X[rows], shifts).transpose(1, 0, 2), strict=True):
            far, at = self._points.nearest(points, RADIUS, 1 if units is None else N_OTHERS, own, n_jobs)
            nearer = far < best
            best[nearer], other[nearer], shift[nearer] = far[nearer], at[nearer], -moved
        nearest.distance[rows], nearest.other[rows], nearest.shift[rows] = best, other, shift

    def distances(
        self, X: NDArray[Any], other: IntArray, shift: IntArray, *, whitened: bool = False
    ) -> NDArray[np.float64]:
        """Distance of each window to its partner at a shift, shape (k,)."""
        out = np.empty(len(X))
        for moved in np.unique(shift).tolist():
            every = np.flatnonzero(shift == moved)
            for rows in chunks(X, len(every)):
                some = every[rows]
                gap = self.unit_vectors(X[some], -moved, whitened=whitened)
                gap -= self.unit_vectors(self.pool[other[some]], whitened=whitened)
                out[some] = np.sqrt(np.einsum("kd,kd->k", gap, gap))
        return out

    def unpredicted(self, X: NDArray[Any], others: IntArray, shifts: IntArray) -> NDArray[np.float64]:
        """Distances of what cannot be predicted to m windows of the pool each at their shifts, shape (k, m)."""
        pairs = zip(others.T, shifts.T, strict=True)
        return np.stack([self.distances(X, other, shift, whitened=True) for other, shift in pairs], axis=1)

    def aligned(self, X: NDArray[Any], units: IntArray | None = None) -> tuple[IntArray, IntArray]:
        """Return the 1st, 5th and 20th nearest windows of the reference, each at its best shift, and these shifts.

        By their projections, of another unit if ``units`` are given; both of shape (k, 3).
        """
        known = self._known
        others, shifts = np.empty((len(X), len(RANKS)), dtype=np.int64), np.empty((len(X), len(RANKS)), dtype=np.int64)
        step = max(1, CHUNK_PAIRS // (len(self.shifts) * len(known)))
        for rows in (slice(start, start + step) for start in range(0, len(X), step)):
            points = self.project(X[rows], self.shifts)
            size = np.einsum("ksp,ksp->ks", points, points)[:, :, None]
            squared = size + np.einsum("mp,mp->m", known, known) - 2 * (points @ known.T)
            best = squared.argmin(axis=1)
            least = np.take_along_axis(squared, best[:, None], axis=1)[:, 0]
            if units is not None:
                least[units[rows][:, None] == self.units[self.some][None]] = np.inf
            at = np.argpartition(least, self._ranks, axis=1)[:, self._ranks]
            others[rows] = self.some[at]
            shifts[rows] = -np.array(self.shifts)[np.take_along_axis(best, at, axis=1)]
        return others, shifts

    @property
    def _ranks(self) -> IntArray:
        ranks: IntArray = np.minimum(np.array(RANKS), len(self.some)) - 1
        return ranks

    def ranked(self, X: NDArray[Any], units: IntArray | None = None) -> NDArray[np.float64]:
        """Return the distances to the 1st, 5th and 20th nearest window of the reference, unshifted, shape (k, 3).

        Of another unit if ``units`` are given.
        """
        out = np.empty((len(X), len(RANKS)))
        for rows in chunks(X):
            squared = 2 - 2 * (self.unit_vectors(X[rows]) @ self.reference.T)
            if units is not None:
                squared[units[rows][:, None] == self.units[self.some][None]] = 4.0
            nearest = np.partition(squared, self._ranks, axis=1)[:, self._ranks]
            out[rows] = np.sqrt(np.maximum(nearest, 1e-12))
        return out


def _means(z: Floats) -> Floats:
    """Means of windows (k, t, c) over time, shape (k, 1, c); as a product, six times as fast as ``mean``."""
    ones = np.ones((1, z.shape[1]), dtype=z.dtype)
    means: Floats = np.matmul(ones, z) / z.dtype.type(z.shape[1])
    return means


def prediction_filters(X: NDArray[Any], order: int) -> Floats:
    """Linear prediction-error filters per channel of windows (n, t, c), shape (order + 1, c).

    They are made for the signal in white noise of 30 dB, so that they do not lift what lies below it.

    References
    ----------
    Makhoul, J. (1975). Linear prediction: a tutorial review. Proc. IEEE 63, 561-580.
    """
    t, c = X.shape[1:]
    centred = X.astype(np.float64)
    centred -= _means(centred)
    spread = np.sqrt(np.einsum("ntc,ntc->nc", centred, centred) / t)[:, None]
    centred /= spread + FLOOR  # loud windows must not speak for all
    lags = np.stack([np.einsum("ntc,ntc->c", centred[:, k:], centred[:, : t - k]) for k in range(order + 1)])
    filters = np.zeros((order + 1, c))
    filters[0] = 1
    for channel in np.flatnonzero(lags[0] > 0):
        r = lags[:, channel] / lags[0, channel]
        r[0] += NOISE
        filters[1:, channel] = -linalg.solve_toeplitz(r[:-1], r[1:]) if order else 0
    out: Floats = filters.astype(np.float32)
    return out


def usual_spread(X: NDArray[Any]) -> Floats:
    """Root mean square of the spread inside windows per channel, shape (c,)."""
    size = np.maximum(np.abs(X.astype(np.float64)).max(axis=(0, 1)), np.finfo(np.float64).tiny)
    spread = size * np.sqrt((X / size).var(axis=1).mean(axis=0))
    usual = np.where(spread > 0, spread, np.where(size > 1e-30, size, 1.0))  # a channel of zeros stays one
    narrow: Floats = usual.astype(np.float32) if X.dtype.itemsize <= 4 else usual
    return narrow


def chunks(X: NDArray[Any], n: int | None = None) -> Iterator[slice]:
    """Slices of as many windows as X (or ``n``) holds, few enough at a time to fit the cache."""
    n = len(X) if n is None else n
    step = max(1, CHUNK_SAMPLES // (X.shape[1] * X.shape[2]))
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))
