"""Equal windows and shared samples between and inside the sides of a split, found from the samples alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.stats.affine import find_aligned
from splitaudit.stats.coincidence import SHORT, Coincidence, coincidence, informative_steps
from splitaudit.stats.fingerprints import CHUNK_SAMPLES, IntArray, Runs
from splitaudit.stats.joins import NONE, Matches, longest_shared

RARE = 0.01
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Copies:
    """Which windows are equal, train windows first.

    Parameters
    ----------
    n_train : int
        Windows of train.
    content : ndarray of int64 of shape (n_train + n_val,)
        Equal windows have equal numbers.
    telling : ndarray of bool of shape (n_train + n_val,)
        Windows that occur more than once and say too much for that to be chance.
    common : ndarray of bool of shape (n_train + n_val,)
        Windows that occur more than once and say so little that it may be chance: silence, on and off, clean waves.
    source : ndarray of int64 of shape (n_val,)
        The first train window equal to each val window; -1 where there is none.
    """

    n_train: int
    content: IntArray
    telling: Mask
    common: Mask
    source: IntArray

    @property
    def leaked(self) -> IntArray:
        """Val windows that are copies of train windows."""
        return np.flatnonzero((self.source != NONE) & self.telling[self.n_train :])

    def repeated(self, side: slice) -> int:
        """Count the windows of a part that are copies of an earlier window of that part."""
        inside = self.content[side][self.telling[side]]
        return len(inside) - len(np.unique(inside))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kin:
    """Which windows of one data set are equal, and which go on from which.

    Parameters
    ----------
    content : ndarray of int64 of shape (n,)
        Equal windows that say too much for that to be chance have equal numbers, all others a number of their own.
    before : ndarray of int64 of shape (n,)
        The window that shares most of its end with the start of this one; -1 where none does.
    length : ndarray of int64 of shape (n,)
        Samples shared with it.
    """

    content: IntArray
    before: IntArray
    length: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlaps:
    """Val windows that share a run of samples with a train window: the end of one is the start of the other.

    Parameters
    ----------
    val, train : ndarray of int64 of shape (k,)
        The pairs, each val window once, with the train window it shares most with.
    length : ndarray of int64 of shape (k,)
        Samples shared.
    later : ndarray of bool of shape (k,)
        Whether the val window is the later one.
    scaled : bool
        Whether the samples agree only but for level and scale per window.
    n_chance : int
        Further val windows that share samples which say too little: silence, padding, on and off, clean waves.
    """

    val: IntArray
    train: IntArray
    length: IntArray
    later: Mask
    scaled: bool = False
    n_chance: int = 0


def copies_of(train: Profile, val: Profile) -> tuple[Copies, Overlaps]:
    """Find equal windows and shared samples of two profiled sides."""
    return find_copies(train.split.X, val.split.X, searched=train.losses.n_read)


def find_copies(train: NDArray[Any], val: NDArray[Any], *, searched: int = 0) -> tuple[Copies, Overlaps]:
    """Find equal windows and shared samples.

    Parameters
    ----------
    train, val : ndarray of shape (n, t, c)
        Finite samples of both sides, in any order.
    searched : int
        How many windows those of ``train`` were chosen from for what they share with val, if that is more than they
        are: among so many more agree by chance.
    """
    pool = _Pool(train, val)
    # few samples in many channels tell more as one long window of one channel
    narrow = _Pool(_flat(train), _flat(val)) if train.shape[1] < SHORT else pool
    overlaps = _overlaps(pool, max(searched, len(train)))
    if len(overlaps.val) < RARE * len(val):
        scaled = _aligned(train, val)
        overlaps = scaled if len(scaled.val) > len(overlaps.val) else overlaps
    return _copies(narrow), overlaps


def find_kin(X: NDArray[Any]) -> Kin:
    """Find equal windows and shared samples inside one data set.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
        Finite samples in any order.
    """
    pool = _Pool(X, X[:0])
    copies = _copies(_Pool(_flat(X), _flat(X[:0])) if X.shape[1] < SHORT else pool)
    content = np.where(copies.telling, copies.content, copies.content.max() + 1 + np.arange(len(X)))
    found = longest_shared(pool.runs, pool.runs, head=True)
    head = np.flatnonzero(found.length)
    kept = head
    if len(head):
        kept = head[_beyond_chance(pool, head, found.partner[head], found.length[head], float(len(X)) ** 2)]
    before, length = np.full(len(X), NONE, dtype=np.int64), np.zeros(len(X), dtype=np.int64)
    before[kept], length[kept] = found.partner[kept], found.length[kept]
    return Kin(content=content, before=before, length=length)


def _flat(X: NDArray[Any]) -> NDArray[Any]:
    return X.reshape(len(X), X.shape[1] * X.shape[2], 1)


class _Pool:
    """Both sides as one, train first: samples, hashes, contents and, once it is needed, chance agreement."""

    def __init__(self, train: NDArray[Any], val: NDArray[Any]) -> None:
        self.train, self.val, self.n_train = train, val, len(train)
        self.runs = Runs(np.concatenate([Runs.of(train).sums, Runs.of(val).sums]))
        _, self.first, self.content = np.unique(self.runs.whole, return_index=True, return_inverse=True)
        self.n_timesteps = self.runs.n_timesteps

    def __len__(self) -> int:
        return len(self.content)

    @cached_property
    def coincidence(self) -> Coincidence:
        """Chance agreement of the different windows, by content."""
        return coincidence(self.runs.take(self.first))

    @property
    def chance(self) -> IntArray:
        """Chance agreement of every window, in steps."""
        return self.coincidence.steps[self.content]

    def samples(self, rows: IntArray) -> NDArray[Any]:
        """Samples of some windows."""
        dtype = np.result_type(self.train, self.val)
        out = np.empty((len(rows), *self.train.shape[1:]), dtype=dtype)
        ours = rows < self.n_train
        out[ours], out[~ours] = self.train[rows[ours]], self.val[rows[~ours] - self.n_train]
        return out

    def steps(self, rows: IntArray) -> IntArray:
        """Informative steps up to each sample of some windows, shape (k, t + 1)."""
        out = np.empty((len(rows), self.n_timesteps + 1), dtype=np.int64)
        for part in _chunks(len(rows), self.train[0].size):
            out[part] = informative_steps(self.samples(rows[part]), self.runs.take(rows[part]))
        return out

    def agree(self, first: IntArray, second: IntArray, length: int) -> Mask:
        """Whether the last ``length`` samples of some windows are the first of others."""
        out = np.empty(len(first), dtype=bool)
        for part in _chunks(len(first), self.train[0].size):
            end, start = self.samples(first[part])[:, -length:], self.samples(second[part])[:, :length]
            out[part] = (end == start).all(axis=(1, 2))
        return out


def _chunks(n: int, size: int) -> Iterator[slice]:
    step = max(1, 8 * CHUNK_SAMPLES // size)
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def _copies(pool: _Pool) -> Copies:
    content, n, t = pool.content.copy(), len(pool), pool.n_timesteps
    counts = np.bincount(content)
    rows = np.flatnonzero(counts[content] > 1)
    telling, common = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    if len(rows):
        false = rows[~pool.agree(pool.first[content[rows]], rows, t)]
        content[false] = len(counts) + np.arange(len(false))  # a collision of hashes
        several = np.flatnonzero(counts > 1)
        steps = pool.steps(pool.first[several])[:, -1]
        length = np.full(len(several), t)
        sure = pool.coincidence.believable(length, steps, pool.coincidence.steps[several], n * (n - 1) / 2)
        rows = np.setdiff1d(rows, false)
        telling[rows] = np.isin(content[rows], several[sure])
        common[rows] = ~telling[rows]
    first = pool.first[pool.content[pool.n_train :]]
    known = (first < pool.n_train) & (content[first] == content[pool.n_train :])
    return Copies(
        n_train=pool.n_train, content=content, telling=telling, common=common, source=np.where(known, first, NONE)
    )


def _overlaps(pool: _Pool, searched: int) -> Overlaps:
    ours, theirs = Runs(pool.runs.sums[: pool.n_train]), Runs(pool.runs.sums[pool.n_train :])
    pairs = [_pairs(longest_shared(theirs, ours, head=head)) for head in (True, False)]
    later = np.repeat([True, False], [pairs[0].shape[1], pairs[1].shape[1]])
    val, train, length = np.concatenate(pairs, axis=1)
    if not len(val):
        return Overlaps(val=val, train=train, length=length, later=later)
    head, tail = np.where(later, val + pool.n_train, train), np.where(later, train, val + pool.n_train)
    sure = _beyond_chance(pool, head, tail, length, 2.0 * searched * (len(pool) - pool.n_train))
    order = np.lexsort([-length, ~sure, val])
    best = order[np.r_[True, np.diff(val[order]) > 0]]
    kept = best[sure[best]]
    return Overlaps(
        val=val[kept], train=train[kept], length=length[kept], later=later[kept], n_chance=len(best) - len(kept)
    )


def _beyond_chance(pool: _Pool, head: IntArray, tail: IntArray, length: IntArray, n_pairs: float) -> Mask:
    """Which shared runs, at the start of one window and the end of another, say too much for chance and are real."""
    both, place = np.unique(np.r_[head, tail], return_inverse=True)
    steps = pool.steps(both)
    known = np.where(steps[place[len(head) :], -1] > 0, steps[place[: len(head)], length], 0)
    sure = pool.coincidence.believable(length, known, np.maximum(pool.chance[head], pool.chance[tail]), n_pairs)
    for samples in np.unique(length[sure]):
        some = np.flatnonzero(sure & (length == samples))
        sure[some] = pool.agree(tail[some], head[some], int(samples))
    return sure


def _aligned(train: NDArray[Any], val: NDArray[Any]) -> Overlaps:
    found = find_aligned(val, train)
    length = train.shape[1] - np.abs(found.shift)
    return Overlaps(val=found.window, train=found.other, length=length, later=found.shift > 0, scaled=True)


def _pairs(matches: Matches) -> IntArray:
    """Val window, train window and samples shared of every match, shape (3, k)."""
    found = np.flatnonzero(matches.length)
    return np.stack([found, matches.partner[found], matches.length[found]])
