"""Overlap between successive windows of one side, found from the samples themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.coincidence import coincidence, informative_steps
from splitaudit.stats.fingerprints import CHUNK_SAMPLES, Runs

MAX_CANDIDATES = 400
MAX_CODES = 1 << 21
MIN_SHARE = 0.02
USUAL = 0.9
DECISIVE = 10


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
        segments: NDArray[np.int64] = np.r_[0, np.cumsum(~self.joined)].astype(np.int64)
        return segments


def successive_overlap(X: NDArray[Any]) -> Overlap:
    """Find the stride at which successive windows share samples: ``X[i, s:] == X[i + 1, :-s]``.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
        Windows in file order.

    Notes
    -----
    The most frequent stride among some hundred pairs, if the runs that they share say more than different windows
    share by chance (:mod:`splitaudit.stats.coincidence`), or if windows that do not follow each other hardly ever
    agree at that stride. Then all pairs are compared at it.
    """
    n, t, _ = X.shape
    none = Overlap(t, np.zeros(max(n - 1, 0), dtype=bool))
    if n < 2 or t < 4:
        return none
    size = max(2, min(MAX_CANDIDATES, MAX_CODES // t, n - 1))
    some = np.unique(np.linspace(0, n - 2, size).astype(np.int64))
    votes = _votes(X, some)
    stride = int(votes.argmax())
    if votes[stride] < max(2, MIN_SHARE * len(some)):
        return none
    return Overlap(stride, _joined(X, stride))


def _votes(X: NDArray[Any], some: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many windows of ``some`` are continued by the next at each stride, beyond chance; shape (t + 1,)."""
    t = X.shape[1]
    first, second = X[some], X[some + 1]
    before, after = Runs.of(first), Runs.of(second)
    follows, length = _longest(before, after)
    _, other = _longest(before, after.take(np.roll(np.arange(len(some)), len(some) // 2)))
    if not len(follows):
        return np.zeros(t + 1, dtype=np.int64)
    steps = informative_steps(second[follows], after.take(follows))[np.arange(len(follows)), length]
    null = coincidence(before.take(np.unique(before.whole, return_index=True)[1]))
    chance = np.full(len(follows), int(np.quantile(null.steps, USUAL)))
    sure = null.believable(length, steps, chance, float(len(some)))
    often = np.bincount(t - length[steps > 1], minlength=t + 1)
    usual = np.bincount(t - other, minlength=t + 1)
    sure |= (steps > 1) & (often >= DECISIVE * (usual + 1))[t - length]
    return np.bincount(t - length[sure], minlength=t + 1)


def _longest(before: Runs, after: Runs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which windows end as their partner starts, and for how many samples at most."""
    lengths = np.arange(before.n_timesteps - 1, 0, -1)
    agree = before.tails(lengths) == after.heads(lengths)
    longest = agree.argmax(axis=1)
    found = np.flatnonzero(agree[np.arange(len(before)), longest])
    return found, lengths[longest[found]]


def _joined(X: NDArray[Any], stride: int) -> NDArray[np.bool_]:
    """Whether each window is continued by the next at this stride."""
    t, c = X.shape[1:]
    joined: NDArray[np.bool_] = (X[:-1, stride] == X[1:, 0]).all(axis=1)
    maybe = np.flatnonzero(joined)
    step = max(1, CHUNK_SAMPLES // (t * c))
    for start in range(0, len(maybe), step):
        rows = maybe[start : start + step]
        joined[rows] = (X[rows, stride:] == X[rows + 1, : t - stride]).all(axis=(1, 2))
    return joined
