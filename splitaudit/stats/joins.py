"""Joins of fingerprints: codes found among others, and windows whose end is the start of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.fingerprints import BASE, Codes, IntArray, Runs

BLOCK_CODES = 1 << 18
PART_CODES = 1 << 23
NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """For each of n windows the longest run that one of its ends shares with another window.

    Parameters
    ----------
    length : ndarray of int64 of shape (n,)
        Samples shared, less than a window; 0 where none.
    partner : ndarray of int64 of shape (n,)
        The other window; -1 where none.
    """

    length: IntArray
    partner: IntArray


def longest_shared(windows: Runs, pool: Runs, *, head: bool) -> Matches:
    """Find the longest start (or end) of each window that is the end (or start) of some window of ``pool``.

    Parameters
    ----------
    windows, pool : Runs
        Windows of one length.
    head : bool
        Whether the start of ``windows`` is looked up among the ends of ``pool``, or the other way round.

    Notes
    -----
    All lengths from ``t - 1`` down to 1 are tried, so nothing is missed, and the whole run is compared, not a sample of
    it. The cost is O(n t): a table of bits over the codes that are wanted passes few codes of the pool on to the sort.
    """
    n, t = len(windows), windows.n_timesteps
    length, partner = np.zeros(n, dtype=np.int64), np.full(n, NONE, dtype=np.int64)
    left = np.arange(n)
    width = max(1, BLOCK_CODES // max(n, 1))
    for longest in range(t - 1, 0, -width):
        lengths = np.arange(longest, max(longest - width, 0), -1)
        wanted = windows.heads(lengths, left) if head else windows.tails(lengths, left)
        offered = pool.tails(lengths) if head else pool.heads(lengths)
        tag = lengths.astype(np.uint64) * np.uint64(BASE)  # codes of different lengths must not meet
        at = lookup((wanted ^ tag).ravel(), (offered ^ tag).ravel()).reshape(wanted.shape)
        best = (at != NONE).argmax(axis=1)
        found = np.flatnonzero(at[np.arange(len(left)), best] != NONE)
        length[left[found]] = lengths[best[found]]
        partner[left[found]] = at[found, best[found]] // len(lengths)
        left = np.delete(left, found)
        if not len(left):
            break
    return Matches(length, partner)


def lookup(wanted: Codes, offered: Codes) -> IntArray:
    """Position in ``offered`` of the first code equal to each of ``wanted``; -1 where there is none."""
    some = np.flatnonzero(among(offered, wanted))
    if not len(some):
        return np.full(wanted.shape, NONE, dtype=np.int64)
    order = some[np.argsort(offered[some], kind="stable")]
    ordered = offered[order]
    sought = np.flatnonzero(among(wanted, ordered))
    at = np.minimum(np.searchsorted(ordered, wanted[sought]), len(ordered) - 1)
    found = np.full(wanted.shape, NONE, dtype=np.int64)
    found[sought] = np.where(ordered[at] == wanted[sought], order[at], NONE)
    return found


def contained(codes: Codes, pool: Codes, part: int = PART_CODES) -> NDArray[np.bool_]:
    """Which codes are in a pool of any size, joined by partition: about ``part`` codes of both are looked at together.

    A partition holds the codes with the same first bits; within it, these are shifted out.
    """
    bits = max(0, -(-(len(codes) + len(pool)) // part) - 1).bit_length()
    found = np.zeros(len(codes), dtype=bool)
    for share in range(1 << bits):
        mine, theirs = _share(codes, share, bits), _share(pool, share, bits)
        found[mine] = _contained(codes[mine] << np.uint64(bits), pool[theirs] << np.uint64(bits))
    return found


def _share(codes: Codes, share: int, bits: int) -> NDArray[np.bool_]:
    """Which codes have these first bits."""
    return (codes >= np.uint64(share << (64 - bits))) & (codes <= np.uint64(((share + 1) << (64 - bits)) - 1))


def _contained(codes: Codes, pool: Codes) -> NDArray[np.bool_]:
    found = among(codes, pool)
    some = np.flatnonzero(found)
    found[some] = np.isin(codes[some], pool[among(pool, codes[some])])
    return found


def among(codes: Codes, wanted: Codes) -> NDArray[np.bool_]:
    """Which codes may be among the wanted ones: all that are, and about one in eight others."""
    size = int(np.ceil(np.log2(max(len(wanted), 2)))) + 3
    shift = np.uint64(64 - size)
    table = np.zeros(1 << size, dtype=bool)
    table[wanted >> shift] = True
    some: NDArray[np.bool_] = table[codes >> shift]
    return some
