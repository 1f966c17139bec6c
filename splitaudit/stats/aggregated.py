"""One test out of several statistics that exchange the same units, as strong as the best of them but for little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.stats.permutation import MANY_DRAWS, RESOLVED, PermutationTest, with_tail
from splitaudit.stats.units import Scheme

MAX_UNITS = 1500
KINDS = ("energy", "largest")


@dataclass(frozen=True, slots=True)
class AggregatedTest:
    """The combined p-value, and each statistic by itself.

    Parameters
    ----------
    pvalue : float
    parts : dict of str to PermutationTest
        By the name of the columns: their energy distance ("energy of ...") and largest difference ("largest of ...").
    n_permutations : int
        Exchanges drawn, the observed assignment among them.
    exact : bool
        Whether all exchanges were enumerated.
    """

    pvalue: float
    parts: dict[str, PermutationTest]
    n_permutations: int
    exact: bool


def aggregated_test(
    values: NDArray[Any],
    scheme: Scheme,
    *,
    views: Mapping[str, NDArray[np.int64]],
    pvalues: NDArray[np.float64],
    n_permutations: int,
    rng: np.random.Generator,
) -> AggregatedTest:
    """Energy distances between the unit means of the sides, and their largest differences, under exchange of units.

    Parameters
    ----------
    values : ndarray of shape (n_windows, d)
        Comparable columns, such as normal scores.
    scheme : Scheme
        The exchangeable units; of more than 1,500 a random part is used.
    views : mapping of str to ndarray of int64
        Sets of columns, each with an energy distance and a largest difference: all of them see everything, a few
        general ones see more of what these measure.
    pvalues : ndarray of shape (d,)
        P-value of the difference of means of every column by the t law, uncorrected, for what lies beyond the
        exchanges.
    n_permutations : int
    rng : numpy.random.Generator

    Notes
    -----
    Energy distance is the classifier test with a distance-based learner that is refitted under every exchange, at the
    price of a matrix product. Every statistic is turned into its rank among the exchanges, and the smallest rank is
    judged by the smallest ranks of the others: no correction is paid for what the statistics have in common. A p-value
    that so few exchanges cannot tell is the smallest of the statistics' fitted tails, by Bonferroni's correction.

    References
    ----------
    Szekely, G. J., Rizzo, M. L. (2013). Energy statistics. J. Statistical Planning and Inference 143, 1249-1272.
    Schrab, A. et al. (2023). MMD aggregated two-sample test. JMLR 24(194).
    """
    if scheme.n_units > MAX_UNITS:
        keep = np.isin(scheme.units, rng.choice(scheme.n_units, MAX_UNITS, replace=False))
        values, scheme = values[keep], scheme.restrict(keep)
    own, exact_means = scheme.rows_of_units(values)
    means = exact_means.astype(np.float32)
    if min(scheme.n_train_units, scheme.n_val_units) < 2:
        nothing = {f"{what} of {name}": PermutationTest(0.0, 1.0, 1, True) for what in KINDS for name in views}
        return AggregatedTest(1.0, nothing, 1, True)
    draws = own.draw(n_permutations, rng)
    exact = len(draws) < n_permutations
    weights = np.where(draws, -1.0 / own.n_val_units, 1.0 / own.n_train).astype(np.float32)
    statistics, parts = [], {}
    for name, columns in views.items():
        energies, largest = _energies(means[:, columns], weights), _largest(means[:, columns], weights)
        corrected = min(1.0, len(columns) * float(pvalues[columns].min(initial=1.0)))
        parts[f"energy of {name}"] = with_tail(energies, exact=exact)
        parts[f"largest of {name}"] = PermutationTest(float(largest[0]), corrected, len(draws), exact)
        statistics += [energies, largest]
    return AggregatedTest(_combined(statistics, list(parts.values())), parts, len(draws), exact)


def _energies(means: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Energy distances of units (n, d) under draws of weights (k, n), shape (k,)."""
    squares = np.einsum("ij,ij->i", means, means)
    distance = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * means @ means.T, 0.0))
    energies: NDArray[np.float64] = -np.einsum("pu,pu->p", weights @ distance, weights).astype(np.float64)
    return energies


def _largest(means: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Largest difference of means in standard deviations of all units, over columns; shape (k,)."""
    spread = means.std(axis=0)
    scaled = np.divide(means, spread, out=np.zeros_like(means), where=spread > 1e-6)
    largest: NDArray[np.float64] = np.abs(weights @ scaled).max(axis=1, initial=0.0).astype(np.float64)
    return largest


def _combined(statistics: list[NDArray[np.float64]], parts: list[PermutationTest]) -> float:
    n = len(statistics[0])
    tail = min(1.0, len(parts) * min(part.pvalue for part in parts))
    if n < MANY_DRAWS:
        return tail
    # rounding must not part draws that are the same assignment but for its name
    rank = [stats.rankdata(-np.round(values / max(np.abs(values).max(), 1e-300), 6), "max") for values in statistics]
    best = np.min(rank, axis=0)
    counted = float(np.mean(best <= best[0]))
    return counted if counted >= RESOLVED / n else min(RESOLVED / n, tail)
