"""Find the units of a split: groups, else recordings, else blocks longer than the dependence, else windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.stats.dependence import autocorrelation, integrated_time, normal_scores
from splitaudit.stats.overlap import Overlap, successive_overlap
from splitaudit.stats.units import Scheme

MIN_UNITS = 3
BLOCK_TIMES = 8.0
MIN_SPREAD = 0.1
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The order of one side's windows: which stretch each belongs to, and the overlap that was found."""

    segments: IntArray
    order: IntArray
    overlap: Overlap


def find_scheme(train: Profile, val: Profile) -> Scheme:
    """Decide what may be exchanged between the sides under the null hypothesis."""
    n_train = len(train)
    groups = _groups(train, val)
    if groups is not None:
        return Scheme("group", groups, n_train, "groups given")
    orders = (order_of(train), order_of(val))
    recordings = _recordings(train, val, orders)
    if recordings is not None:
        units, how = recordings
        return Scheme("recording", units, n_train, how)
    length, time = block_length(train, val, orders)
    if length <= 1:
        units = np.arange(n_train + len(val), dtype=np.int64)
        return Scheme("window", units, n_train, "successive windows are not correlated")
    units = _joint(_blocks(orders[0], length), _blocks(orders[1], length))
    how = f"blocks of {length} windows, {BLOCK_TIMES:g} times the autocorrelation time of {time:.1f} windows"
    return Scheme("block", units, n_train, how)


def _joint(train: IntArray, val: IntArray) -> IntArray:
    _, ours = np.unique(train, return_inverse=True)
    _, theirs = np.unique(val, return_inverse=True)
    return np.concatenate([ours, theirs + ours.max() + 1]).astype(np.int64)


def _groups(train: Profile, val: Profile) -> IntArray | None:
    """Groups as units; None where they cannot be: missing, too few, or mostly on both sides."""
    if train.split.groups is None or val.split.groups is None:
        return None
    ours, theirs = train.split.groups, val.split.groups
    shared = np.isin(theirs, ours).mean()
    if min(len(np.unique(ours)), len(np.unique(theirs))) < 2 or shared > 0.5:
        return None
    return _joint(ours, theirs)


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


def _recordings(train: Profile, val: Profile, orders: tuple[Order, Order]) -> tuple[IntArray, str] | None:
    """Recordings as units: given, or rebuilt from stretches of overlapping windows."""
    given = [profile.split.recording for profile in (train, val)]
    if given[0] is not None and given[1] is not None:
        if min(len(np.unique(g)) for g in given if g is not None) >= MIN_UNITS:
            return _joint(given[0], given[1]), "recordings given"
        return None
    rebuilt = []
    for order in orders:
        if order.overlap.joined.mean() < 0.5:
            return None
        stretch = np.empty(len(order.order), dtype=np.int64)
        stretch[order.order] = order.overlap.segments
        rebuilt.append(stretch)
    if min(len(np.unique(stretch)) for stretch in rebuilt) < 2 * MIN_UNITS:
        return None
    stride, length = orders[0].overlap.stride, train.split.n_timesteps
    how = f"recordings rebuilt from overlapping windows (stride {stride} of {length} samples)"
    return _joint(rebuilt[0], rebuilt[1]), how


def block_length(train: Profile, val: Profile, orders: tuple[Order, Order]) -> tuple[int, float]:
    """Windows per block, and the integrated autocorrelation time of window features in windows.

    Windows are called dependent only if they still are after a single change of level is taken out: a file whose first part
    comes from another regime has correlated neighbours without having dependent windows.
    """
    scores = normal_scores(np.concatenate([train.features, val.features]))
    scores = scores[:, scores.std(axis=0) > MIN_SPREAD]
    overlap = max(order.overlap.joined.mean() if len(order.order) > 1 else 0.0 for order in orders) > 0.5
    pieces: list[NDArray[np.float32]] = []
    for part, order in zip((scores[: len(train)], scores[len(train) :]), orders, strict=True):
        cuts = np.flatnonzero(np.diff(order.segments)) + 1
        pieces += [piece for piece in np.split(part[order.order], cuts) if len(piece) > 3]
    if not overlap and not (pieces and scores.shape[1] and _dependent([without_step(piece) for piece in pieces])):
        return 1, 1.0
    time = correlation_time(pieces) if pieces and scores.shape[1] else 1.0
    reach = train.split.n_timesteps / min(order.overlap.stride for order in orders)
    return max(int(np.ceil(BLOCK_TIMES * time)), int(np.ceil(reach)), 2), time


def correlation_time(pieces: list[NDArray[np.float32]]) -> float:
    """Integrated autocorrelation time, in windows, of the most persistent column of series (n_i, d) in order."""
    correlation = autocorrelation(pieces, max_lag=max(1, max(len(piece) for piece in pieces) // 3))
    dependent = correlation[1] > _noise(pieces)
    return float(np.max(integrated_time(correlation)[dependent], initial=1.0))


def _noise(pieces: list[NDArray[np.float32]]) -> float:
    """Largest lag-1 autocorrelation that columns of independent windows show by chance."""
    n, d = sum(len(piece) for piece in pieces), pieces[0].shape[1]
    return float((np.sqrt(2 * np.log(max(d, 2))) + 1) / np.sqrt(n))


def _dependent(pieces: list[NDArray[np.float32]]) -> bool:
    return bool((autocorrelation(pieces, max_lag=1)[1] > _noise(pieces)).any())


def without_step(piece: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the one change of level out of a series (n, d) that explains most of it; shorter than 16: unchanged."""
    n = len(piece)
    if n < 16:
        return piece
    centred = piece - piece.mean(axis=0)
    before = np.arange(1, n)
    gain = (np.cumsum(centred, axis=0)[:-1] ** 2).sum(axis=1) * (n / (before * (n - before)))
    cut = int(gain[3:-3].argmax()) + 4
    return np.concatenate([piece[:cut] - piece[:cut].mean(axis=0), piece[cut:] - piece[cut:].mean(axis=0)])


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
