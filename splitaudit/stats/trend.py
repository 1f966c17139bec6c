"""Does a series drift? A straight line through means of blocks that are longer than the dependence beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from splitaudit.stats.dependence import correlation_time

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
    slopes, _ = _line(at, ordered.astype(np.float64))
    rest = (ordered - ordered.mean(axis=0) - (at - at.mean())[:, None] * slopes).astype(np.float32)
    count = max(1, int(len(at) / (BLOCK_TIMES * correlation_time([rest])))) if len(at) > 3 else 1
    parts = np.array_split(np.arange(len(at)), count)
    middle = np.array([at[part].mean() for part in parts])
    means = np.stack([ordered[part].mean(axis=0, dtype=np.float64) for part in parts])
    slopes, statistics = _line(middle, means)
    if count < 3:
        return Trend(slopes, statistics, np.ones(len(slopes)), count)
    p = 2 * special.stdtr(count - 2, -np.abs(statistics))
    return Trend(slopes, statistics, np.minimum(1.0, p * max(1, len(p))), count)


def _line(at: FloatArray, means: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope of each column on ``at``, and its Student's t."""
    centred = at - at.mean()
    squares = float(centred @ centred)
    if squares <= 0:
        return np.zeros(means.shape[1]), np.zeros(means.shape[1])
    slope = centred @ (means - means.mean(axis=0)) / squares
    rest = means - means.mean(axis=0) - centred[:, None] * slope
    error = np.sqrt((rest**2).sum(axis=0) / max(len(at) - 2, 1) / squares)
    # a line without any scatter beside it is as sure as can be, but for the noise of rounding
    exact = np.where(np.abs(slope) * np.ptp(at) > SMALL, np.copysign(np.inf, slope), 0.0)
    return slope, np.divide(slope, error, out=exact, where=error > SMALL * np.abs(slope))
