"""Do values go with one of many columns? The strongest of them, against rotations of the values inside each unit.

Windows of one unit follow each other, and so do their values: exchanging single windows would take that order for
chance. A rotation keeps the order of values and that of columns, and breaks only what connects the two.

References
----------
Lancaster, G. et al. (2018). Surrogate data for hypothesis testing of physical systems. Physics Reports 748, 1-60
(series shifted in time as surrogates).
Westfall, P. H., Young, S. S. (1993). Resampling-based multiple testing. Wiley (the largest of many statistics).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDS = 499
AT_ONCE = 64  # rounds


def strongest_column(
    columns: NDArray[np.bool_],
    values: NDArray[np.float64],
    units: NDArray[np.int64] | None,
    rng: np.random.Generator,
    *,
    rounds: int = ROUNDS,
) -> tuple[int, float]:
    """Return the column inside which values exceed those of the same unit outside most, and its p-value.

    Parameters
    ----------
    columns : ndarray of bool of shape (n, k)
        Memberships; a column of all or of none never is the strongest.
    values : ndarray of shape (n,)
    units : ndarray of int64 of shape (n,), optional
        Unit of each row, rows of a unit in the order of time; None if every row stands for itself, which are then
        permuted.
    rng : numpy.random.Generator
    rounds : int
        Rotations; the p-value is at least ``1 / (rounds + 1)``.

    Returns
    -------
    tuple of (int, float)
        The p-value is that of the largest of all columns, so that looking at many is paid for.
    """
    n = len(values)
    codes = np.zeros(n, dtype=np.int64) if units is None else np.unique(units, return_inverse=True)[1]
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    beyond = (values - (np.bincount(codes, weights=values) / sizes)[codes])[order].astype(np.float32)
    held = columns.sum(axis=0)
    scale = np.sqrt(np.maximum(held * (1 - held / n), 0.0))
    weights = np.divide(columns[order], scale, out=np.zeros(columns.shape), where=scale > 0).astype(np.float32)
    found = beyond @ weights
    best = int(found.argmax())
    start = np.repeat(np.cumsum(sizes) - sizes, sizes)
    place, size = np.arange(n) - start, np.repeat(sizes, sizes)
    as_large = 0
    for first in range(0, rounds, AT_ONCE):
        count = min(AT_ONCE, rounds - first)
        if units is None:
            rows = rng.permuted(np.tile(np.arange(n), (count, 1)), axis=1)
        else:
            turns = rng.integers(0, sizes, size=(count, len(sizes)))
            rows = start + (place + np.repeat(turns, sizes, axis=1)) % size
        largest = (beyond[rows] @ weights).max(axis=1)
        as_large += int((largest >= found[best] * (1 - 1e-5)).sum())
    return best, (1 + as_large) / (1 + rounds)
