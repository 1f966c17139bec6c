"""How far windows agree by chance: what equal samples are worth as evidence.

Silent windows, padding, on/off signals and clean waves agree without having been copied. Two different windows of one
recording never agree at the *same* position but by chance, because they start at different times; so agreement at the
same position is the null against which equal windows and shared runs are judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.fingerprints import CHUNK_SAMPLES, Codes, IntArray, Runs

N_POSITIONS = 4
SHORT = 5
MAX_EXPECTED = 0.05
SAFETY = 3
MARGIN = 2
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Coincidence:
    """Chance agreement among n different windows.

    Parameters
    ----------
    steps : ndarray of int64 of shape (n,)
        Longest run, in steps (samples that differ from the one before), in which each window agrees with another one at
        the same position.
    rate : ndarray of shape (SHORT,)
        Upper bound on the share of pairs of windows that agree by chance in at least 0, 1, 2, ... steps.
    """

    steps: IntArray
    rate: NDArray[np.float64]

    def believable(self, length: IntArray, steps: IntArray, chance: IntArray, n_pairs: float) -> Mask:
        """Decide which agreements cannot be chance.

        Parameters
        ----------
        length, steps : ndarray of int64 of shape (k,)
            Samples that agree, and how many of them are informative steps.
        chance : ndarray of int64 of shape (k,)
            The chance agreement of the windows in question.
        n_pairs : float
            How many pairs were compared.

        Notes
        -----
        Where the best of n windows agrees by chance in ``a`` steps, ``a + 1`` steps are worth about log2(n) bits, and
        the best of n ** 2 pairs needs twice that; three times is asked for. Agreements of less than five samples are
        believed only together, where next to none are expected.
        """
        sure: Mask = steps >= SAFETY * np.maximum(chance, 1) + MARGIN
        for least in range(SHORT - 1, 0, -1):
            short = ~sure & (chance == 0) & (steps >= least) & (steps == length)
            if short.any() and self.rate[least] * n_pairs <= MAX_EXPECTED * short.sum():
                sure = sure | short
        return sure


def coincidence(runs: Runs) -> Coincidence:
    """Measure in how many steps windows agree at the same position by chance.

    Parameters
    ----------
    runs : Runs
        Windows that differ from each other; equal ones must have been reduced to one.
    """
    n, t = len(runs), runs.n_timesteps
    steps, pairs = np.zeros(n, dtype=np.int64), np.zeros(SHORT)
    starts = np.unique(np.linspace(0, t, N_POSITIONS + 1).astype(np.int64)[:-1]).tolist()
    for start in starts:
        left, agreeing = np.arange(n), np.zeros(SHORT)
        ladder = [length for length in _ladder(t) if start + length <= t]
        for length, longer in zip(ladder, [*ladder[1:], t - start + 1], strict=True):
            codes = runs.take(left).at(start, start + length) if length > 1 else runs.at(start, start + 1)
            counts = _counts(codes)
            left, counts = left[counts > 1], counts[counts > 1]
            if not len(left):
                break
            part = runs.samples(left, start, start + longer - 1)
            np.maximum.at(steps, left, _changes(part))
            # a group of g windows holds g (g - 1) / 2 pairs
            weight = np.bincount(np.minimum(_changes(part[:, :length]), SHORT - 1), (counts - 1) / 2, SHORT)
            agreeing = np.maximum(agreeing, weight[::-1].cumsum()[::-1])
        pairs += agreeing
    rate = np.minimum((pairs + 1) / max(len(starts) * n * (n - 1) / 2, 1), 1.0)
    return Coincidence(steps, rate)


def _ladder(t: int) -> list[int]:
    """Lengths from 1 to ``t``, each at most half as long again as the one before."""
    lengths = [1]
    while lengths[-1] < t:
        lengths.append(min(max(lengths[-1] + 1, lengths[-1] * 3 // 2), t))
    return lengths


def _counts(codes: Codes) -> IntArray:
    """How often each code occurs."""
    _, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return counts[inverse].astype(np.int64)


def _changes(codes: Codes) -> IntArray:
    """Samples of (k, t) sample codes that differ from the one before; the first counts."""
    changes: IntArray = 1 + (codes[:, 1:] != codes[:, :-1]).sum(axis=1)
    return changes


def informative_steps(X: NDArray[Any], runs: Runs) -> IntArray:
    """Count the samples up to each time step that could not be told from those before.

    A sample counts if it differs from the one before and moves otherwise than that one did, in any channel; so holding
    and counting up are worth nothing. A window that repeats itself exactly, with a period of at most half its length,
    is worth nothing at all.

    Parameters
    ----------
    X : ndarray of shape (k, t, c)
    runs : Runs
        Of the same windows.

    Returns
    -------
    ndarray of int64 of shape (k, t + 1)
        Steps among the first 0, 1, ..., t samples.
    """
    k, t, c = X.shape
    steps = np.zeros((k, t + 1), dtype=np.int64)
    size = max(1, CHUNK_SAMPLES // (t * c))
    for start in range(0, k, size):
        rows = slice(start, start + size)
        new = np.ones((len(X[rows]), t), dtype=bool)
        with np.errstate(over="ignore"):
            move = np.diff(X[rows].astype(np.float64), axis=1)
        new[:, 1:] = (move != 0).any(axis=2)
        new[:, 2:] &= (move[:, 1:] != move[:, :-1]).any(axis=2)
        np.cumsum(new, axis=1, out=steps[rows, 1:])
    steps[_periodic(runs)] = 0
    return steps


def _periodic(runs: Runs) -> Mask:
    """Which windows repeat themselves exactly with a period of at most half their length."""
    t = runs.n_timesteps
    lengths = np.arange(t - t // 2, t)
    if not len(lengths):
        return np.zeros(len(runs), dtype=bool)
    periodic: Mask = (runs.heads(lengths) == runs.tails(lengths)).any(axis=1)
    return periodic
