"""Distances between two samples, column by column: Kolmogorov-Smirnov and Wasserstein from one sort."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.pieces import in_threads, transposed

FloatArray = NDArray[np.floating[Any]]
BLOCK_VALUES = 1 << 18
MIN_COLUMNS = 16  # a cache line of float32
MAX_LEVELS = 256
STRIDE = 16
MANY_VALUES = 512  # so few are looked up at once


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """Distances per column of two samples.

    Parameters
    ----------
    ks : ndarray of shape (d,)
        Kolmogorov-Smirnov statistic, the largest distance of the two distribution functions.
    wasserstein : ndarray of shape (d,)
        Mean distance of the two quantile functions at 256 levels (fewer in smaller samples), in the column's unit.
    """

    ks: NDArray[np.float64]
    wasserstein: NDArray[np.float64]


def distances(first: NDArray[Any], second: NDArray[Any], *, n_jobs: int = 1) -> Distances:
    """Compare the columns of two samples.

    Parameters
    ----------
    first : ndarray of shape (n, d)
    second : ndarray of shape (m, d)
        Finite numbers.
    n_jobs : int
        Threads; a block of columns each.

    Notes
    -----
    Each side of a column is sorted once; then only the smaller side is looked up in the larger, because the largest
    distance of two step functions stands at a step of either one: of many values first every sixteenth, then those
    between which the distance could be larger still. Equal to ``scipy.stats.ks_2samp`` with ties.
    """
    d = first.shape[1]

    def work(columns: slice) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return _block(_sorted(first[:, columns]), _sorted(second[:, columns]))

    parts = in_threads(work, _blocks(d, len(first) + len(second)), n_jobs)
    empty = [(np.empty(0), np.empty(0))]
    ks, wasserstein = zip(*(parts or empty), strict=True)
    return Distances(np.concatenate(ks), np.concatenate(wasserstein))


def _blocks(d: int, n: int) -> Iterator[slice]:
    step = max(MIN_COLUMNS, BLOCK_VALUES // n)
    for start in range(0, d, step):
        yield slice(start, min(start + step, d))


def _sorted(columns: NDArray[Any]) -> NDArray[Any]:
    rows = transposed(columns)
    rows.sort(axis=1)
    return rows


def _block(first: NDArray[Any], second: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances of sorted rows of (k, n) and (k, m)."""
    few, many = (first, second) if first.shape[1] <= second.shape[1] else (second, first)
    m = few.shape[1]
    levels = (np.arange(MAX_LEVELS) + 0.5) / MAX_LEVELS if m >= MAX_LEVELS else (np.arange(m) + 0.5) / m
    quantiles = [side[:, (levels * side.shape[1]).astype(int)].astype(np.float64) for side in (few, many)]
    return _ks(few, many), np.abs(quantiles[0] - quantiles[1]).mean(axis=1)


def _ks(few: NDArray[Any], many: NDArray[Any]) -> NDArray[np.float64]:
    """Kolmogorov-Smirnov statistics of sorted rows of (k, m) and (k, n), m not larger than n."""
    (k, m), n = few.shape, many.shape[1]
    step = n / m
    coarse = np.unique(np.r_[np.arange(0, m, STRIDE if m > MANY_VALUES else 1), m - 1])
    at = few[:, coarse]
    right = np.stack([many[i].searchsorted(at[i], side="right") for i in range(k)])
    left = right.copy()
    for i in np.flatnonzero((np.take_along_axis(many, np.maximum(right - 1, 0), axis=1) == at).any(axis=1)):
        left[i] = many[i].searchsorted(at[i], side="left")
    largest = np.maximum((coarse + 1) * step - right, left - coarse * step).max(axis=1)
    # between two of the coarse places neither distribution function can step further than to the next one's count
    bound = np.maximum(coarse[1:] * step - right[:, :-1], left[:, 1:] - (coarse[:-1] + 1) * step)
    larger, within = bound > largest[:, None], np.arange(1, STRIDE)
    for i in np.flatnonzero(larger.any(axis=1)):
        places = np.minimum((coarse[:-1][larger[i]][:, None] + within).ravel(), m - 1)
        sought = few[i].take(places)
        found = many[i].searchsorted(sought, side="right")
        before = found
        if (many[i].take(found - 1, mode="clip") == sought).any():
            before = many[i].searchsorted(sought, side="left")
        largest[i] = max(largest[i], ((places + 1) * step - found).max(), (before - places * step).max())
    statistics: NDArray[np.float64] = largest / n
    return statistics
