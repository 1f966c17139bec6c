"""Find the units of a split: groups, else recordings, else blocks longer than the dependence, else windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.clock import alternation
from splitaudit.data.profile import Profile
from splitaudit.data.split import Split
from splitaudit.stats.dependence import correlation_time, dependent, normal_scores, without_step
from splitaudit.stats.overlap import Overlap, successive_overlap
from splitaudit.stats.trend import BLOCK_TIMES
from splitaudit.stats.units import Scheme, means_by, remove_means

MIN_RECORDINGS = 3
MIN_REBUILT = 6
MIN_BLOCKS = 4
MIN_SPREAD = 0.1
MAX_COLUMNS = 120
INTERLEAVED = 0.85
MIN_TURNS = 10
IntArray = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The order of one side's windows: which stretch each belongs to, and the overlap that was found."""

    segments: IntArray
    order: IntArray
    overlap: Overlap


def find_scheme(train: Profile, val: Profile) -> Scheme:
    """Decide what may be exchanged between the sides under the null hypothesis."""
    n_train, n = len(train), len(train) + len(val)
    groups = _groups(train, val)
    if groups is not None:
        return Scheme("group", groups, n_train, "groups given")
    if _interleaved(train, val):
        return Scheme("window", np.arange(n), n_train, "the sides are interleaved at random in time")
    ungrouped = not any(_tells_kin(side.split) for side in (train, val))
    orders = (order_of(train), order_of(val))
    scores = _scores(train, val)
    recordings = _recordings(train, val, orders, scores)
    if recordings is not None:
        units, how = recordings
        return Scheme("recording", units, n_train, how, ungrouped)
    length, time = _block_length(train, val, orders, scores)
    if length <= 1:
        return Scheme("window", np.arange(n), n_train, "successive windows are not correlated", ungrouped)
    units = _joint(_blocks(orders[0], length), _blocks(orders[1], length))
    how = f"blocks of {length} windows, {length / time:.2g} times the autocorrelation time of {time:.1f} windows"
    return Scheme("block", units, n_train, how, ungrouped)


def _tells_kin(side: Split) -> bool:
    """Whether something says which windows of a side belong together: groups, recordings, or one running clock.

    Starts that repeat are those of several recordings, and do not say of which.
    """
    clocked = side.time is not None and len(np.unique(side.time)) == len(side)
    return side.groups is not None or side.recording is not None or clocked


def _joint(train: IntArray, val: IntArray) -> IntArray:
    _, ours = np.unique(train, return_inverse=True)
    _, theirs = np.unique(val, return_inverse=True)
    return np.concatenate([ours, theirs + ours.max() + 1]).astype(np.int64)


def _groups(train: Profile, val: Profile) -> IntArray | None:
    """Groups as units; None where they cannot be: missing, or mostly on both sides.

    One group a side says nothing about how groups differ, so nothing is inferred then; that is better than to take the
    difference of two subjects for one of the sides.
    """
    if train.split.groups is None or val.split.groups is None:
        return None
    ours, theirs = train.split.groups, val.split.groups
    if np.isin(theirs, ours).mean() > 0.5:
        return None
    return _joint(ours, theirs)


def _interleaved(train: Profile, val: Profile) -> bool:
    """Whether windows of the same recordings were dealt to the sides at random.

    Then every window may be exchanged, however dependent they are: the assignment itself was random.
    """
    found = alternation(train.split, val.split)
    return (
        found is not None
        and found.covered > 0.5
        and found.expected > MIN_TURNS
        and found.runs >= INTERLEAVED * found.expected
    )


def order_of(profile: Profile) -> Order:
    """Order the windows of one side by group, recording and time where known, else as they come."""
    split = profile.split
    n = len(split)
    major = split.recording if split.recording is not None else split.groups
    keys = [key for key in (split.time, major) if key is not None]
    order = np.lexsort(keys).astype(np.int64) if keys else np.arange(n, dtype=np.int64)
    overlap = successive_overlap(split.X[order] if keys else split.X)
    segments = np.zeros(n, dtype=np.int64) if major is None else major[order]
    return Order(segments, order, overlap)


def _scores(train: Profile, val: Profile) -> Scores:
    """Normal scores of the features that vary; of class residuals where both files are sorted by class.

    A file that lists one class after the other is no recording of bouts: its order says nothing but the label.
    """
    d = train.tables.features.shape[1]
    columns = np.unique(np.linspace(0, d - 1, min(d, MAX_COLUMNS)).astype(int))
    features = train.tables.features[:, columns]
    if sorted_by_class(train) and sorted_by_class(val):
        remove_means(features, np.concatenate([train.y, val.y]))
    scores = normal_scores(features)
    return scores[:, scores.std(axis=0) > MIN_SPREAD]


def sorted_by_class(side: Profile) -> bool:
    """Whether a side lists one class after the other."""
    return side.has("labels") and 1 < np.count_nonzero(side.label_counts) == 1 + int((np.diff(side.y) != 0).sum())


def _recordings(
    train: Profile, val: Profile, orders: tuple[Order, Order], scores: Scores
) -> tuple[IntArray, str] | None:
    """Recordings as units, given or rebuilt from stretches of overlapping windows, if they do not hang together."""
    given = [profile.split.recording for profile in (train, val)]
    if given[0] is not None and given[1] is not None:
        units, least, how = [given[0], given[1]], MIN_RECORDINGS, "recordings given"
    else:
        units, least = [], MIN_REBUILT
        for order in orders:
            stretch = np.empty(len(order.order), dtype=np.int64)
            stretch[order.order] = order.overlap.segments
            units.append(stretch)
        if min(order.overlap.joined.mean() if len(order.order) > 1 else 0.0 for order in orders) < 0.5:
            return None
        stride, length = orders[0].overlap.stride, train.split.n_timesteps
        how = f"recordings rebuilt from overlapping windows (stride {stride} of {length} samples)"
    if min(len(np.unique(unit)) for unit in units) < least:
        return None
    means = []
    for unit, part in zip(units, (scores[: len(train)], scores[len(train) :]), strict=True):
        _, first, member = np.unique(unit, return_index=True, return_inverse=True)
        means.append(without_step(means_by(member, part)[np.argsort(first)].astype(np.float32)))
    if scores.shape[1] and dependent(means):
        return None
    return _joint(units[0], units[1]), how


def _block_length(train: Profile, val: Profile, orders: tuple[Order, Order], scores: Scores) -> tuple[int, float]:
    """Windows per block, and the integrated autocorrelation time of window features in windows.

    Windows are called dependent only if they still are after a single change of level is taken out: a file whose first
    part comes from another regime has correlated neighbours without having dependent windows.
    """
    overlap = max(order.overlap.joined.mean() if len(order.order) > 1 else 0.0 for order in orders) > 0.5
    pieces = [scores[: len(train)][orders[0].order], scores[len(train) :][orders[1].order]]
    pieces = [piece for piece in pieces if len(piece) > 3]
    known = bool(pieces) and scores.shape[1] > 0
    if not overlap and not (known and dependent([without_step(piece) for piece in pieces])):
        return 1, 1.0
    time = correlation_time(pieces) if known else 1.0
    reach = int(np.ceil(train.split.n_timesteps / min(order.overlap.stride for order in orders)))
    most = max(1, min(len(train), len(val)) // MIN_BLOCKS)
    return max(min(int(np.ceil(BLOCK_TIMES * time)), most), reach, 2), time


def _blocks(order: Order, length: int) -> IntArray:
    """Cut each stretch of one side into equal blocks of about ``length`` windows."""
    n = len(order.order)
    blocks = np.empty(n, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, np.diff(order.segments) != 0])
    number = 0
    for start, stop in zip(starts, np.r_[starts[1:], n], strict=True):
        count = max(1, round((stop - start) / length))
        blocks[order.order[start:stop]] = number + np.arange(stop - start) * count // (stop - start)
        number += count
    return blocks
