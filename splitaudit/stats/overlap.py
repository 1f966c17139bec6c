"""Overlap between successive windows of one side, found from the samples themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_CANDIDATES = 400


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Result of :func:`successive_overlap`.

    Parameters
    ----------
    stride : int
        Samples between the starts of successive windows; ``n_timesteps`` where windows do not overlap.
    joined : ndarray of bool of shape (n - 1,)
        Whether window ``i + 1`` overlaps window ``i``.
    """

    stride: int
    joined: NDArray[np.bool_]

    @property
    def segments(self) -> NDArray[np.int64]:
        """Number of the stretch of overlapping windows that each window belongs to, shape (n,)."""
        return np.r_[0, np.cumsum(~self.joined)].astype(np.int64)


def successive_overlap(X: NDArray[Any]) -> Overlap:
    """Find the stride at which successive windows share samples: ``X[i, s:] == X[i + 1, :-s]``.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
        Windows in file order.
    """
    n, t, _ = X.shape
    none = Overlap(t, np.zeros(max(n - 1, 0), dtype=bool))
    if n < 2 or t < 4:
        return none
    some = np.unique(np.linspace(0, n - 2, min(n - 1, MAX_CANDIDATES)).astype(int))
    votes = np.zeros(t, dtype=np.int64)
    for i in some:
        votes[_strides(X[i], X[i + 1])] += 1
    stride = int(votes.argmax())
    if votes[stride] < max(2, 0.02 * len(some)):
        return none
    joined = np.array([_shifted(X[i], X[i + 1], stride) for i in range(n - 1)])
    return Overlap(stride, joined)


def _strides(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.int64]:
    """Smallest stride at which ``second`` continues ``first``, as an array of none or one."""
    hits = np.flatnonzero((first[1:] == second[0]).all(axis=1)) + 1
    for stride in hits:
        if _shifted(first, second, int(stride)):
            return np.array([stride])
    return np.empty(0, dtype=np.int64)


def _shifted(first: NDArray[Any], second: NDArray[Any], stride: int) -> bool:
    shared = first[stride:]
    if not np.array_equal(shared, second[: len(shared)]):
        return False
    return bool((shared != shared[0]).any()) and len(shared) > 1
