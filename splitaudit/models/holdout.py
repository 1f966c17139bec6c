"""Parts of train that never part a unit: what early stopping looks at, and what a costly learner is content with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.models.probe import unit_folds

IntArray = NDArray[np.int64]
INNER_PARTS = 6


def inner_part(y: IntArray, units: IntArray, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Split rows into those to fit on and about a sixth of them for early stopping, unit by unit.

    A class must not lose all its rows to the sixth, and there must be two units; otherwise windows are drawn at random.

    Returns
    -------
    fit, inner : ndarray of int64
        Sorted rows.
    """
    if len(np.unique(units)) > 1:
        for fit, inner in unit_folds(y, units, n_folds=INNER_PARTS, rng=rng):
            if len(inner) <= len(y) / 2 and np.isin(y[inner], y[fit]).all():
                return fit, inner
    order = rng.permutation(len(y))
    cut = max(1, len(y) // INNER_PARTS)
    return np.sort(order[cut:]), np.sort(order[:cut])


def thinned(units: IntArray, most: int, rng: np.random.Generator) -> IntArray:
    """Draw at most ``most`` rows at random, the same share of every unit; sorted.

    Few windows of many units say more than many windows of few.
    """
    if len(units) <= most:
        return np.arange(len(units))
    order = rng.permutation(len(units))
    order = order[np.argsort(units[order], kind="stable")]
    return np.sort(order[np.arange(most) * len(order) // most])
