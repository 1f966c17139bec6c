"""What windows of two parts know of each other: facts of the data set, and what the rules on leakage find."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from splitaudit.audit import Settings, prepare
from splitaudit.data.split import Split
from splitaudit.errors import NotApplicable
from splitaudit.partition.known import Known
from splitaudit.partition.timeline import stretches_of
from splitaudit.rules import catalog
from splitaudit.stats.cover import least_cover

IntArray = NDArray[np.int64]
Pairs = tuple[IntArray, IntArray]

PAIRING = ("SA301", "SA302", "SA303")
NONE = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
MOST_LAGS = 1024


def found_between(split: Split, train: IntArray, val: IntArray, settings: Settings) -> Pairs:
    """Ask the rules on copies, near copies and shared samples about two parts of one data set.

    Parameters
    ----------
    split : Split
        The data set; its :attr:`~splitaudit.data.split.Split.rows` ascend.
    train, val : ndarray of int64
        Row numbers of the parts.
    settings : Settings

    Returns
    -------
    train, val : ndarray of int64 of shape (k,)
        Pairs of windows, of which one knows the other; a val window has one pair for each rule at most.
    """
    ours, theirs, context = prepare(split.take(train), split.take(val), settings)
    pairs = [NONE]
    for code in PAIRING:
        try:
            where = catalog.find(code)(ours, theirs, context).where
        except NotApplicable:
            continue
        rows = ours.split.rows[where.train_windows], theirs.split.rows[where.val_windows]
        pairs.append((np.searchsorted(split.rows, rows[0]), np.searchsorted(split.rows, rows[1])))
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def both(pairs: Pairs, further: Pairs) -> Pairs:
    """Return all pairs of two."""
    return np.concatenate([pairs[0], further[0]]), np.concatenate([pairs[1], further[1]])


def shared_samples(known: Known) -> Pairs:
    """Return all pairs of windows that share samples, as the chains of windows that go on from each other show."""
    stretch, start = stretches_of(known.kin), known.line.start
    order = np.lexsort([start, stretch])
    pairs = [NONE]
    for lag in range(1, min(MOST_LAGS, len(order))):
        first, second = order[:-lag], order[lag:]
        near = (stretch[first] == stretch[second]) & (np.abs(start[second] - start[first]) < known.split.n_timesteps)
        if not near.any():
            break
        pairs.append((first[near], second[near]))
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def to_leave_out(train: IntArray, val: IntArray, pairs: Pairs, shared: Sequence[IntArray] = ()) -> IntArray:
    """Return the windows to leave out of two parts so that none knows another, at the least share of the two.

    Parameters
    ----------
    train, val : ndarray of int64
        Row numbers of the parts, ascending.
    pairs : pair of ndarray of int64
        Windows that know each other, in any order.
    shared : sequence of ndarray of int64 of shape (n,)
        Numbers of what windows may not have in common with a window of the other part: contents, groups.
    """
    leaks, start = [_of_pairs(train, val, pairs)], len(pairs[0])
    for codes in shared:
        common = np.intersect1d(codes[train], codes[val])
        sides = [rows[np.isin(codes[rows], common)] for rows in (train, val)]
        leaks.append((np.stack([sides[0], start + codes[sides[0]]]), np.stack([sides[1], start + codes[sides[1]]])))
        start += int(codes.max()) + 1
    first, second = (np.concatenate([leak[i] for leak in leaks], axis=1) for i in (0, 1))
    if not first.shape[1]:
        return NONE[0]
    n = len(train) + len(val)
    costs = (max(1, round(1000 * len(val) / n)), max(1, round(1000 * len(train) / n)))  # as 1 / train to 1 / val
    ours, theirs = least_cover(first, second, costs)
    return np.unique(np.concatenate([first[0][ours], second[0][theirs]]))


def _of_pairs(train: IntArray, val: IntArray, pairs: Pairs) -> tuple[IntArray, IntArray]:
    """Return the pairs that join the two parts, as a leak each."""
    found = []
    for one, other in (pairs, pairs[::-1]):
        joins = np.flatnonzero(np.isin(one, train) & np.isin(other, val))
        found.append((np.stack([one[joins], joins]), np.stack([other[joins], joins])))
    return np.concatenate([f[0] for f in found], axis=1), np.concatenate([f[1] for f in found], axis=1)
