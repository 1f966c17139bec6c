"""Large tables piece by piece: side by side in threads, or one after the other to hold less at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
Piece = TypeVar("Piece")
COLUMNS = 32


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
