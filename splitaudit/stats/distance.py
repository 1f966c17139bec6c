"""Distances between two samples, column by column: Kolmogorov-Smirnov and Wasserstein from one sort."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
BLOCK_VALUES = 1 << 18
MAX_LEVELS = 256


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
    distance of two step functions stands at a step of either one. Equal to ``scipy.stats.ks_2samp`` with ties.
    """
    d = first.shape[1]

    def work(columns: slice) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return _block(_sorted(first[:, columns]), _sorted(second[:, columns]))

    jobs = list(_blocks(d, len(first) + len(second)))
    if n_jobs == 1 or len(jobs) == 1:
        parts = [work(columns) for columns in jobs]
    else:
        with ThreadPoolExecutor(n_jobs if n_jobs > 0 else None) as pool:
            parts = list(pool.map(work, jobs))
    empty = [(np.empty(0), np.empty(0))]
    ks, wasserstein = zip(*(parts or empty), strict=True)
    return Distances(np.concatenate(ks), np.concatenate(wasserstein))


def _blocks(d: int, n: int) -> Iterator[slice]:
    step = max(1, BLOCK_VALUES // n)
    for start in range(0, d, step):
        yield slice(start, min(start + step, d))


def _sorted(columns: NDArray[Any]) -> NDArray[Any]:
    rows = np.ascontiguousarray(columns.T)
    if rows is columns.T or np.shares_memory(rows, columns):
        rows = rows.copy()
    rows.sort(axis=1)
    return rows


def _block(first: NDArray[Any], second: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances of sorted rows of (k, n) and (k, m)."""
    small, large = (first, second) if first.shape[1] <= second.shape[1] else (second, first)
    m, n = small.shape[1], large.shape[1]
    step = n / m
    after = np.arange(1, m + 1) * step  # the smaller side's counts after each of its values, in windows of the larger
    ks = np.empty(len(small))
    for i, (few, many) in enumerate(zip(small, large, strict=True)):
        found = np.searchsorted(many, few, side="right")
        above = after - found
        below = step - above.min()
        if (many.take(found - 1, mode="clip") == few).any():
            below = (np.searchsorted(many, few, side="left") - after).max() + step
        ks[i] = max(above.max(), below) / n
    levels = (np.arange(MAX_LEVELS) + 0.5) / MAX_LEVELS if m >= MAX_LEVELS else (np.arange(m) + 0.5) / m
    quantiles = [side[:, (levels * side.shape[1]).astype(int)].astype(np.float64) for side in (small, large)]
    return ks, np.abs(quantiles[0] - quantiles[1]).mean(axis=1)
