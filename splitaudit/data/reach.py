"""How far in time windows of one clock resemble each other, beyond class, level and trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.lags import lagged_correlation, residuals

MAX_LAG = 12
MAX_COLUMNS = 60
MAX_WINDOWS = 8000
STRETCH = 200
ALIKE = 0.3
Floats = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Resemblance:
    """What is left of some window statistics, and the distance up to which it is alike.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        Statistics without the means of the classes and the level and line of each clock, of unit variance.
    reach : float
        Distance of starts, in samples, up to which the upper tenth of them correlate by 0.3 beyond noise.
    """

    values: Floats
    reach: float


def resemblance(features: NDArray[np.float32], keys: IntArray, time: Floats, y: IntArray | None) -> Resemblance:
    """Measure how far in time windows resemble each other.

    Parameters
    ----------
    features : ndarray of shape (n, d)
        Window statistics, of which up to 60 are used.
    keys : ndarray of int64 of shape (n,)
        The clock of each window.
    time : ndarray of shape (n,)
        Start of each window on its clock, in samples.
    y : ndarray of int64 of shape (n,), optional
        Class codes.
    """
    columns = np.unique(np.linspace(0, features.shape[1] - 1, MAX_COLUMNS).astype(int))
    values = residuals(_bounded(features[:, columns]), keys, time, y)
    rows = np.arange(len(values))
    if len(rows) > MAX_WINDOWS:  # whole stretches, so that successive windows stay together
        order = np.lexsort([time, keys])
        rows = order[(np.arange(len(order)) // STRETCH) % int(np.ceil(len(order) / MAX_WINDOWS)) == 0]
    lagged = lagged_correlation(values[rows], keys[rows], time[rows], max_lag=MAX_LAG)
    return Resemblance(values, lagged.reach(ALIKE))


def _bounded(features: NDArray[np.float32]) -> Floats:
    """Clip every column at its outer per cent, so that a few spikes do not decide how alike windows are."""
    low, high = np.quantile(features, [0.01, 0.99], axis=0)
    return np.clip(features.astype(np.float64), low, high)
