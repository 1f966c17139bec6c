"""Which windows of the two sides run on one clock, and how near validation windows lie to train windows on it.

``time`` counts samples within a recording, so it may be compared only inside one. Whether it really runs on from one
side to the other is checked against the samples: windows that overlap by their time must hold the same signal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.data.split import Split
from splitaudit.errors import NotApplicable

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

MAX_CHECKED = 200
MIN_SHARED = 4
ALIKE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Clocks:
    """The common time of both sides.

    Parameters
    ----------
    keys : ndarray of int64 of shape (n_train + n_val,)
        Which clock each window runs on, train rows first.
    time : ndarray of float64 of shape (n_train + n_val,)
        Start of each window on its clock, in samples.
    n_train : int
        How many of the windows are train windows.
    kind : {"recording", "group", "file"}
        What has a clock of its own.
    nearest : ndarray of int64 of shape (n_val,)
        Train window of the same clock that lies nearest in time; -1 where train has no window on that clock.
    gap : ndarray of float64 of shape (n_val,)
        Start of the validation window minus start of that train window; infinite where there is none.
    """

    keys: IntArray
    time: FloatArray
    n_train: int
    kind: str
    nearest: IntArray
    gap: FloatArray

    @property
    def shared(self) -> NDArray[np.bool_]:
        """Which val windows have train windows on their clock, shape (n_val,)."""
        return self.nearest >= 0


def find_clocks(train: Profile, val: Profile) -> Clocks:
    """Find the clocks that both sides share.

    Raises
    ------
    NotApplicable
        If there is no time, or the samples show that it is not one clock or does not count samples.
    """
    ours, theirs = train.split, val.split
    if ours.time is None or theirs.time is None:
        raise NotApplicable("there is no time on both sides")
    keys, kind = clock_keys(ours, theirs)
    time = np.concatenate([ours.time, theirs.time])
    n = len(train)
    nearest = nearest_in_time(keys[:n], time[:n], keys[n:], time[n:])
    gap = np.where(nearest >= 0, time[n:] - time[:n][nearest], np.inf)
    clocks = Clocks(keys, time, n, kind, nearest, gap)
    _check(clocks, ours, theirs)
    return clocks


def clock_keys(train: Split, val: Split) -> tuple[IntArray, str]:
    """Which clock each window runs on, train rows first, and what has a clock of its own: recording, group or file."""
    have = [
        (name, np.concatenate([getattr(train, name), getattr(val, name)]))
        for name in ("recording", "groups")
        if getattr(train, name) is not None and getattr(val, name) is not None
    ]
    if not have:
        return np.zeros(len(train) + len(val), dtype=np.int64), "file"
    _, keys = np.unique(np.stack([codes for _, codes in have]), axis=1, return_inverse=True)
    return keys.reshape(-1).astype(np.int64), "recording" if have[0][0] == "recording" else "group"


@dataclass(frozen=True, slots=True)
class Alternation:
    """How often the sides take turns in time on the clocks that they share.

    Parameters
    ----------
    runs : int
        Stretches of windows of one side.
    expected : float
        How many there would be if windows had been dealt to the sides at random (Wald and Wolfowitz 1940).
    covered : float
        Share of validation windows on clocks that train has windows on, too.
    """

    runs: int
    expected: float
    covered: float


def alternation(train: Split, val: Split) -> Alternation | None:
    """Count how often the sides take turns in time; None where time is not known on both."""
    if train.time is None or val.time is None:
        return None
    keys, _ = clock_keys(train, val)
    order = np.lexsort((np.concatenate([train.time, val.time]), keys))
    is_val = order >= len(train)
    runs, expected, covered = 0, 0.0, 0
    for stretch in np.split(is_val, np.flatnonzero(np.diff(keys[order])) + 1):
        m = int(stretch.sum())
        if 0 < m < len(stretch):
            runs += 1 + int((stretch[1:] != stretch[:-1]).sum())
            expected += 1 + 2 * m * (len(stretch) - m) / len(stretch)
            covered += m
    return Alternation(runs, expected, covered / len(val))


def nearest_in_time(train_keys: IntArray, train_time: FloatArray, keys: IntArray, time: FloatArray) -> IntArray:
    """Row of the train window on the same clock that is nearest in time, -1 where there is none."""
    nearest = np.full(len(keys), -1, dtype=np.int64)
    order = np.lexsort([train_time, train_keys])
    own = train_keys[order]
    by_key = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(keys[by_key]) != 0])
    for rows in np.split(by_key, starts[1:]):
        first, last = np.searchsorted(own, keys[rows[0]], "left"), np.searchsorted(own, keys[rows[0]], "right")
        if first == last:
            continue
        there = train_time[order[first:last]]
        right = np.clip(np.searchsorted(there, time[rows]), 1, max(len(there) - 1, 1))
        left, right = right - 1, np.minimum(right, len(there) - 1)
        closer = np.abs(there[right] - time[rows]) < np.abs(time[rows] - there[left])
        nearest[rows] = order[first + np.where(closer, right, left)]
    return nearest


def _check(clocks: Clocks, train: Split, val: Split) -> None:
    """Compare samples of windows that overlap by their time, across the sides and inside train."""
    T, n = train.n_timesteps, clocks.n_train
    across = np.flatnonzero(np.abs(clocks.gap) < T)
    pairs = [(train.X[clocks.nearest[v]], val.X[v], clocks.gap[v]) for v in _some(across)]
    order = np.lexsort([clocks.time[:n], clocks.keys[:n]])
    step = np.diff(clocks.time[:n][order])
    inside = np.flatnonzero((np.diff(clocks.keys[:n][order]) == 0) & (step < T))
    own = [(train.X[order[i]], train.X[order[i + 1]], step[i]) for i in _some(inside)]
    for found in (pairs, own):
        seen = [alike for alike in (_alike(*pair) for pair in found) if alike is not None]
        if seen and np.mean(seen) < 0.5:
            where = f"within one {clocks.kind}" if clocks.kind != "file" else "in the file"
            raise NotApplicable(
                f"time does not count samples on one clock {where}: windows that overlap by it hold different samples"
            )


def _some(rows: IntArray) -> IntArray:
    if len(rows) <= MAX_CHECKED:
        return rows
    some: IntArray = rows[np.linspace(0, len(rows) - 1, MAX_CHECKED).astype(int)]
    return some


def _alike(first: NDArray[Any], second: NDArray[Any], lag: float) -> bool | None:
    """Whether ``second`` holds the samples of ``first`` from ``lag`` on, up to scale; None where one cannot tell."""
    if lag < 0:
        first, second, lag = second, first, -lag
    if lag != round(lag):
        return False
    a, b = first[round(lag) :].astype(np.float64), second[: len(first) - round(lag)].astype(np.float64)
    if len(a) < MIN_SHARED:
        return None
    if np.array_equal(a, b):
        return True
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    norm = np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))
    moving = norm > 0
    if not moving.any():
        return None
    return bool(np.median((a * b).sum(axis=0)[moving] / norm[moving]) >= ALIKE)
