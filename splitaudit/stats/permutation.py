"""Tests that exchange units between the sides: class shares, and the largest weighted Kolmogorov-Smirnov distance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from splitaudit.stats.pieces import column_blocks, transposed
from splitaudit.stats.units import Scheme

GRID = np.array([0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98])
MAX_CELLS = 1 << 20  # of the differences at a time, which then stay in the cache
MIN_DRAWS = 64
MAX_EXCHANGED = 2000
MANY_DRAWS = 200
RESOLVED = 10  # draws beyond the observed one that tell a p-value by counting


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A statistic, its p-value and how it was had.

    Parameters
    ----------
    statistic : float
    pvalue : float
        From the tail fitted to the permutations where there are enough of them, else their share.
    n_permutations : int
        Permutations drawn, the observed assignment among them.
    exact : bool
        Whether all reassignments were enumerated.
    """

    statistic: float
    pvalue: float
    n_permutations: int
    exact: bool


def with_tail(values: NDArray[np.float64], *, exact: bool) -> PermutationTest:
    """Judge the first value of a statistic against those of all draws; beyond them by a fitted tail.

    The tail is a Pearson type III law with the first three moments of the draws.

    References
    ----------
    Josse, J., Pages, J., Husson, F. (2008). Testing the significance of the RV coefficient. CSDA 53, 82-91.
    """
    observed, n = float(values[0]), len(values)
    counted = float(np.mean(values >= observed - 1e-9 * abs(observed)))
    spread = values.std()
    if n < MANY_DRAWS or spread <= 1e-12 * max(abs(values).max(), 1e-300):
        return PermutationTest(observed, counted, n, exact)
    null = values[1:]
    skew = float(stats.skew(null))
    fitted = float(stats.pearson3.sf(observed, skew, null.mean(), null.std()))
    return PermutationTest(observed, max(fitted, 0.0) if counted < RESOLVED / n else counted, n, exact)


def shares_pvalue(counts: NDArray[Any], draws: NDArray[np.bool_]) -> float:
    """P-value of the total variation distance between the class shares of the sides, under exchange of units.

    Parameters
    ----------
    counts : ndarray of shape (n_units, k)
        Windows of each class in each unit.
    draws : ndarray of bool of shape (n_draws, n_units)
        Which units are validation; the first row as observed, see :meth:`Scheme.draw`.
    """
    theirs = draws.astype(np.float64) @ counts
    ours = counts.sum(axis=0) - theirs
    shares = [side / np.maximum(side.sum(axis=1, keepdims=True), 1) for side in (ours, theirs)]
    distance = np.abs(shares[1] - shares[0]).sum(axis=1)
    return float((distance >= distance[0] - 1e-12).mean())


@dataclass(frozen=True, slots=True, eq=False)
class GridTest:
    """Result of :func:`grid_test`: p-value of "no column differs" and family-wise p per column."""

    pvalue: float
    pvalues: NDArray[np.float64]


def _levels(block: NDArray[Any]) -> Iterator[NDArray[np.int8]]:
    """For every column of normal scores (n, k), above how many quantiles of the grid each lies; shape (n,)."""
    cuts = special.ndtri(GRID).astype(np.float32)
    for column in transposed(block):
        levels = np.zeros(len(column), dtype=np.int8)
        for cut in cuts:
            levels += column > cut
        yield levels


def _counts_above(block: NDArray[Any], codes: NDArray[np.int64], n_codes: int) -> NDArray[np.int64]:
    """How many values of each code lie above the grid's quantiles of each column (n, k), shape (n_codes, k, q)."""
    q = len(GRID)
    out = np.empty((n_codes, block.shape[1], q), dtype=np.int64)
    for j, levels in enumerate(_levels(block)):
        at_level = np.bincount(codes * (q + 1) + levels, minlength=n_codes * (q + 1)).reshape(n_codes, q + 1)
        out[:, j] = np.cumsum(at_level[:, :0:-1], axis=1)[:, ::-1]
    return out


def _hypergeometric(blocks: list[NDArray[Any]], n_train: int) -> NDArray[np.float64]:
    """Smallest two-sided p-value of each column of blocks (n, k) over the grid, windows being the units."""
    n = len(blocks[0])
    side = (np.arange(n) >= n_train).astype(np.int64)
    ours, hits = np.concatenate([_counts_above(block, side, 2) for block in blocks], axis=1)
    # few columns have ties, so most have as many values above a quantile as the others
    known, place = np.unique((ours + hits) * (n + 1) + hits, return_inverse=True)
    both, own = np.divmod(known, n + 1)
    tail = stats.hypergeom.cdf(own, n, both, n - n_train)
    above = tail > 0.5  # else the upper tail is no smaller
    tail[above] = np.minimum(tail[above], stats.hypergeom.sf(own[above] - 1, n, both[above], n - n_train))
    smallest: NDArray[np.float64] = 2 * tail[place.reshape(hits.shape)].min(axis=1)
    return smallest


def _shares_above(block: NDArray[Any], scheme: Scheme) -> NDArray[np.float32]:
    """Share of each unit's windows above the grid's quantiles of each column (n, k), shape (n_units, q, k)."""
    counted = scheme.counted
    # the windows that do not count for their unit go to one more unit that nobody reads
    above = _counts_above(block, np.where(counted, scheme.units, scheme.n_units), scheme.n_units + 1)[:-1]
    sizes = np.bincount(scheme.units[counted], minlength=scheme.n_units)
    return (above.transpose(0, 2, 1) / sizes[:, None, None]).astype(np.float32, order="C")


def grid_test(scores: NDArray[Any], scheme: Scheme, *, n_permutations: int, rng: np.random.Generator) -> GridTest:
    """Largest weighted distance of the distribution functions over columns and quantiles.

    Distances at the pooled quantiles 2 % ... 98 % are divided by their standard deviation, so a difference in a tail
    counts as much as one in the middle: that sees the few windows of another regime that a mean or an unweighted
    Kolmogorov-Smirnov distance misses.

    Parameters
    ----------
    scores : ndarray of shape (n_windows, d)
        Normal scores of the pooled columns, so that the quantiles of a grid are known.
    scheme : Scheme
        Columns and quantiles say much the same, so max-T over permutations of the units' counts is used. Where windows
        are the units their counts are hypergeometric: with Bonferroni's correction that tells what the permutations are
        too few for, and everything for more than 2,000 windows, which need no power.
    n_permutations : int
    rng : numpy.random.Generator

    References
    ----------
    Westfall, P. H., Young, S. S. (1993). Resampling-Based Multiple Testing. Wiley.
    """
    n, d = scores.shape
    q = len(GRID)
    blocks = [scores[:, columns] for columns in column_blocks(d)]
    sure = np.ones(d)
    if scheme.n_units == n:
        sure = np.minimum(_hypergeometric(blocks, scheme.n_train) * d * q, 1.0)
        if n > MAX_EXCHANGED:
            return GridTest(float(sure.min(initial=1.0)), sure)
    # all columns at one quantile, then at the next: the largest over quantiles is then that of whole rows
    share = np.concatenate([_shares_above(block, scheme) for block in blocks], axis=2).reshape(scheme.n_units, q * d)
    share -= share.mean(axis=0)
    scale = share.std(axis=0)
    share = np.divide(share, scale, out=np.zeros_like(share), where=scale > 1e-6)
    draws = scheme.draw(n_permutations, rng)
    m = scheme.n_val_units
    best = np.empty((len(draws), d), dtype=np.float32)
    step = max(MIN_DRAWS, MAX_CELLS // (d * q))
    for start in range(0, len(draws), step):
        difference = draws[start : start + step].astype(np.float32) @ share
        np.abs(difference, out=difference)
        best[start : start + step] = difference.reshape(-1, q, d).max(axis=1) / m
    largest = best.max(axis=1, initial=0.0)
    p = (largest[:, None] >= best[0] - 1e-6).mean(axis=0)
    unresolved = p < RESOLVED / len(draws)
    p[unresolved] = np.minimum(p, sure)[unresolved]
    return GridTest(float(p.min(initial=1.0)), p)
