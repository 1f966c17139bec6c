"""Large tables piece by piece: side by side in threads, or one after the other to hold less at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Piece = TypeVar("Piece")
COLUMNS = 32
ROWS = 512  # whose cache lines are still at hand when the next column is read


def in_threads(work: Callable[[Piece], T], pieces: Iterable[Piece], n_jobs: int) -> list[T]:
    """Apply ``work`` to every piece, in order, in ``n_jobs`` threads (-1: one per processor).

    For work in numpy or another library that lets go of the interpreter meanwhile.
    """
    every = list(pieces)
    if n_jobs == 1 or len(every) < 2:
        return [work(piece) for piece in every]
    with ThreadPoolExecutor(n_jobs if n_jobs > 0 else None) as pool:
        return list(pool.map(work, every))


def column_blocks(d: int) -> list[slice]:
    """Slices of 32 columns out of ``d``: float64 copies of one at a time are small beside the table."""
    return [slice(start, start + COLUMNS) for start in range(0, max(d, 1), COLUMNS)]


def transposed(table: NDArray[Any]) -> NDArray[Any]:
    """Copy the columns of a table (n, d), or of a part of a wider one, to contiguous rows (d, n)."""
    out = np.empty(table.shape[::-1], dtype=table.dtype)
    for start in range(0, len(table), ROWS):
        out[:, start : start + ROWS] = table[start : start + ROWS].T
    return out
