"""Differences of paired outcomes, judged by the units that windows belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

SEVERAL = 5

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Paired:
    """Result of :func:`paired_by_unit`.

    Parameters
    ----------
    mean : float
        Mean difference over all windows.
    error : float
        Its standard error between units.
    n : int
        How many windows there are.
    df : int
        Units less one.
    pvalue : float
        One-sided p-value of a mean above 0.
    """

    mean: float
    error: float
    n: int
    df: int
    pvalue: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval of the mean; without width where all units agree exactly."""
        half = self.error * float(special.stdtrit(max(self.df, 1), 0.5 + level / 2))
        return self.mean - half, self.mean + half

    def visible(self, alpha: float) -> float:
        """Mean that would just be beyond chance at level ``alpha``; infinite for a single unit.

        Where no window differs, one that does would make an error of about ``1 / n``.
        """
        error = max(self.error, 1 / max(self.n, 1))
        return error * float(-special.stdtrit(self.df, alpha)) if self.df > 0 else float("inf")


def paired_by_unit(differences: NDArray[Any], units: NDArray[np.int64]) -> Paired:
    """Test whether paired differences of windows are above 0 on average, with windows clustered in units.

    Parameters
    ----------
    differences : ndarray of shape (n,)
        Such as whether one model is right less whether another is.
    units : ndarray of int64 of shape (n,)
        What windows belong to; windows of one unit may depend on each other in any way.

    Notes
    -----
    The cluster-robust t test of a mean. Where all units agree exactly, the p-value is that of the sign test, or of the
    t test if one window differed, if that is less.

    References
    ----------
    Cameron, A. C., Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. J. Human Resources
    50(2).
    """
    values = np.asarray(differences, dtype=np.float64)
    _, member = np.unique(units, return_inverse=True)
    sizes = np.bincount(member)
    n, count = len(values), len(sizes)
    mean = float(values.mean()) if n else 0.0
    if count < 2:
        return Paired(mean, float("inf"), n, 0, 1.0)
    excess = np.bincount(member, weights=values) - sizes * mean
    error = float(np.sqrt(count / (count - 1) * (excess**2).sum()) / n)
    if error <= 1e-12:
        return Paired(mean, 0.0, n, count - 1, _agreeing(mean, n, count))
    return Paired(mean, error, n, count - 1, float(special.stdtr(count - 1, -mean / error)))


def design_effect(hits: NDArray[Any], units: NDArray[np.int64]) -> float:
    """How many times as uncertain a mean is as that of independent windows, since those of a unit err together.

    Parameters
    ----------
    hits : ndarray of shape (k, n)
        Which windows each of k draws of a model is right about. Their variances are averaged: the errors of one fall
        into units as its trees happen to be, and a mean of several is steadier than what one model does.
    units : ndarray of int64 of shape (n,)

    Returns
    -------
    float
        At least 1; 1 for a single unit, which says nothing.
    """
    n = hits.shape[1]
    right = hits.mean(axis=1)
    independent = float(np.mean(right * (1 - right)) / n)
    each = [paired_by_unit(draw, units) for draw in hits]
    if independent <= 0 or each[0].df < 1:
        return 1.0
    return max(1.0, float(np.mean([found.error**2 for found in each])) / independent)


def _agreeing(mean: float, n: int, count: int) -> float:
    """One-sided p-value of a mean above 0 on which all units agree exactly.

    By the signs of the units; where they hold several windows also as if one window differed, which makes an error of
    ``1 / n``: the t test would tell that, and more agreement is not less evidence.
    """
    if mean <= 0:
        return 1.0
    but_one = float(special.stdtr(count - 1, -mean * n)) if n >= SEVERAL * count else 1.0
    return min(0.5**count, but_one)


@dataclass(frozen=True, slots=True, eq=False)
class UnitMeans:
    """Means of an outcome over the windows of each unit.

    Parameters
    ----------
    names : ndarray of int64 of shape (n_units,)
    means : ndarray of shape (n_units,)
    sizes : ndarray of int64 of shape (n_units,)
        Windows per unit.
    """

    names: NDArray[np.int64]
    means: FloatArray
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, units: NDArray[np.int64], values: NDArray[Any]) -> UnitMeans:
        """Average ``values`` (n,) over units (n,)."""
        names, member, sizes = np.unique(units, return_inverse=True, return_counts=True)
        return cls(names, np.bincount(member, weights=values) / sizes, sizes)


def excess_pvalue(theirs: UnitMeans, ours: UnitMeans) -> float:
    """One-sided p-value of "their units are no higher than ours", for outcomes such as hits and differences of hits.

    Student's t with pooled variances; the spread of units is taken to be at least what so many windows would show by
    chance, so that a handful of units that happen to agree do not prove anything.
    """
    n, m = len(ours.means), len(theirs.means)
    if min(n, m) < 1 or n + m < 3:
        return 1.0
    scatter = sum(((side.means - side.means.mean()) ** 2).sum() for side in (ours, theirs))
    spread = max(float(np.sqrt(scatter / (n + m - 2))), 0.5 / float(np.sqrt(np.median(theirs.sizes))))
    t = (theirs.means.mean() - ours.means.mean()) / (spread * np.sqrt(1 / n + 1 / m))
    return float(special.stdtr(n + m - 2, -t))
