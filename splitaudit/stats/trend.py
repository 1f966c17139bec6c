"""Does a series drift? A straight line through means of blocks that are longer than the dependence beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from splitaudit.stats.dependence import correlation_time
from splitaudit.stats.pieces import column_blocks

BLOCK_TIMES = 8.0
SMALL = 1e-9
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """Result of :func:`block_trend`; arrays of shape (d,).

    Parameters
    ----------
    slopes : ndarray
        Change per unit of position.
    statistics : ndarray
        Student's t of the slopes.
    pvalues : ndarray
        Family-wise adjusted (Bonferroni); 1 for fewer than three blocks.
    n_blocks : int
        Blocks the line rests on.
    """

    slopes: FloatArray
    statistics: FloatArray
    pvalues: FloatArray
    n_blocks: int


def block_trend(position: FloatArray, scores: NDArray[np.float32]) -> Trend:
    """Regress block means of every column on position.

    Parameters
    ----------
    position : ndarray of shape (n,)
        Time or order of the rows.
    scores : ndarray of shape (n, d)
        Columns such as normal scores.

    Notes
    -----
    Blocks are eight times as long as the integrated autocorrelation time of what is left beside a straight line.
    """
    order = np.argsort(position, kind="stable")
    at, ordered = position[order].astype(np.float64), scores[order]
    rest = np.empty_like(ordered)
    for columns in column_blocks(ordered.shape[1]):
        rest[:, columns] = _fit(at, ordered[:, columns].astype(np.float64))[1]
    count = max(1, int(len(at) / (BLOCK_TIMES * correlation_time([rest])))) if len(at) > 3 else 1
    parts = np.array_split(np.arange(len(at)), count)
    middle = np.array([at[part].mean() for part in parts])
    means = np.stack([ordered[part].mean(axis=0, dtype=np.float64) for part in parts])
    slopes, statistics = _line(middle, means)
    if count < 3:
        return Trend(slopes, statistics, np.ones(len(slopes)), count)
    p = 2 * special.stdtr(count - 2, -np.abs(statistics))
    return Trend(slopes, statistics, np.minimum(1.0, p * max(1, len(p))), count)


def _fit(at: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope of each column of (n, d) on ``at``, and what is left beside the line."""
    centred, rest = at - at.mean(), values - values.mean(axis=0)
    squares = float(centred @ centred)
    slope = centred @ rest / squares if squares > 0 else np.zeros(rest.shape[1])
    return slope, rest - centred[:, None] * slope


def _line(at: FloatArray, means: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope of each column on ``at``, and its Student's t."""
    slope, rest = _fit(at, means)
    if np.ptp(at) <= 0:
        return slope, np.zeros_like(slope)
    error = np.sqrt((rest**2).sum(axis=0) / max(len(at) - 2, 1) / ((at - at.mean()) ** 2).sum())
    # a line without any scatter beside it is as sure as can be, but for the noise of rounding
    exact = np.where(np.abs(slope) * np.ptp(at) > SMALL, np.copysign(np.inf, slope), 0.0)
    return slope, np.divide(slope, error, out=exact, where=error > SMALL * np.abs(slope))
