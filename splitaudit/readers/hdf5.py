"""HDF5 files with the keys of an .npz file, at the root or, where it holds nothing else, in one group below it.

Arrays of several axes are read row by row when they are needed.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.lazy import Rows
from splitaudit.errors import DataError, require
from splitaudit.readers.fields import Member, Members, dtype_name
from splitaudit.readers.remote import is_url, opened
from splitaudit.readers.room import check_room

READ_ERRORS = (OSError, ValueError, RuntimeError, KeyError, TypeError)


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
        try:
            with _file(self.source) as file:
                return np.asarray(file[self.key][start:stop])
        except READ_ERRORS as error:
            if isinstance(error, DataError):
                raise
            raise DataError(f"{self.source}: {self.key} cannot be read between rows {start} and {stop}") from error


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
    try:
        with _file(source) as file:
            groups = [key for key in file if isinstance(file[key], h5py.Group)]
            below = f"{groups[0]}/" if len(groups) == 1 and len(file) == 1 else ""
            inside = file[groups[0]] if below else file
            return {
                key: _member(source, below + key, key, inside[key])
                for key in inside
                if isinstance(inside[key], h5py.Dataset)
            }
    except READ_ERRORS as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{source}: is no HDF5 file that can be read, or a damaged one") from error


def _member(source: str, path: str, key: str, dataset: Any) -> Member:
    text = dataset.dtype.kind == "O" and dataset.dtype.metadata is not None
    dtype, shape = np.dtype("U1") if text else np.dtype(dataset.dtype), tuple(dataset.shape)

    def rows() -> HDF5Rows:
        return HDF5Rows(source, path, shape, dtype)

    def load() -> Any:
        check_room(math.prod(shape) * dtype.itemsize, source, key)
        with _file(source) as file:
            found = file[path].asstr()[...] if text else file[path][...]
        return np.asarray(found, dtype=np.str_) if text else np.asarray(found)

    return Member(key, shape, dtype_name(dtype), dtype.kind, load, rows if shape and not text else None, dtype.itemsize)
