"""Curves to look at, in few points: distribution functions of two samples, and the ROC over folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = 5
N_LEVELS = 80
N_RATES = 101
Floats = NDArray[np.float64]


def rounded(values: NDArray[Any]) -> tuple[float, ...]:
    """Return values with five significant digits: more cannot be seen, and a report holds many."""
    return tuple(float(f"{value:.{DIGITS}g}") for value in values.tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Distributions:
    """Empirical distribution functions of two samples at common values ``x``, and where they are furthest apart.

    Parameters
    ----------
    x, first, second : ndarray of shape (k,)
    at : int
        Position of the largest distance, which is the Kolmogorov-Smirnov statistic.
    """

    x: Floats
    first: Floats
    second: Floats
    at: int


def distribution_functions(first: NDArray[Any], second: NDArray[Any], n_levels: int = N_LEVELS) -> Distributions:
    """Evaluate the distribution functions of two samples at quantiles of both, and where their distance is largest.

    Parameters
    ----------
    first : ndarray of shape (n,)
    second : ndarray of shape (m,)
    n_levels : int
        Quantiles of each sample at most.
    """
    ours, theirs = np.sort(first), np.sort(second)
    pooled = np.concatenate([ours, theirs])
    apart = np.abs(_shares(ours, pooled) - _shares(theirs, pooled))
    worst = pooled[apart.argmax()]
    levels = np.linspace(0, 1, n_levels)
    quantiles = [side[np.round(levels * (len(side) - 1)).astype(int)] for side in (ours, theirs)]
    x = np.unique(np.concatenate([*quantiles, [worst]])).astype(np.float64)
    return Distributions(x, _shares(ours, x), _shares(theirs, x), int(np.searchsorted(x, worst)))


def _shares(ordered: NDArray[Any], at: NDArray[Any]) -> Floats:
    """Share of a sorted sample that is not above each value."""
    shares: Floats = np.searchsorted(ordered, at, side="right") / len(ordered)
    return shares


def roc(scores: Floats, positive: NDArray[np.bool_], fold: NDArray[np.int64]) -> Floats:
    """Return the mean ROC curve of folds, each weighted by its pairs, at 101 false positive rates.

    Scores of two models are not compared, so the folds are kept apart: the area below is the mean of their areas.

    Parameters
    ----------
    scores, positive, fold : ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (101,)
        True positive rates at ``linspace(0, 1, 101)``; the diagonal where no fold holds both kinds.
    """
    rates = np.linspace(0, 1, N_RATES)
    total, pairs = np.zeros(N_RATES), 0
    for k in np.unique(fold):
        inside = fold == k
        ours, theirs = scores[inside & positive], scores[inside & ~positive]
        if len(ours) and len(theirs):
            weight = len(ours) * len(theirs)
            total += weight * _rates(ours, theirs, rates)
            pairs += weight
    return total / pairs if pairs else rates


def _rates(ours: Floats, theirs: Floats, at: Floats) -> Floats:
    """True positive rates at false positive rates, straight between the distinct scores."""
    cuts = np.unique(np.concatenate([ours, theirs]))[::-1]
    hits = 1 - np.searchsorted(np.sort(ours), cuts, side="left") / len(ours)
    alarms = 1 - np.searchsorted(np.sort(theirs), cuts, side="left") / len(theirs)
    alarms, hits = np.r_[0.0, alarms], np.r_[0.0, hits]
    # of several hit rates at one false positive rate, the highest: the curve goes straight up there
    last = np.flatnonzero(np.r_[alarms[1:] > alarms[:-1], True])
    rates: Floats = np.interp(at, alarms[last], hits[last])
    return rates
