"""Do units of validation differ from units of train in some column? Studentised, with family-wise p-values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special, stats

from splitaudit.stats.dependence import normal_scores
from splitaudit.stats.pieces import column_blocks
from splitaudit.stats.units import Scheme

FloatArray = NDArray[np.float64]
MANY_UNITS = 40
FEW_WINDOWS = 10
NORMAL = 1e-3  # skewness or excess kurtosis that is none
_Summary = tuple[int, FloatArray, FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class ShiftTest:
    """Result of :func:`shift_test` and :func:`streamed_shift_test`.

    Parameters
    ----------
    statistics : ndarray of shape (d,)
        Student's t of the unit means per column, positive where validation is higher.
    pvalues : ndarray of shape (d,)
        Family-wise adjusted p-value per column.
    uncorrected : ndarray of shape (d,)
        P-value of each column by itself.
    pvalue : float
        The p-value of "no column differs".
    differences : ndarray of shape (d,)
        Mean of the validation units minus mean of the train units, in the unit of the tested values.
    errors : ndarray of shape (d,)
        Standard error of the differences.
    df : float
        Degrees of freedom.
    """

    statistics: FloatArray
    pvalues: FloatArray
    uncorrected: FloatArray
    pvalue: float
    differences: FloatArray
    errors: FloatArray
    df: float

    def visible(self, alpha: float) -> FloatArray:
        """Differences that would just be beyond chance at family-wise level ``alpha``, per column."""
        d = max(1, len(self.statistics))
        return np.asarray(self.errors * stats.t.isf(alpha / (2 * d), max(self.df, 1)), dtype=np.float64)


def shift_test(values: NDArray[Any], scheme: Scheme, *, ranks: bool | None = None) -> ShiftTest:
    """Compare the unit means of every column between the sides, Bonferroni over columns.

    Parameters
    ----------
    values : ndarray of shape (n_train + n_val, d)
        One row per window, train rows first.
    scheme : Scheme
        The exchangeable units.
    ranks : bool, optional
        Replace each column by normal scores first, which makes the test proof against heavy tails but flattens a gross
        shift. By default only where there are 40 units or more: means of few, large units are nearly normal anyway,
        and they need the full size of a shift to go below the floor of an exchange test.

    Notes
    -----
    The t tail goes below the floor of a permutation test of few units; it holds for unit means of window features in
    simulations (``benchmarks/bench_calibration.py``). Variances are pooled: exchangeable units have equal variances,
    and Welch's version is far too eager where one side has two or three units and the other many.

    The mean of fewer than 10 windows is not nearly normal where their values are skewed, as a logarithm of power is:
    there p-values are those of normal scores whatever ``ranks`` says, none below one exchange of units. From 10 on,
    skewness and kurtosis of the difference are counted in. What either is worth: ``benchmarks/bench_unbalanced.py``.
    """
    ranked = scheme.n_units >= MANY_UNITS if ranks is None else ranks
    found = _by_columns(values, scheme, ranked=ranked)
    if not _few_windows(scheme):
        return found
    floor = 1 / special.binom(scheme.n_units, scheme.n_val_units)
    return _with_pvalues(found, np.maximum(_by_scores(values, scheme), floor))


def _by_scores(values: NDArray[Any], scheme: Scheme) -> FloatArray:
    """Uncorrected p-values by normal scores; 1 where so many windows share a value that scores have far ones too."""
    parts = []
    for columns in column_blocks(values.shape[1]):
        scores = normal_scores(values[:, columns], scheme.counted).astype(np.float64)
        found = _test(*_summaries(scheme.unit_means(scores), scheme))
        far = (scores**4).mean(axis=0) > 3 * (scores**2).mean(axis=0) ** 2
        parts.append(np.where(far, 1.0, found.uncorrected))
    return np.concatenate(parts)


def _with_pvalues(found: ShiftTest, p: FloatArray) -> ShiftTest:
    """Put other uncorrected p-values in the place of those of a test."""
    adjusted = np.minimum(p * max(1, len(p)), 1.0)
    return replace(found, pvalues=adjusted, uncorrected=p, pvalue=float(adjusted.min(initial=1.0)))


def _by_columns(values: NDArray[Any], scheme: Scheme, *, ranked: bool) -> ShiftTest:
    parts = []
    for columns in column_blocks(values.shape[1]):
        some = values[:, columns]
        compared = normal_scores(some, scheme.counted) if ranked else some
        parts.append(_summaries(scheme.unit_means(compared), scheme))
    return _test(*(_beside(side) for side in zip(*parts, strict=True)))


def _few_windows(scheme: Scheme) -> bool:
    """Whether a side has so few windows that the law of single ones shows in their mean."""
    return min(scheme.n_train, len(scheme.units) - scheme.n_train) < FEW_WINDOWS


def streamed_shift_test(blocks: Iterable[tuple[slice, NDArray[Any]]], scheme: Scheme) -> ShiftTest:
    """Like :func:`shift_test` without ranks, for columns too many to hold: sums per unit, block by block.

    Where a side has fewer than 10 windows, which would take ranks, p-values are 1.

    Parameters
    ----------
    blocks : iterable of (slice, ndarray of shape (m, d))
        Rows of the pooled windows (train first) and their values.
    scheme : Scheme
        The exchangeable units.
    """
    if _few_windows(scheme):
        found = _streamed(blocks, scheme)
        return _with_pvalues(found, np.ones_like(found.pvalues))
    return _streamed(blocks, scheme)


def _streamed(blocks: Iterable[tuple[slice, NDArray[Any]]], scheme: Scheme) -> ShiftTest:
    if scheme.n_units == len(scheme.units):
        return _streamed_windows(blocks, scheme)
    totals: FloatArray | None = None
    for rows, values in blocks:
        member = scheme.units[rows]
        indicator = sparse.csr_matrix(
            (scheme.counted[rows].astype(np.float32), (member, np.arange(len(member)))), (scheme.n_units, len(member))
        )
        part = indicator @ values
        totals = part if totals is None else totals + part
    assert totals is not None
    counts = np.bincount(scheme.units[scheme.counted], minlength=scheme.n_units)
    means = np.asarray(totals, dtype=np.float64) / counts[:, None]
    return _test(*_summaries(means, scheme))


def _streamed_windows(blocks: Iterable[tuple[slice, NDArray[Any]]], scheme: Scheme) -> ShiftTest:
    sums: list[Any] = [[0, 0.0, 0.0, 0.0, 0.0], [0, 0.0, 0.0, 0.0, 0.0]]
    for rows, values in blocks:
        is_val = scheme.is_val[rows]
        for side, mask in ((sums[0], ~is_val), (sums[1], is_val)):
            part = values if mask.all() else values[mask]
            square = part * part
            side[0] += len(part)
            side[1] = side[1] + part.sum(axis=0, dtype=np.float64)
            side[2] = side[2] + np.einsum("ij,ij->j", part, part, dtype=np.float64)
            side[3] = side[3] + np.einsum("ij,ij->j", square, part, dtype=np.float64)
            side[4] = side[4] + np.einsum("ij,ij->j", square, square, dtype=np.float64)
    return _test(*(_summary(*side) for side in sums))


def _summary(n: int, total: FloatArray, square: FloatArray, cube: FloatArray, fourth: FloatArray) -> _Summary:
    """Turn sums of powers about 0 into powers about the mean."""
    mean = total / n
    scatter = np.maximum(square - total * mean, 0.0)
    varies = scatter > 1e-9 * square
    third = cube - 3 * mean * square + 2 * mean**2 * total
    about = np.maximum(fourth - 4 * mean * cube + 6 * mean**2 * square - 3 * mean**3 * total, 0.0)
    scatter, third, about = (np.where(varies, each, 0.0) for each in (scatter, third, about))
    return n, mean, scatter, third, about


def _summaries(means: FloatArray, scheme: Scheme) -> list[_Summary]:
    """Count, mean and sums of second to fourth powers about it, of train's and of val's units, per column."""
    sides = []
    for side in (means[~scheme.origin], means[scheme.origin]):
        center = side.mean(axis=0)
        away = side - center
        square = away**2
        sides.append((len(side), center, square.sum(axis=0), (square * away).sum(axis=0), (square**2).sum(axis=0)))
    return sides


def _beside(parts: Iterable[_Summary]) -> _Summary:
    """Join summaries of the same units over blocks of columns."""
    counts, *moments = zip(*parts, strict=True)
    mean, square, cube, fourth = (np.concatenate(each) for each in moments)
    return counts[0], mean, square, cube, fourth


def _test(train: _Summary, val: _Summary) -> ShiftTest:
    """Student's two-sample t from counts, means, and sums of powers of unit means."""
    (n, mean_train, scatter_train, *_), (m, mean_val, scatter_val, *_) = train, val
    df = n + m - 2
    difference = mean_val - mean_train
    if df < 1:
        nothing = np.zeros_like(difference)
        one = np.ones_like(difference)
        return ShiftTest(nothing, one, one, 1.0, difference, np.full_like(difference, np.inf), 0.0)
    error = np.sqrt((scatter_train + scatter_val) / df * (1 / n + 1 / m))
    t = np.divide(difference, error, out=np.zeros_like(difference), where=error > 0)
    parted = (error == 0) & (np.abs(difference) > 1e-9)
    t[parted] = np.copysign(np.inf, difference[parted])
    # a column that is constant on each side does not tell how units vary: only the exchange of units speaks
    p = np.where(parted, 1 / special.binom(n + m, m), 2 * special.stdtr(df, -np.abs(t)))
    p = np.maximum(p, _heavy_tail(t, train, val))
    adjusted = np.minimum(p * max(1, len(p)), 1.0)
    return ShiftTest(t, adjusted, p, float(adjusted.min(initial=1.0)), difference, error, float(df))


def _heavy_tail(t: FloatArray, train: _Summary, val: _Summary) -> FloatArray:
    """Two-sided p-values by laws with the skewness and the kurtosis that the difference of the means has.

    A few far values in the smaller side move its mean and hardly the pooled variance. The difference has skewness
    ``g (1/m^2 - 1/n^2) / (1/n + 1/m)^1.5`` if single values have ``g``, and excess kurtosis ``k (1/n^3 + 1/m^3) /
    (1/n + 1/m)^2`` if they have ``k``. The laws are Pearson's type III, and t of ``4 + 6 / k`` degrees of freedom
    scaled to unit variance. 0 where the difference is as good as normal.
    """
    (n, _, *powers_train), (m, _, *powers_val) = train, val
    square, cube, fourth = (ours + theirs for ours, theirs in zip(powers_train, powers_val, strict=True))
    known = (square > 0) & np.isfinite(t)
    size = 1 / n + 1 / m
    scale = np.where(known, square, 1.0) / (n + m)
    skewness = cube / (n + m) / scale**1.5 * (m**-2.0 - n**-2.0) / size**1.5
    kurtosis = (fourth / (n + m) / scale**2 - 3) * (n**-3.0 + m**-3.0) / size**2
    p = np.zeros_like(t)
    heavy = known & (kurtosis > NORMAL)
    df = 4 + 6 / kurtosis[heavy]
    p[heavy] = 2 * special.stdtr(df, -np.abs(t[heavy]) * np.sqrt(df / (df - 2)))
    # towards the light tail there is nothing to correct
    skewed = known & (skewness * np.sign(t) > NORMAL)
    p[skewed] = np.maximum(p[skewed], 2 * stats.pearson3.sf(np.abs(t[skewed]), np.abs(skewness[skewed])))
    return p
