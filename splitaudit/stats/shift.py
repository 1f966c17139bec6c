"""Do units of validation differ from units of train in some column? Studentised, with family-wise p-values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.stats.dependence import normal_scores
from splitaudit.stats.units import Scheme


@dataclass(frozen=True, slots=True, eq=False)
class ShiftTest:
    """Result of :func:`shift_test`.

    Parameters
    ----------
    statistics : ndarray of shape (d,)
        Welch's t of the unit means per column, positive where validation is higher.
    pvalues : ndarray of shape (d,)
        Family-wise adjusted p-value per column.
    pvalue : float
        The p-value of "no column differs".
    """

    statistics: NDArray[np.float64]
    pvalues: NDArray[np.float64]
    pvalue: float


def shift_test(values: NDArray[Any], scheme: Scheme, *, ranks: bool = True) -> ShiftTest:
    """Compare unit means of every column between the sides by Welch's t, Bonferroni over columns.

    Parameters
    ----------
    values : ndarray of shape (n_train + n_val, d)
        One row per window, train rows first.
    scheme : Scheme
        The exchangeable units.
    ranks : bool
        Replace each column by normal scores first, which makes the test proof against heavy tails.

    Notes
    -----
    The t tail goes below the floor of a permutation test of few units; it holds for unit means of window features in
    simulations (benchmarks/calibration).
    """
    means = scheme.unit_means(normal_scores(values) if ranks else values)
    t, df = welch(means[~scheme.origin], means[scheme.origin])
    p = 2 * stats.t.sf(np.abs(t), df)
    adjusted = np.minimum(p * max(1, values.shape[1]), 1.0)
    return ShiftTest(statistics=t, pvalues=adjusted, pvalue=float(adjusted.min(initial=1.0)))


def welch(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Welch's t and its degrees of freedom per column of two samples; t is 0 where it is undefined.

    References
    ----------
    Welch, B. L. (1947). The generalization of Student's problem when several different population variances are
    involved. Biometrika 34, 28-35.
    """
    n, m = len(first), len(second)
    if min(n, m) < 2:
        d = first.shape[1]
        return np.zeros(d), np.ones(d)
    a, b = first.var(axis=0, ddof=1) / n, second.var(axis=0, ddof=1) / m
    error = a + b
    difference = second.mean(axis=0) - first.mean(axis=0)
    safe = np.where(error > 0, error, 1.0)
    exact = np.where(np.abs(difference) > 1e-9, np.sign(difference) * np.inf, 0.0)
    t = np.where(error > 0, difference / np.sqrt(safe), exact)
    df = safe**2 / np.maximum(a**2 / (n - 1) + b**2 / (m - 1), 1e-300)
    return t, np.clip(np.where(error > 0, df, 1.0), 1.0, n + m - 2)
