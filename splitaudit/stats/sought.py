"""Some windows of which the origins are sought among many others, that come piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from splitaudit.stats.fingerprints import BASE, Codes, IntArray, Runs
from splitaudit.stats.joins import NONE, Matches

SPARSE = 5  # of so many times two places of the table about one is taken
LARGEST = 24  # bits: a table that fits into a processor's cache


@dataclass(frozen=True, eq=False)
class Sought:
    """The starts and the ends of some windows, of every length, ready to be looked up.

    Parameters
    ----------
    runs : Runs
        The windows.

    Notes
    -----
    As :func:`splitaudit.stats.joins.longest_shared`, with the codes of these windows sorted once and for all.
    """

    runs: Runs

    def __len__(self) -> int:
        return len(self.runs)

    def find(self, pool: Runs) -> tuple[Matches, Matches]:
        """Find for every window the longest start that is the end of one of ``pool``, and the longest such end."""
        return self._heads.find(pool, len(self)), self._tails.find(pool, len(self))

    @cached_property
    def _heads(self) -> _Codes:
        return _Codes.of(self.runs, head=True)

    @cached_property
    def _tails(self) -> _Codes:
        return _Codes.of(self.runs, head=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Codes:
    """Codes in order, the window and the length of each, and a table of which may be there."""

    head: bool
    lengths: IntArray
    codes: Codes
    window: IntArray
    length: IntArray
    table: np.ndarray
    shift: np.uint64

    @classmethod
    def of(cls, runs: Runs, *, head: bool) -> _Codes:
        lengths = np.arange(1, runs.n_timesteps)
        codes = _tagged(runs.heads(lengths) if head else runs.tails(lengths), lengths).ravel()
        order = np.argsort(codes, kind="stable")
        bits = min(LARGEST, int(np.ceil(np.log2(max(len(codes), 2)))) + SPARSE)
        shift = np.uint64(64 - bits)
        table = np.zeros(1 << bits, dtype=bool)
        table[codes >> shift] = True
        window, place = np.divmod(order, max(len(lengths), 1))
        return cls(head, lengths, codes[order], window, lengths[place], table, shift)

    def find(self, pool: Runs, n: int) -> Matches:
        length, partner = np.zeros(n, dtype=np.int64), np.full(n, NONE, dtype=np.int64)
        if not len(self.codes):
            return Matches(length, partner)
        offered = _tagged(pool.tails(self.lengths) if self.head else pool.heads(self.lengths), self.lengths).ravel()
        some = np.flatnonzero(self.table[offered >> self.shift])
        first = np.searchsorted(self.codes, offered[some], "left")
        count = np.searchsorted(self.codes, offered[some], "right") - first
        there = np.flatnonzero(count)
        at = np.repeat(first[there] - np.cumsum(count[there]) + count[there], count[there]) + np.arange(count.sum())
        other = np.repeat(some[there] // len(self.lengths), count[there])
        order = np.lexsort([-other, self.length[at]])  # of the longest the first window of the pool is kept
        length[self.window[at[order]]] = self.length[at[order]]
        partner[self.window[at[order]]] = other[order]
        return Matches(length, partner)


def _tagged(codes: Codes, lengths: IntArray) -> Codes:
    """Make codes of different lengths differ."""
    tagged: Codes = codes ^ (lengths.astype(np.uint64) * np.uint64(BASE))
    return tagged
