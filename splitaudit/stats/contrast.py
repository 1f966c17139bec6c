"""Student's t for columns with gaps: two samples, and single members against a sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """Differences with their standard errors, degrees of freedom and two-sided p-values; NaN where undefined."""

    difference: Floats
    error: Floats
    df: Floats
    pvalue: Floats

    def half_width(self, level: float = 0.95) -> Floats:
        """Half width of the confidence interval of every difference."""
        out: Floats = self.error * special.stdtrit(self.df, 0.5 + level / 2)
        return out


def two_sample(first: Floats, second: Floats) -> Contrast:
    """Second minus first, column by column, with pooled variances; NaN entries are left out.

    Parameters
    ----------
    first : ndarray of shape (n, c)
    second : ndarray of shape (m, c)
    """
    (n, center, scatter), (m, other, more) = _summary(first), _summary(second)
    df = n + m - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt((scatter + more) / df * (1 / n + 1 / m))
    return _contrast(other - center, np.where((n > 0) & (m > 0), error, np.nan), df)


def outsiders(reference: Floats, members: Floats) -> Contrast:
    """Each member against a sample it is not part of: the t of a prediction interval.

    Parameters
    ----------
    reference : ndarray of shape (n, c)
    members : ndarray of shape (m, c)

    Returns
    -------
    Contrast
        Fields of shape (m, c).
    """
    n, center, scatter = _summary(reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(scatter / (n - 1) * (1 + 1 / n))
    shape = members.shape
    return _contrast(members - center, np.broadcast_to(error, shape), np.broadcast_to(n - 1, shape))


def _contrast(difference: Floats, error: Floats, df: NDArray[Any]) -> Contrast:
    known = (df >= 1) & (error > 0)
    t = np.divide(difference, error, out=np.full(difference.shape, np.nan), where=known)
    degrees = np.where(known, df, 1.0)
    return Contrast(difference, np.where(known, error, np.nan), degrees, 2 * special.stdtr(degrees, -np.abs(t)))


def _summary(values: Floats) -> tuple[Floats, Floats, Floats]:
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    center = np.divide(np.where(known, values, 0.0).sum(axis=0), n, out=np.full(len(n), np.nan), where=n > 0)
    scatter = (np.where(known, values - center, 0.0) ** 2).sum(axis=0)
    return n.astype(np.float64), center, scatter
