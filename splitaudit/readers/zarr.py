"""Zarr stores (formats 2 and 3): groups with the keys of an .npz file, or a single array X.

Arrays of several axes are read chunk by chunk when they are needed. A store may be a folder, a .zip file or a URL.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.lazy import Rows
from splitaudit.errors import DataError, require
from splitaudit.readers.decoding import decoding
from splitaudit.readers.fields import Member, Members, Refusal, dtype_name
from splitaudit.readers.remote import is_url
from splitaudit.readers.room import MOST_PACKED, PLENTY, check_room, check_stored


class ZarrRows(Rows):
    """Rows of one array of a store; opened where it is read, so that other processes can read it, too."""

    def __init__(self, source: str, key: str, shape: tuple[int, ...], dtype: Any) -> None:
        super().__init__(shape, dtype)
        self.source, self.key = source, key

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return the rows of the chunks that hold them.

        Raises
        ------
        DataError
            If a chunk is damaged.
        """
        with decoding(f"{self.source}: {self.key} cannot be read between rows {start} and {stop}"):
            found = np.asarray(_array(self.source, self.key)[start:stop])
        if found.shape != (stop - start, *self.shape[1:]) or found.dtype != self.dtype:
            raise DataError(f"{self.source}: {self.key} is damaged: its chunks are of another shape or type")
        return found


def _open(source: str) -> Any:
    zarr = require("zarr", extra="formats")
    with decoding(f"{source}: is no zarr store that can be read, expected a group or an array"):
        return zarr.open(source, mode="r")


def _array(source: str, key: str) -> Any:
    store = _open(source)
    return store[key] if hasattr(store, "arrays") else store


def members_of(source: str) -> Members:
    """List the arrays of a store without reading them; a single array is X.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    if not is_url(source):
        _check_files(Path(source))
    store = _open(source)
    with decoding(f"{source}: is no zarr store that can be read, or a damaged one"):
        arrays = dict(store.arrays()) if hasattr(store, "arrays") else {"X": store}
        told = {key: (tuple(array.shape), np.dtype(array.dtype), array.chunks) for key, array in arrays.items()}
    return {key: _member(source, key, *about) for key, about in told.items()}


def _member(source: str, key: str, shape: tuple[int, ...], dtype: np.dtype[Any], chunks: tuple[int, ...]) -> Member:
    n_bytes, of_chunk = (math.prod(sizes) * dtype.itemsize for sizes in (shape, chunks))
    if dtype.hasobject and dtype.kind == "O":
        return Member(key, shape, "object", "O", Refusal(f"{source}: {key} holds Python objects, which are never loaded"))

    def check() -> None:
        check_room(of_chunk, source, f"a chunk of {key}")
        largest = max(n_bytes, of_chunk)
        if not is_url(source) and largest > PLENTY:
            check_stored(largest, _stored(Path(source), largest), source, key)

    def rows() -> ZarrRows:
        check()
        return ZarrRows(source, key, shape, dtype)

    def load() -> Any:
        check()
        check_room(n_bytes, source, key)
        if shape:
            return ZarrRows(source, key, shape, dtype).read(0, shape[0])
        with decoding(f"{source}: {key} is damaged and cannot be read"):
            return np.asarray(_array(source, key)[...])

    return Member(key, shape, dtype_name(dtype), dtype.kind, load, rows if shape else None, dtype.itemsize)


def _stored(path: Path, declared: int) -> int:
    """Bytes of a store, of which no array in it has more; counted until they are enough for what is declared."""
    total = 0
    for each in _files(path) if path.is_dir() else (path,):
        total += Path(each).stat().st_size
        if total * MOST_PACKED >= declared:
            break
    return total


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry))
            else:
                yield entry


def _check_files(path: Path) -> None:
    """Refuse a store in which a pipe or a device stands for a file, which would block or never end."""
    for each in _files(path) if path.is_dir() else ():
        if not each.is_file() and not each.is_dir():
            raise DataError(f"{each.path}: is not a regular file, expected a part of a zarr store")
