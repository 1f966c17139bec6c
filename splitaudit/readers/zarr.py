"""Zarr stores (formats 2 and 3): groups with the keys of an .npz file, or a single array X.

Arrays of several axes are read chunk by chunk when they are needed. A store may be a folder, a .zip file or a URL.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.lazy import Rows
from splitaudit.errors import DataError, require
from splitaudit.readers.fields import Member, Members, dtype_name
from splitaudit.readers.room import check_room

READ_ERRORS = (OSError, ValueError, RuntimeError, KeyError, TypeError, ImportError)


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
        try:
            return np.asarray(_array(self.source, self.key)[start:stop])
        except READ_ERRORS as error:
            raise DataError(f"{self.source}: {self.key} cannot be read between rows {start} and {stop}") from error


def _open(source: str) -> Any:
    zarr = require("zarr", extra="formats")
    try:
        return zarr.open(source, mode="r")
    except READ_ERRORS as error:
        raise _refused(source, error) from error


def _refused(source: str, error: BaseException) -> DataError:
    return DataError(
        f"{source}: is no zarr store that can be read ({type(error).__name__}), expected a group or an array"
    )


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
    store = _open(source)
    if not hasattr(store, "arrays"):
        return {"X": _member(source, "X", store)}
    return {key: _member(source, key, array) for key, array in store.arrays()}


def _member(source: str, key: str, array: Any) -> Member:
    shape, dtype = tuple(array.shape), np.dtype(array.dtype)

    def rows() -> ZarrRows:
        return ZarrRows(source, key, shape, dtype)

    def load() -> Any:
        check_room(math.prod(shape) * dtype.itemsize, source, key)
        return rows().read(0, shape[0]) if shape else np.asarray(array[...])

    return Member(key, shape, dtype_name(dtype), dtype.kind, load, rows if shape else None, dtype.itemsize)
