"""Whether learners are right and wrong about the same windows."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray


def kappa(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Cohen's kappa of two records of right and wrong: 1 where they agree, 0 where they do so as by chance.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20.
    """
    seen = float((first == second).mean())
    p, q = float(first.mean()), float(second.mean())
    expected = p * q + (1 - p) * (1 - q)
    if expected > 1 - 1e-12:
        return 1.0
    return (seen - expected) / (1 - expected)


def mean_kappa(right: NDArray[np.bool_]) -> float:
    """Mean of :func:`kappa` over all pairs of learners (k, n); 1 for a single one."""
    pairs = list(combinations(range(len(right)), 2))
    return float(np.mean([kappa(right[a], right[b]) for a, b in pairs])) if pairs else 1.0
