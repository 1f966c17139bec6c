"""How alike windows are by how far apart they lie in time, on clocks of their own and with gaps between windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.units import remove_means

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SMALL = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Lagged:
    """Result of :func:`lagged_correlation`.

    Parameters
    ----------
    step : float
        Width of a lag: the usual distance in time of successive windows.
    correlation : ndarray of shape (max_lag, d)
        Correlation of every column at 1, 2, ... steps.
    pairs : ndarray of int64 of shape (max_lag,)
        Pairs of windows that each lag rests on.
    """

    step: float
    correlation: FloatArray
    pairs: IntArray

    def reach(self, threshold: float, share: float = 0.9) -> float:
        """Distance in time up to which the upper ``1 - share`` of columns correlate by ``threshold`` beyond noise."""
        enough = self.pairs > 0
        noise = 1.3 / np.sqrt(np.maximum(self.pairs, 1))
        top = np.quantile(self.correlation, share, axis=1) if self.correlation.shape[1] else np.zeros(len(noise))
        alive = np.logical_and.accumulate(enough & (top - noise >= threshold))
        return float(alive.sum() * self.step)


def residuals(values: NDArray[Any], keys: IntArray, time: FloatArray, y: IntArray | None) -> FloatArray:
    """Columns (n, d) without the means of the classes and without the level and line of each clock in time.

    Columns are scaled to unit variance; what is constant becomes 0. Clocks of fewer than eight windows lose their
    level only.
    """
    out = np.asarray(values, dtype=np.float64) - np.mean(values, axis=0, dtype=np.float64)
    for _ in range(2):  # classes and clocks are seldom balanced: a second round takes out most of what is left
        if y is not None:
            remove_means(out, y)
        _detrend(out, keys, time)
    spread = out.std(axis=0)
    known = spread > SMALL * np.maximum(np.std(values, axis=0, dtype=np.float64), SMALL)
    return np.where(known, out / np.where(known, spread, 1.0), 0.0)


def _detrend(values: FloatArray, keys: IntArray, time: FloatArray) -> None:
    remove_means(values, keys)
    at = time[:, None].copy()
    remove_means(at, keys)
    _, member, counts = np.unique(keys, return_inverse=True, return_counts=True)
    at[counts[member] < 8] = 0.0
    order = np.argsort(member, kind="stable")
    start = np.flatnonzero(np.r_[True, np.diff(member[order]) != 0])
    squares = np.add.reduceat(at[order] ** 2, start, axis=0)
    slope = np.add.reduceat(at[order] * values[order], start, axis=0) / np.where(squares > 0, squares, 1.0)
    values -= at * slope[member]


def lagged_correlation(values: FloatArray, keys: IntArray, time: FloatArray, *, max_lag: int) -> Lagged:
    """Correlation of windows at equal distance in time.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        Columns of mean 0 and variance 1, see :func:`residuals`.
    keys : ndarray of int64 of shape (n,)
        The clock of each window; windows of different clocks are not compared.
    time : ndarray of shape (n,)
        Start of each window on its clock.
    max_lag : int
        Largest distance, in steps.
    """
    order = np.lexsort([time, keys])
    at, clock, ordered = time[order], keys[order], values[order]
    apart = np.diff(at)[np.diff(clock) == 0]
    apart = apart[apart > 0]
    step = float(np.median(apart)) if len(apart) else 1.0
    total = np.zeros((max_lag + 1, values.shape[1]))
    pairs = np.zeros(max_lag + 1, dtype=np.int64)
    for k in range(1, 2 * max_lag + 1):
        if k >= len(order):
            break
        lag = np.round((at[k:] - at[:-k]) / step).astype(np.int64)
        near = np.flatnonzero((clock[k:] == clock[:-k]) & (lag >= 1) & (lag <= max_lag))
        if not len(near):
            break
        product = ordered[near] * ordered[near + k]
        for value in np.unique(lag[near]):
            inside = lag[near] == value
            total[value] += product[inside].sum(axis=0)
            pairs[value] += int(inside.sum())
    correlation = total[1:] / np.maximum(pairs[1:], 1)[:, None]
    return Lagged(step, correlation, pairs[1:])
