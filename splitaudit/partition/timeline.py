"""Where every window lies in time: as it was given, as shared samples show it, or as the file lists it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from splitaudit.data.clock import clock_keys
from splitaudit.data.copies import Kin
from splitaudit.data.reach import resemblance
from splitaudit.data.split import Split

IntArray = NDArray[np.int64]
Floats = NDArray[np.float64]

CHAINED = 0.2  # share of windows that go on from another, from which on samples tell the order
LEAST_LINKS = 10  # windows that go on from others, from which on these check the time
ALIKE, MOSTLY = 0.01, 0.8
LARGEST_GAP = 0.05  # share of a line that may be left out beside each cut


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The place of every window.

    Parameters
    ----------
    keys : ndarray of int64 of shape (n,)
        Which clock a window runs on; windows of different clocks are not near each other.
    start : ndarray of shape (n,)
        Start on that clock, in samples.
    how : str
        How it is known, in words.
    order : ndarray of int64 of shape (n,)
        Windows by clock and start.
    """

    keys: IntArray
    start: Floats
    how: str

    @property
    def order(self) -> IntArray:
        """Windows by clock, then by start."""
        return np.lexsort([self.start, self.keys]).astype(np.int64)


def stretches_of(kin: Kin) -> IntArray:
    """Number the stretches of windows that share samples, directly or by others; shape (n,)."""
    return components(len(kin.before), [(np.flatnonzero(kin.before >= 0), kin.before[kin.before >= 0])])


def components(n: int, pairs: list[tuple[IntArray, IntArray]]) -> IntArray:
    """Number what hangs together by pairs of windows; shape (n,)."""
    first, second = (np.concatenate([np.asarray(pair[i], dtype=np.int64) for pair in pairs]) for i in (0, 1))
    graph = sparse.coo_matrix((np.ones(len(first), dtype=np.int8), (first, second)), shape=(n, n))
    numbers: IntArray = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return numbers


def timeline_of(split: Split, kin: Kin) -> Timeline:
    """Find where windows lie in time."""
    keys, kind = clock_keys(split, split.take(np.arange(0)))
    unit = None if split.time is None else _samples_per_time(split.time, kin, split.n_timesteps)
    if split.time is not None and unit is not None:
        told = "" if unit == 1 else f", {1 / unit:g} to a sample as shared samples show"
        return Timeline(keys, split.time * unit, f"time as given, by {kind}{told}")
    if (kin.before >= 0).mean() > CHAINED:
        return Timeline(keys, _rebuilt(kin, split.n_timesteps), "order rebuilt from shared samples")
    return Timeline(keys, np.arange(len(split), dtype=np.float64) * split.n_timesteps, "order of the file")


def _samples_per_time(time: Floats, kin: Kin, n_timesteps: int) -> float | None:
    """Return what time is to be multiplied by to count samples; None where shared samples contradict it."""
    goes_on = np.flatnonzero(kin.before >= 0)
    apart = time[goes_on] - time[kin.before[goes_on]]
    shift = (n_timesteps - kin.length[goes_on])[apart > 0]
    if len(shift) < LEAST_LINKS:
        return 1.0
    rate = shift / apart[apart > 0]
    unit = float(np.median(rate))
    if (np.abs(rate / unit - 1) < ALIKE).mean() < MOSTLY:
        return None
    return 1.0 if abs(unit - 1) < ALIKE else unit


def _rebuilt(kin: Kin, n_timesteps: int) -> Floats:
    """Start of each window, with the stretches laid end to end in the order of the file."""
    n = len(kin.before)
    follows = kin.before >= 0
    to = np.where(follows, kin.before, np.arange(n))
    start = np.where(follows, n_timesteps - kin.length, 0).astype(np.float64)
    for _ in range(int(np.ceil(np.log2(max(n, 2)))) + 1):
        start, to = start + start[to], to[to]
    stretch = stretches_of(kin)
    first = np.full(stretch.max() + 1, n)
    np.minimum.at(first, stretch, np.arange(n))
    lowest, highest = np.full(len(first), np.inf), np.full(len(first), -np.inf)
    np.minimum.at(lowest, stretch, start)
    np.maximum.at(highest, stretch, start)
    order = np.argsort(first)
    length = (highest - lowest + n_timesteps)[order]
    base = np.empty(len(first))
    base[order] = np.cumsum(length) - length
    laid: Floats = base[stretch] + start - lowest[stretch]
    return laid


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart windows of two parts must start, in samples, and why."""

    samples: float
    how: str


def gap_of(line: Timeline, n_timesteps: int, features: NDArray[np.float32], rows: IntArray, y: IntArray | None) -> Gap:
    """Find the gap that keeps windows of two parts from sharing samples and from resembling each other.

    Parameters
    ----------
    line : Timeline
    n_timesteps : int
        Samples per window.
    features : ndarray of shape (k, d)
        Statistics of the windows ``rows``.
    rows : ndarray of int64 of shape (k,)
    y : ndarray of int64 of shape (n,), optional
        Class codes.
    """
    found = resemblance(features, line.keys[rows], line.start[rows], None if y is None else y[rows])
    step = _step(line)
    reach = found.reach + step if found.reach > 0 else 0.0
    most = LARGEST_GAP * len(line.keys) * step / max(1, len(np.unique(line.keys)))
    if reach > max(most, n_timesteps):
        return Gap(max(most, float(n_timesteps)), f"windows resemble each other over {found.reach:g} samples and more")
    if reach > n_timesteps:
        return Gap(reach, f"windows resemble each other over {found.reach:g} samples")
    return Gap(float(n_timesteps), "so that no sample is shared")


def _step(line: Timeline) -> float:
    order = line.order
    apart = np.diff(line.start[order])[np.diff(line.keys[order]) == 0]
    apart = apart[apart > 0]
    return float(np.median(apart)) if len(apart) else 1.0
