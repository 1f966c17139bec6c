"""Fingerprints: 64-bit numbers that agree where samples, runs of samples or whole windows agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
IntArray = NDArray[np.int64]

CHUNK_SAMPLES = 1 << 17
BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 1 << 64)
MIX = np.uint64(0xBF58476D1CE4E5B9)
HALF = np.uint64(32)
WORD = 8
CACHED = 1 << 18  # bytes that are worked on at a time


def sample_codes(X: NDArray[Any]) -> Codes:
    """Hash every sample (all channels of one time step) of every window.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
        Finite real numbers of any dtype; equal values give equal codes whatever their width, and -0.0 equals 0.0.

    Returns
    -------
    ndarray of uint64 of shape (n, t)

    Notes
    -----
    A multilinear hash of the float64 bits (Lemire and Kaser 2014) with fixed odd weights per channel, then one
    multiply-xorshift round. The high half of the bits is folded onto the low half first, because few-digit numbers have
    zeros there.
    """
    n, t, _ = X.shape
    out = np.empty((n, t), dtype=np.uint64)
    for rows, codes in _codes(X):
        out[rows] = codes
    return out


def _codes(X: NDArray[Any]) -> Iterator[tuple[slice, Codes]]:
    n, t, c = X.shape
    weights = np.random.Generator(np.random.Philox(0)).integers(0, 1 << 64, c, dtype=np.uint64) | np.uint64(1)
    step = max(1, CHUNK_SAMPLES // (t * c))
    for start in range(0, n, step):
        rows = slice(start, min(start + step, n))
        values = X[rows].astype(np.float64).reshape(-1, c)
        values += 0.0
        bits = values.view(np.uint64)
        bits ^= bits >> HALF
        codes = bits @ weights
        codes ^= codes >> HALF
        codes *= MIX
        codes ^= codes >> HALF
        yield rows, codes.reshape(-1, t)


def _powers(base: int, n: int) -> Codes:
    """Return base ** 0 ... base ** (n - 1) modulo 2 ** 64."""
    factors = np.full(n, base, dtype=np.uint64)
    factors[:1] = 1
    return np.multiply.accumulate(factors)


def digests(X: NDArray[Any]) -> Codes:
    """Hash every window; shape (n,). Equal for equal samples, whatever the dtype's width."""
    n, t, _ = X.shape
    out = np.empty(n, dtype=np.uint64)
    powers = _powers(BASE, t)
    for rows, codes in _codes(X):
        out[rows] = codes @ powers
    return out


def quick_digests(X: NDArray[Any]) -> Codes:
    """Hash every window by its bytes; shape (n,).

    Equal for equal samples of one dtype: several times as fast as :func:`digests`, which also knows them in another.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
        Contiguous.

    Notes
    -----
    A multilinear hash modulo 2 ** 64 of words of eight bytes whose high half was folded onto the low one.
    """
    n = len(X)
    rows = X.reshape(n, -1)
    width = -(-rows.shape[1] * rows.itemsize // WORD)
    weights = np.random.Generator(np.random.Philox(1)).integers(0, 1 << 64, width, dtype=np.uint64) | np.uint64(1)
    out = np.empty(n, dtype=np.uint64)
    step = max(1, CACHED // (width * WORD))
    words = np.zeros((min(step, n), width), dtype=np.uint64)
    held = words.view(np.uint8)[:, : rows.shape[1] * rows.itemsize].view(rows.dtype)
    for start in range(0, n, step):
        some = slice(start, min(start + step, n))
        k = some.stop - some.start
        words[:k, -1:] = 0  # what a row does not fill
        if rows.dtype.kind == "f":
            np.add(rows[some], 0.0, out=held[:k])  # -0.0 becomes 0.0
        else:
            held[:k] = rows[some]
        words[:k] ^= words[:k] >> HALF
        out[some] = words[:k] @ weights
        out[some] ^= out[some] >> HALF
    return out


@dataclass(frozen=True, eq=False)
class Runs:
    """Hashes of any run of successive samples of any window, from sums over prefixes (Karp and Rabin 1987).

    Parameters
    ----------
    sums : ndarray of uint64 of shape (n, t + 1)
        ``sums[i, k]`` is the sum of ``code[i, s] * BASE ** s`` over the first ``k`` samples.
    """

    sums: Codes

    @classmethod
    def of(cls, X: NDArray[Any]) -> Runs:
        """Hash the runs of the windows ``X`` of shape (n, t, c)."""
        n, t, _ = X.shape
        sums = np.zeros((n, t + 1), dtype=np.uint64)
        powers = _powers(BASE, t)
        for rows, codes in _codes(X):
            np.cumsum(codes * powers, axis=1, out=sums[rows, 1:])
        return cls(sums)

    def __len__(self) -> int:
        return len(self.sums)

    @property
    def n_timesteps(self) -> int:
        """Samples per window."""
        return int(self.sums.shape[1]) - 1

    @cached_property
    def _shift(self) -> Codes:
        return _powers(INVERSE, self.n_timesteps + 1)

    @property
    def whole(self) -> Codes:
        """Hash of every window, as :func:`digests` gives it; shape (n,)."""
        return self.sums[:, -1]

    def take(self, rows: IntArray) -> Runs:
        """Return the runs of some windows."""
        return Runs(self.sums[rows])

    def at(self, start: int, stop: int) -> Codes:
        """Hash of the samples ``start:stop`` of every window; shape (n,)."""
        codes: Codes = (self.sums[:, stop] - self.sums[:, start]) * self._shift[start]
        return codes

    def samples(self, rows: IntArray, start: int, stop: int) -> Codes:
        """Hash of every single sample in ``start:stop`` of some windows; shape (k, stop - start)."""
        codes: Codes = np.diff(self.sums[rows, start : stop + 1], axis=1) * self._shift[start:stop]
        return codes

    def heads(self, lengths: IntArray, rows: IntArray | slice = slice(None)) -> Codes:
        """Hash of the first samples of windows, for several lengths; shape (k, n_lengths)."""
        return self._columns(rows, lengths)

    def tails(self, lengths: IntArray, rows: IntArray | slice = slice(None)) -> Codes:
        """Hash of the last samples of windows, for several lengths; shape (k, n_lengths)."""
        start = self.n_timesteps - lengths
        codes = self._columns(rows, np.array([self.n_timesteps])) - self._columns(rows, start)
        codes *= self._shift[start]
        return codes

    def _columns(self, rows: IntArray | slice, columns: IntArray) -> Codes:
        """Some columns of the sums of some windows, without a copy of all the others."""
        return self.sums[rows][:, columns] if isinstance(rows, slice) else self.sums[rows[:, None], columns]
