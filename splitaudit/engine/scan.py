"""One pass over all windows of a side: their digests, what is not finite, and which of them go on from some of val."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.blocks import Workers
from splitaudit.data.lazy import rows_of
from splitaudit.data.scales import LARGEST, usable
from splitaudit.data.split import Split
from splitaudit.engine.tally import reading
from splitaudit.rule import Progress
from splitaudit.stats.fingerprints import Codes, IntArray, Runs, quick_digests
from splitaudit.stats.joins import NONE
from splitaudit.stats.sought import Sought

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What is known of all windows of a side.

    Parameters
    ----------
    digests : ndarray of uint64 of shape (n,)
    holes : ndarray of int64 of shape (k, 2)
        Window and channel of what holds NaN, infinity or numbers too large to be squared.
    counts : ndarray of int64 of shape (t, c)
        Samples that are one of these.
    n_large : int
        How many of them are finite.
    before, after : ndarray of int64 of shape (n_some,)
        For each of some windows of the other side the window that shares most samples with its start, and with its end;
        -1 where there is none.
    """

    digests: Codes
    holes: IntArray
    counts: IntArray
    n_large: int
    before: IntArray
    after: IntArray

    @property
    def lost(self) -> NDArray[np.float64]:
        """Share of the windows that have holes, per channel; shape (c,)."""
        share: NDArray[np.float64] = np.bincount(self.holes[:, 1], minlength=self.counts.shape[1]) / len(self.digests)
        return share


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    digests: Codes
    holes: IntArray
    counts: IntArray
    n_large: int
    shared: tuple[tuple[IntArray, IntArray], tuple[IntArray, IntArray]]


def scan(
    split: Split, some: Sought | None, workers: Workers, pieces: list[slice], dtype: np.dtype[Any], progress: Progress
) -> Scan:
    """Read every window of a side once.

    Parameters
    ----------
    split : Split
        Whose windows may be read when they are needed.
    some : Sought, optional
        Windows of the other side for which those that share samples are looked for.
    workers : Workers
    pieces : list of slice
        What is in memory at a time.
    dtype : numpy dtype
        That both sides are compared in.
    progress : Progress
        Wraps the loop over the pieces.
    """
    rows = rows_of(split.X)
    n, n_some = len(split), 0 if some is None else len(some)
    out = np.empty(n, dtype=np.uint64)
    holes, counts = [np.zeros((0, 2), dtype=np.int64)], np.zeros((split.n_timesteps, split.n_channels), dtype=np.int64)
    n_large = 0
    best = [(np.zeros(n_some, dtype=np.int64), np.full(n_some, NONE, dtype=np.int64)) for _ in range(2)]
    done: Iterable[Any] = workers.each(partial(_piece, some=some, dtype=dtype), rows, pieces)
    for piece, found in zip(progress(pieces, reading(split)), done, strict=True):
        out[piece] = found.digests
        holes.append(found.holes + np.array([piece.start, 0]))
        counts += found.counts
        n_large += found.n_large
        for (length, partner), (new, other) in zip(best, found.shared, strict=True):
            longer = new > length
            length[longer], partner[longer] = new[longer], other[longer] + piece.start
    return Scan(out, np.concatenate(holes), counts, n_large, best[0][1], best[1][1])


def ends(
    split: Split, lengths: IntArray, workers: Workers, pieces: list[slice], progress: Progress
) -> tuple[Codes, Codes]:
    """Return hashes of the first and of the last samples of every window of a side, for some lengths.

    Returns
    -------
    heads, tails : ndarray of uint64 of shape (n, n_lengths)
    """
    heads, tails = (np.empty((len(split), len(lengths)), dtype=np.uint64) for _ in range(2))
    done = workers.each(partial(_ends, lengths=lengths), rows_of(split.X), pieces)
    for piece, found in zip(progress(pieces, f"{reading(split)} again"), done, strict=True):
        heads[piece], tails[piece] = found
    return heads, tails


def _ends(block: NDArray[Any], lengths: IntArray) -> tuple[Codes, Codes]:
    runs = Runs.of(block)
    return runs.heads(lengths), runs.tails(lengths)


def _piece(block: NDArray[Any], some: Sought | None, dtype: np.dtype[Any]) -> _Piece:
    holes, counts, n_large = _holes(block)
    found = quick_digests(block.astype(dtype, copy=False))
    if some is None:
        empty = np.zeros(0, dtype=np.int64)
        return _Piece(found, holes, counts, n_large, ((empty, empty), (empty, empty)))
    runs = Runs.of(block)
    shared = [(each.length, each.partner) for each in some.find(runs)]
    return _Piece(found, holes, counts, n_large, (shared[0], shared[1]))


def _holes(block: NDArray[Any]) -> tuple[IntArray, IntArray, int]:
    """Window and channel of what is not usable, and how many samples that are; few windows are looked at closely."""
    none = np.zeros((0, 2), dtype=np.int64), np.zeros(block.shape[1:], dtype=np.int64), 0
    if block.dtype.kind != "f":
        return none
    flat = block.reshape(len(block), -1)
    with np.errstate(over="ignore", invalid="ignore"):
        if block.dtype.itemsize < 8:
            suspect = np.flatnonzero(~np.isfinite(flat.sum(axis=1)))
        else:
            suspect = np.flatnonzero(~(np.einsum("ij,ij->i", flat, flat) <= LARGEST**2))
    bad = ~usable(block[suspect])
    if not bad.any():
        return none
    holes = np.argwhere(bad.any(axis=1))
    holes[:, 0] = suspect[holes[:, 0]]
    return holes, bad.sum(axis=0), int(np.isfinite(block[suspect][bad]).sum())
