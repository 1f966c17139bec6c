"""HDF5 files with the keys of an .npz file, at the root or, where it holds nothing else, in one group below it.

Arrays of several axes are read row by row when they are needed. Samples have to be in the file itself: links to other
files and external storage are refused, so that a file cannot have others opened (a virtual data set may name regular
files).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.lazy import Rows
from splitaudit.errors import DataError, require
from splitaudit.readers.decoding import decoding
from splitaudit.readers.fields import Member, Members, Refusal, dtype_name
from splitaudit.readers.hdf5_heap import sound_heap
from splitaudit.readers.remote import is_url, opened, size_of
from splitaudit.readers.room import check_room, check_stored

POINTER = 8  # bytes of a Python object's place in an array
IN_FILE = 16  # bytes that a string of variable length takes at least


class HDF5Rows(Rows):
    """Rows of one data set; the file is opened where it is read, so that other processes can read it, too."""

    def __init__(self, source: str, key: str, shape: tuple[int, ...], dtype: Any) -> None:
        super().__init__(shape, dtype)
        self.source, self.key = source, key

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return some rows.

        Raises
        ------
        DataError
            If they are damaged.
        """
        refusal = f"{self.source}: {self.key} cannot be read between rows {start} and {stop}"
        with decoding(refusal), _file(self.source) as file:
            return np.asarray(file[self.key][start:stop])


@contextmanager
def _file(source: str) -> Iterator[Any]:
    h5py = require("h5py", extra="formats")
    stream = opened(source) if is_url(source) else None
    try:
        with h5py.File(stream if stream is not None else os.fspath(source), "r") as file:
            yield file
    finally:
        if stream is not None:
            stream.close()


def members_of(source: str) -> Members:
    """List the data sets of a file without reading them.

    Raises
    ------
    DataError
        If it is no HDF5 file, or a damaged one.
    """
    h5py = require("h5py", extra="formats")
    found: dict[str, Member] = {}
    with opened(source) as stream:
        n_file = size_of(stream)
    with decoding(f"{source}: is no HDF5 file that can be read, or a damaged one"), _file(source) as file:
        inner = [key for key in file if _kind(file, key) is h5py.Group]
        below = f"{inner[0]}/" if len(inner) == 1 and len(file) == 1 else ""
        group = file[inner[0]] if below else file
        for key in group:
            kind = _kind(group, key)
            if kind is h5py.Dataset:
                found[key] = _member(source, n_file, below + key, key, group[key])
            elif kind is None:
                found[key] = Member(
                    key, (), "link", "?", Refusal(f"{source}: {key} is a link out of the file or to nowhere")
                )
    return found


def _kind(group: Any, key: str) -> Any:
    """Return the class of an entry; None for a link out of the file, which is not followed, or to nowhere."""
    h5py = require("h5py", extra="formats")
    link = group.get(key, getlink=True)
    return None if isinstance(link, h5py.ExternalLink) else group.get(key, getclass=True)


def _member(source: str, n_file: int | None, path: str, key: str, dataset: Any) -> Member:
    h5py = require("h5py", extra="formats")
    text = h5py.check_string_dtype(dataset.dtype) is not None and dataset.dtype.kind == "O"
    if dataset.shape is None or (dataset.dtype.kind == "O" and not text):
        what = "holds nothing" if dataset.shape is None else "holds sequences or references"
        return Member(key, (), "object", "O", Refusal(f"{source}: {key} {what}, expected numbers or strings"))
    elsewhere = _elsewhere(dataset, source)
    if elsewhere:
        return Member(key, (), "elsewhere", "?", Refusal(f"{source}: {key} {elsewhere}, expected it in this file"))
    dtype, shape = np.dtype("U1") if text else np.dtype(dataset.dtype), tuple(dataset.shape)
    n_bytes = math.prod(shape) * (POINTER if text else dtype.itemsize)
    check = _Stored(source, key, n_bytes, _stored(dataset, n_file, n_bytes), dataset.chunks is None)

    def rows() -> HDF5Rows:
        check()
        return HDF5Rows(source, path, shape, dtype)

    def load() -> Any:
        check()
        check_room(n_bytes, source, key)
        with decoding(f"{source}: {key} is damaged and cannot be read"), _file(source) as file:
            if text:
                with opened(source) as stream:
                    if not sound_heap(file[path], stream):
                        raise DataError(f"{source}: {key} holds strings that are damaged or not in the file")
            found = file[path].asstr()[...] if text else file[path][...]
            return np.asarray(found, dtype=np.str_) if text else np.asarray(found)

    return Member(key, shape, dtype_name(dtype), dtype.kind, load, rows if shape and not text else None, dtype.itemsize)


class _Stored:
    """Refuses a data set that declares more than is in the file."""

    def __init__(self, source: str, key: str, n_bytes: int, n_stored: int, plain: bool) -> None:
        self.source, self.key, self.n_bytes, self.n_stored, self.plain = source, key, n_bytes, n_stored, plain

    def __call__(self) -> None:
        if self.plain and self.n_bytes > IN_FILE * self.n_stored:
            raise DataError(
                f"{self.source}: {self.key} declares {self.n_bytes:,} bytes, the file holds {self.n_stored:,} of it"
            )
        check_stored(self.n_bytes, self.n_stored, self.source, self.key)


def _stored(dataset: Any, n_file: int | None, n_bytes: int) -> int:
    """Bytes of a data set in the file: what it says, but no more than the file has."""
    if dataset.is_virtual:
        return n_bytes
    said = int(dataset.id.get_storage_size())
    return said if n_file is None else min(said, n_file)


def _elsewhere(dataset: Any, source: str) -> str:
    """Say where samples are that are not in the file, if they are where nothing should be read."""
    if dataset.external:
        return "is stored in other files"
    if dataset.is_virtual:
        folder = Path(source).parent
        names = {each.file_name for each in dataset.virtual_sources()} - {"."}
        if names and is_url(source):  # they would be looked for on this machine
            return "is put together from other files"
        if not all((folder / name).is_file() for name in names):
            return "is put together from files that are none"
    return ""
