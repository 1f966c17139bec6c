"""Which windows are judged where all are too many: whole stretches of both sides, in time where time is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.clock import clock_keys
from splitaudit.data.split import Split

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

STRETCH, LEAST_STRETCHES = 64, 40
LEAST_OF_GROUP = 32


def sampled(train: Split, val: Split, wanted: tuple[int, int], whole: tuple[Mask, Mask]) -> tuple[IntArray, IntArray]:
    """Choose windows of both sides.

    Parameters
    ----------
    train, val : Split
        Comparable sides.
    wanted : tuple of int
        How many windows of each side; all of a side that has no more.
    whole : tuple of ndarray of bool
        Which windows of each side are finite.

    Returns
    -------
    train, val : ndarray of int64
        Row numbers, ascending.

    Notes
    -----
    Stretches of 64 windows that follow each other (of fewer, where there would be less than forty stretches) are taken
    whole, evenly spaced over the file or, where time is known on both sides, over the common time, so that neighbours
    stay together within a side and across the sides. Every group keeps windows.
    """
    sides = (train, val)
    if all(len(side) <= most for side, most in zip(sides, wanted, strict=True)):
        return np.flatnonzero(whole[0]), np.flatnonzero(whole[1])
    length = max(1, min(STRETCH, sum(wanted) // LEAST_STRETCHES))
    if train.time is not None and val.time is not None:
        keys, _ = clock_keys(train, val)
        order = np.lexsort([np.concatenate([train.time, val.time]), keys])
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        places = place[: len(train)], place[len(train) :]
        share = max(most / len(side) for side, most in zip(sides, wanted, strict=True))
        kept = [_stretches(own, length, share) for own in places]
    else:
        kept = [
            _stretches(np.arange(len(side)), length, most / len(side)) for side, most in zip(sides, wanted, strict=True)
        ]
    chosen = []
    for side, mask, finite in zip(sides, kept, whole, strict=True):
        if side.groups is not None:
            _some_of_each(side.groups, mask)
        chosen.append(np.flatnonzero(mask & finite))
    return chosen[0], chosen[1]


def _stretches(place: IntArray, length: int, share: float) -> Mask:
    """Which places lie in the stretches that are taken, a share of all."""
    if share >= 1:
        return np.ones(len(place), dtype=bool)
    stretch = place // length
    taken: Mask = np.floor((stretch + 1) * share) > np.floor(stretch * share)
    return taken


def _some_of_each(groups: IntArray, mask: Mask) -> None:
    """Add the first windows of groups that have few among the chosen, in place."""
    chosen = np.bincount(groups[mask], minlength=int(groups.max()) + 1)
    order = np.argsort(groups, kind="stable")
    size = np.bincount(groups)
    start = np.cumsum(size) - size
    for group in np.flatnonzero((chosen < np.minimum(size, LEAST_OF_GROUP)) & (size > 0)):
        mask[order[start[group] : start[group] + min(size[group], LEAST_OF_GROUP)]] = True
