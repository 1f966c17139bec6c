"""Zarr stores (formats 2 and 3): groups with the keys of an .npz file, or a single array X.

Arrays of several axes are read chunk by chunk when they are needed. A store may be a folder, a .zip file or a URL.
"""

from __future__ import annotations

import math
import os
import zipfile
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

MANY_FILES = 100_000  # chunks that may be missing, which are then constant; each costs time
MOST_MISSING = 100  # times the chunks that are there
LEAST_ENTRY = 64  # bytes of a chunk in a .zip file


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
        zipped = not is_url(source) and Path(source).is_file()
        return zarr.open(require("zarr.storage", extra="formats").ZipStore(source) if zipped else source, mode="r")


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
        told = {key: (tuple(a.shape), np.dtype(a.dtype), a.chunks, a.shards or a.chunks) for key, a in arrays.items()}
    return {key: _member(source, key, *about) for key, about in told.items()}


def _member(
    source: str, key: str, shape: tuple[int, ...], dtype: np.dtype[Any], chunks: tuple[int, ...], files: tuple[int, ...]
) -> Member:
    """Describe an array by its metadata; ``files`` is the part of it that one file holds."""
    n_bytes, of_chunk = (math.prod(sizes) * dtype.itemsize for sizes in (shape, chunks))
    n_files = math.prod(-(-size // max(1, part)) for size, part in zip(shape, files, strict=True))
    if dtype.hasobject and dtype.kind == "O":
        return Member(
            key, shape, "object", "O", Refusal(f"{source}: {key} holds Python objects, which are never loaded")
        )

    def check() -> None:
        check_room(of_chunk, source, f"a chunk of {key}")
        largest = max(n_bytes, of_chunk)
        if is_url(source) or (largest <= PLENTY and n_files <= MANY_FILES):
            return
        stored, there = _stored(Path(source), largest, n_files)
        check_stored(largest, stored, source, key)
        if n_files > MANY_FILES and n_files > MOST_MISSING * there:
            raise DataError(f"{source}: {key} declares {n_files:,} chunks of which {there:,} or fewer are there")

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


def _stored(path: Path, n_bytes: int, n_files: int) -> tuple[int, int]:
    """Bytes and files of a store, of which no array has more; counted until there are enough for what is declared."""
    if not path.is_dir():
        size = path.stat().st_size
        return size, size // LEAST_ENTRY
    total = there = 0
    for each in _files(path):
        total, there = total + each.stat().st_size, there + 1
        if total * MOST_PACKED >= n_bytes and there * MOST_MISSING >= n_files:
            break
    return total, there


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry))
            else:
                yield entry


def _check_files(path: Path) -> None:
    """Refuse a store in which a pipe or a device stands for a file, or of which a part unpacks to too much."""
    if not path.is_dir():
        with decoding(f"{path}: is no .zip file that can be read"), zipfile.ZipFile(path) as archive:
            check_room(max((info.file_size for info in archive.infolist()), default=0), str(path), "a chunk")
        return
    for each in _files(path):
        if not each.is_file() and not each.is_dir():
            raise DataError(f"{each.path}: is not a regular file, expected a part of a zarr store")
