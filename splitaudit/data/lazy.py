"""Arrays that are read row by row when they are needed, and windows made of them.

A reader of a large file returns :class:`Rows`; :func:`splitaudit.data.windows.make_windows` makes :class:`LazyWindows`
of it, which answers ``shape``, ``dtype`` and ``X[rows]`` as an array does. What is small is loaded by
:func:`loaded`, and nothing behind that knows the difference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK_BYTES = 1 << 25
Index = slice | NDArray[Any]


class Rows:
    """Rows of an array that lies elsewhere.

    Parameters
    ----------
    shape : tuple of int
        Of the whole array.
    dtype : numpy dtype
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape, self.dtype = tuple(int(size) for size in shape), np.dtype(dtype)

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return the rows ``start:stop``; to be written by every source."""
        raise NotImplementedError

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the whole array in memory."""
        return math.prod(self.shape) * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Index) -> NDArray[Any]:
        """Return some rows: a slice, positions in any order, or a mask."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step == 1:
                return self.read(start, max(start, stop))
            index = np.arange(start, stop, step)
        index = np.asarray(index)
        rows = np.flatnonzero(index) if index.dtype == bool else np.where(index < 0, index + len(self), index)
        wanted, place = np.unique(rows, return_inverse=True)
        out = np.empty((len(wanted), *self.shape[1:]), dtype=self.dtype)
        for first, last in _runs(wanted):
            out[first:last] = self.read(int(wanted[first]), int(wanted[last - 1]) + 1)
        return out if len(wanted) == len(rows) and (np.diff(rows) > 0).all() else out[place]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Read everything."""
        return np.asarray(self.read(0, len(self)), dtype=dtype)

    def pieces(self, n_bytes: int = CHUNK_BYTES) -> list[slice]:
        """Slices of rows that take about so many bytes each."""
        step = max(1, n_bytes // max(1, self.nbytes // max(1, len(self))))
        return [slice(start, min(start + step, len(self))) for start in range(0, len(self), step)]


def _runs(rows: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last position, exclusive, of stretches of rows that follow each other."""
    cuts = np.flatnonzero(np.diff(rows) != 1) + 1
    edges = [0, *cuts.tolist(), len(rows)]
    yield from ((a, b) for a, b in pairwise(edges) if b > a)


class Held(Rows):
    """Rows of an array in memory or mapped into it."""

    def __init__(self, array: NDArray[Any]) -> None:
        super().__init__(array.shape, array.dtype)
        self.array = array

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return a copy, so that nobody writes into a mapped file."""
        return np.array(self.array[start:stop])


class SomeRows(Rows):
    """Some rows of others, in a given order."""

    def __init__(self, base: Rows, index: NDArray[np.int64]) -> None:
        super().__init__((len(index), *base.shape[1:]), base.dtype)
        self.base, self.index = base, index

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return them."""
        return self.base[self.index[start:stop]]


class LazyWindows(Rows):
    """Windows (n, t, c) of rows of two, three or five axes, in a plain dtype.

    Parameters
    ----------
    base : Rows
    layout : {"ntc", "nct"}
        Order of the axes of three.
    dtype : numpy dtype
        Of what is returned.
    """

    def __init__(self, base: Rows, layout: str, dtype: np.dtype[Any]) -> None:
        n, *rest = base.shape
        if base.ndim == 2:
            rest = [rest[0], 1]
        elif base.ndim == 5:
            rest = [rest[0], math.prod(rest[1:])]
        elif layout == "nct":
            rest = rest[::-1]
        super().__init__((n, *rest), dtype)
        self.base, self.layout = base, layout

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return windows as a contiguous array."""
        block = self.base.read(start, stop)
        if block.ndim == 3 and self.layout == "nct":
            block = block.transpose(0, 2, 1)
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(block.reshape(len(block), *self.shape[1:]), dtype=self.dtype)


def is_lazy(X: Any) -> bool:
    """Whether windows are read when they are needed."""
    return isinstance(X, Rows)


def rows_of(X: Any) -> Rows:
    """Return windows as rows, wherever they are."""
    return X if isinstance(X, Rows) else Held(X)
