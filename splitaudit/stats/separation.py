"""How far apart the classes lie in a single number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LARGEST = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class ClassMoments:
    """Moments of columns by class.

    Parameters
    ----------
    counts : ndarray of int64 of shape (k,)
    mean, square : ndarray of shape (k, d)
        Mean and mean square of each column in each class; 0 for empty classes.
    """

    counts: IntArray
    mean: FloatArray
    square: FloatArray

    @property
    def within(self) -> FloatArray:
        """Variance of each column inside the classes, shape (d,)."""
        spread = np.maximum(self.square - self.mean**2, 0.0)
        rounding = 1e-9 * self.square  # sums of squares know no smaller variance
        spread = np.where(spread > rounding, spread, 0.0)
        return np.asarray((self.counts[:, None] * spread).sum(axis=0) / max(self.counts.sum(), 1))

    def over(self, groups: int) -> ClassMoments:
        """Moments of ``groups`` sets of columns, each pooled; columns are ordered set by set."""
        k, d = self.mean.shape
        shape = (k, groups, d // groups)
        return ClassMoments(self.counts, self.mean.reshape(shape).mean(2), self.square.reshape(shape).mean(2))


def class_moments(blocks: Iterable[tuple[slice, NDArray[Any]]], y: IntArray, n_classes: int) -> ClassMoments:
    """Moments of columns by class, block by block.

    Parameters
    ----------
    blocks : iterable of (slice, ndarray of shape (m, d))
        Rows and their values, of about unit scale.
    y : ndarray of int64 of shape (n,)
    n_classes : int
    """
    total, square = None, None
    for rows, values in blocks:
        member = (y[rows][None, :] == np.arange(n_classes)[:, None]).astype(np.float64)
        wide = values.astype(np.float64)  # so that a column that is constant in a class is seen to be
        first, second = member @ wide, member @ (wide * wide)
        total = first if total is None else total + first
        square = second if square is None else square + second
    assert total is not None
    assert square is not None
    counts = np.bincount(y, minlength=n_classes)
    per = np.maximum(counts, 1)[:, None]
    return ClassMoments(counts, total / per, square / per)


def separation(moments: ClassMoments) -> FloatArray:
    """Smallest distance of two class means in standard deviations within classes, per column; at most 1,000.

    Classes with fewer than two rows are left out; 0 where fewer than two classes are left.
    """
    known = moments.counts >= 2
    if known.sum() < 2:
        return np.zeros(moments.mean.shape[1])
    gap = np.diff(np.sort(moments.mean[known], axis=0), axis=0).min(axis=0)
    sd = np.sqrt(moments.within)
    exact = np.where(gap > 1e-6, LARGEST, 0.0)
    distance: FloatArray = np.divide(gap, sd, out=exact, where=sd > 0)
    return np.minimum(distance, LARGEST)


def nearest_class(values: FloatArray, means: FloatArray, counts: IntArray) -> IntArray:
    """Class whose mean is nearest to each value, among classes that occur; shape (n,)."""
    known = np.flatnonzero(counts > 0)
    chosen: IntArray = known[np.abs(values[:, None] - means[known][None, :]).argmin(axis=1)]
    return chosen
