"""The slow part of windows: it hardly notices a delay of half a sample, so it tells what a window was read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.fingerprints import IntArray
from splitaudit.stats.neighbours import CHUNK_SAMPLES, Neighbours

CYCLES = 5  # per window: half a sample of 64 turns the fastest by a quarter of a radian
DELAYS = (-0.5, 0.5)
FINE_DELAYS = tuple(np.linspace(-1.5, 1.5, 7).tolist())
STRETCHES = (-1.0, 1.0)
USUAL_LENGTH = 64
MAX_WIDER = 2
RANKS = (1, 5, 20)
FLOOR = 0.01
MAX_DIRECTIONS = 256
N_SEARCHED = 32
BLOCK = 2048
TINY = 1e-12
QUIET = 1e-6  # of the usual spread: rounding
Floats = NDArray[np.floating[Any]]
Complex = NDArray[np.complexfloating[Any, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """The windows of a pool whose slow part is most like that of k windows.

    Parameters
    ----------
    other : ndarray of int64 of shape (k,) or (k, 3)
        Windows of the pool.
    delay : ndarray of the same shape
        How many samples later the window was read from it.
    distance : ndarray of the same shape
        Of the slow parts, from 0 to 2.
    """

    other: IntArray
    delay: NDArray[np.float64]
    distance: NDArray[np.float64]


class SlowParts:
    """Search among the windows of one side by their slowest oscillations.

    The oscillations are taken of what cannot be predicted in a window and brought to equal power in all directions,
    since honest windows are alike in all else. A delay turns each of them by a known angle.

    Parameters
    ----------
    pool : Neighbours
    """

    def __init__(self, pool: Neighbours) -> None:
        self.neighbours = pool
        self.n_timesteps = pool.pool.shape[1]
        self.length = self.n_timesteps - len(pool.filters) + 1
        self.wider = min(MAX_WIDER, max(1, self.n_timesteps // USUAL_LENGTH))

    def _waves(self, stretch: float) -> Floats:
        """What takes windows to their oscillations, whitened and tapered, real parts first; shape (c, t, 2 CYCLES).

        Of windows that were read from others stretched by so many samples at either end.
        """
        time = (np.arange(self.length) + 0.5) / self.length
        time = 0.5 + (time - 0.5) * (1 + 2 * stretch / self.length)
        taper = np.sin(np.pi * np.clip(time, 0, 1))
        waves = taper[:, None] * np.exp(-2j * np.pi * time[:, None] * np.arange(1, CYCLES + 1))
        parts = np.concatenate([waves.real, waves.imag], axis=1)
        filters = self.neighbours.filters
        out = np.zeros((filters.shape[1], self.n_timesteps, 2 * CYCLES))
        for k, weight in enumerate(filters):
            start = len(filters) - 1 - k
            out[:, start : start + self.length] += weight[:, None, None] * parts
        out -= out.mean(axis=1, keepdims=True)  # a change of level says nothing
        return out.astype(np.float32)

    def oscillations(self, X: NDArray[Any], stretches: Sequence[float] = (0.0,)) -> Complex:
        """The slow oscillations of windows, of unit length as a whole or 0, shape (n_stretches, k, c CYCLES)."""
        n, t, c = X.shape
        waves = np.concatenate([self._waves(stretch) for stretch in stretches], axis=2)
        out = np.empty((n, c, len(stretches), 2, CYCLES), dtype=np.float32)
        step = max(1, CHUNK_SAMPLES // (t * c))
        for start in range(0, n, step):
            z = self.neighbours.scaled(X[start : start + step]).astype(np.float32, copy=False)
            found = np.matmul(z.transpose(2, 0, 1), waves).transpose(1, 0, 2)
            out[start : start + step] = found.reshape(len(z), *out.shape[1:])
        size = np.sqrt(np.einsum("kcspj,kcspj->sk", out, out))[:, :, None]
        both: Complex = (
            (out[:, :, :, 0] + 1j * out[:, :, :, 1]).transpose(2, 0, 1, 3).reshape(len(stretches), n, c * CYCLES)
        )
        return both * np.where(size > QUIET, 1 / np.maximum(size, QUIET), 0)

    @cached_property
    def _level(self) -> Floats:
        """What takes oscillations to equal power, down to 20 dB below the mean, in random directions; shape (d, m)."""
        some = _real(self.oscillations(self.neighbours.pool[self.neighbours.some])[0])
        d = some.shape[1]
        turn = np.random.default_rng(d).normal(size=(d, min(d, MAX_DIRECTIONS)))
        if d <= MAX_DIRECTIONS:
            power, axes = np.linalg.eigh(some.T.astype(np.float64) @ some / len(some))
            scale = 1 / np.sqrt(np.maximum(power, 0) + FLOOR * max(float(power.mean()), TINY))
            turn = (axes * scale) @ np.linalg.qr(turn)[0]
        return turn.astype(np.float32)

    def vectors(self, oscillations: Complex, delay: float | NDArray[np.float64] = 0.0) -> Floats:
        """Unit vectors of oscillations (k, c CYCLES) that are turned back by a delay, shape (k, d)."""
        channels = oscillations.shape[1] // CYCLES
        angle = np.atleast_1d(delay)[:, None] * (2 * np.pi / self.length * np.arange(1, CYCLES + 1))
        turned = oscillations * np.tile(np.exp(-1j * angle), channels).astype(np.complex64)
        return _unit(_real(turned) @ self._level)

    @cached_property
    def _pool(self) -> Floats:
        return self.vectors(self.oscillations(self.neighbours.pool)[0])

    def origins(self, X: NDArray[Any], units: IntArray | None = None) -> Origins:
        """Find the most similar window of the pool for each of k, of another unit if ``units`` are given."""
        waves, pool = self._stretched(X), _unit(self._pool[:, :N_SEARCHED])
        best, other = np.full(len(X), -2.0), np.zeros(len(X), dtype=np.int64)
        for delay in DELAYS:
            vectors = _unit(self.vectors(waves[0], self.wider * delay)[:, :N_SEARCHED])
            for rows in _blocks(len(X)):
                for part in _blocks(len(pool)):
                    alike = vectors[rows] @ pool[part].T
                    if units is not None:
                        alike[units[rows][:, None] == self.neighbours.units[part][None]] = -2
                    at = alike.argmax(axis=1)
                    found = np.take_along_axis(alike, at[:, None], axis=1)[:, 0]
                    better = found > best[rows]
                    best[rows] = np.where(better, found, best[rows])
                    other[rows] = np.where(better, part.start + at, other[rows])
        return self._delayed(waves, other)

    def ranked(self, X: NDArray[Any], units: IntArray) -> Origins:
        """Return the 1st, 5th and 20th most similar window of another unit in the reference, shapes (k, 3)."""
        some, waves = self.neighbours.some, self._stretched(X)
        alike = np.max([self.vectors(waves[0], self.wider * delay) @ self._pool[some].T for delay in DELAYS], axis=0)
        alike[units[:, None] == self.neighbours.units[some][None]] = -2
        ranks = np.minimum(np.array(RANKS), len(some)) - 1
        other = some[np.argpartition(-alike, ranks, axis=1)[:, ranks]]
        found = [self._delayed(waves, other[:, k]) for k in range(len(RANKS))]
        return Origins(
            other, np.stack([each.delay for each in found], axis=1), np.stack([each.distance for each in found], axis=1)
        )

    def _stretched(self, X: NDArray[Any]) -> Complex:
        return self.oscillations(X, [0.0, *(self.wider * stretch for stretch in STRETCHES)])

    def _delayed(self, waves: Complex, other: IntArray) -> Origins:
        """The delay, then the stretch, at which windows are most like their partners, and how far they are then."""
        partner, delays = self._pool[other], self.wider * np.array(FINE_DELAYS)
        alike = [np.einsum("kd,kd->k", self.vectors(waves[0], delay), partner) for delay in delays.tolist()]
        delay = delays[np.argmax(alike, axis=0)]
        alike += [np.einsum("kd,kd->k", self.vectors(stretched, delay), partner) for stretched in waves[1:]]
        return Origins(other, delay, np.sqrt(np.maximum(2 - 2 * np.max(alike, axis=0), 0)))


def _real(oscillations: Complex) -> Floats:
    return np.concatenate([oscillations.real, oscillations.imag], axis=1)


def _unit(vectors: Floats) -> Floats:
    length = np.sqrt(np.einsum("kd,kd->k", vectors, vectors))[:, None]
    unit: Floats = vectors / np.where(length > TINY, length, 1)
    return unit


def _blocks(n: int) -> list[slice]:
    return [slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK)]
