"""Single arrays in numpy's own format: the header is read and checked before anything is allocated.

Objects are never loaded: a pickled array is refused by its header, and no pickle is ever executed.
"""

from __future__ import annotations

import io
import math
import os
import struct
import tokenize
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npformat
from numpy.typing import NDArray

from splitaudit.data.lazy import Rows
from splitaudit.errors import DataError
from splitaudit.readers.fields import Member, Members, dtype_name
from splitaudit.readers.remote import is_url, opened
from splitaudit.readers.room import check_room

MAX_HEADER = 1 << 16
MAX_SIZE = (1 << 63) - 1  # of an axis; numpy counts in 64 bits
MAGIC = b"\x93NUMPY"
PICKLED = "holds pickled Python objects, which are never loaded: save plain arrays of numbers or strings"
HEADER_ERRORS = (
    ValueError,
    TypeError,
    SyntaxError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    MemoryError,
    EOFError,
    struct.error,
    tokenize.TokenError,
)
DATA_ERRORS = (ValueError, OSError, EOFError, RuntimeError, zlib.error)


@dataclass(frozen=True, slots=True)
class Header:
    """What an array's header declares; ``offset`` bytes are the header itself."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset: int
    fortran: bool = False

    @property
    def in_rows(self) -> bool:
        """Whether rows lie one after the other and can be read by themselves."""
        return not self.fortran and len(self.shape) > 1 and self.n_bytes > 0

    @property
    def n_bytes(self) -> int:
        """Bytes of the samples."""
        return math.prod(self.shape) * self.dtype.itemsize


class FileRows(Rows):
    """Rows of an array that lies in a file one after the other."""

    def __init__(self, path: Path, header: Header, offset: int, what: str) -> None:
        super().__init__(header.shape, header.dtype)
        self.path, self.offset, self.what = path, offset, what

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return some rows.

        Raises
        ------
        DataError
            If the file has become shorter.
        """
        row = self.nbytes // max(1, len(self))
        try:
            with self.path.open("rb") as stream:
                stream.seek(self.offset + start * row)
                found = np.fromfile(stream, dtype=self.dtype, count=(stop - start) * row // self.dtype.itemsize)
        except OSError as error:
            raise DataError(f"{self.path}: cannot be read: {error.strerror or error}") from error
        if found.nbytes != (stop - start) * row:
            raise DataError(f"{self.path}: {self.what} is truncated, row {start} and those behind it are missing")
        return found.reshape(stop - start, *self.shape[1:])


def members_of(path: str | os.PathLike[str]) -> Members:
    """Find the array of an .npy file or URL; it is X.

    Raises
    ------
    DataError
        If it is not one whole array of plain values.
    """
    at = str(path)
    with opened(path) as stream:
        start = stream.read(len(MAGIC))
        if start != MAGIC:
            raise DataError(f"{at}: {kind_of(start)}, expected an .npy file as numpy.save writes it")
        stream.seek(0)
        header = read_header(stream, at, "the array")
        check_size(header, stream.seek(0, os.SEEK_END), at, "the array")

    def read() -> NDArray[Any]:
        with opened(path) as stream:
            return load(stream, header, at, "the array")

    rows = None if is_url(path) or not header.in_rows else lambda: FileRows(Path(path), header, header.offset, "X")
    return {"X": member_at("X", header, read, rows)}


def member_at(key: str, header: Header, read: Callable[[], Any], rows: Callable[[], Any] | None) -> Member:
    """Describe an array by its header."""
    dtype = header.dtype
    return Member(key, header.shape, dtype_name(dtype), dtype.kind, read, rows, dtype.itemsize)


def kind_of(start: bytes) -> str:
    """Say what a file is that starts with these bytes."""
    if not start:
        return "is empty"
    if start.startswith(MAGIC):
        return "is a single array by its content (.npy)"
    if start.startswith(b"PK"):
        return "is a zip archive by its content (.npz?) or a damaged one"
    if start[0] == 0x80:  # opcode PROTO of every pickle since protocol 2
        return "is a pickle by its content, which is never loaded"
    return "is no numpy file by its content"


def read_header(stream: IO[bytes], at: str, what: str) -> Header:
    """Parse and check the header of an array; reads at most 64 KiB.

    Raises
    ------
    DataError
        If there is no valid header.
    """
    try:
        start = io.BytesIO(stream.read(MAX_HEADER))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy remarks on headers written by Python 2
            version = npformat.read_magic(start)
            if version == (1, 0):
                shape, fortran, dtype = npformat.read_array_header_1_0(start)
            elif version == (2, 0):
                shape, fortran, dtype = npformat.read_array_header_2_0(start)
            else:
                raise DataError(f"{at}: {what} is in version {version} of the .npy format, expected 1.0 or 2.0")
    except DataError:
        raise
    except (*HEADER_ERRORS, OSError, RuntimeError, zlib.error) as error:
        raise DataError(f"{at}: {what} has a broken header, expected one as numpy.save writes it") from error
    sizes = tuple(int(size) for size in shape)
    if any(not 0 <= size <= MAX_SIZE for size in sizes) or dtype.subdtype is not None:
        raise DataError(f"{at}: {what} has a broken header, expected a plain dtype and a shape of sizes >= 0")
    return Header(sizes, dtype, start.tell(), bool(fortran))


def check_size(header: Header, n_bytes: int, at: str, what: str) -> None:
    """Refuse an array whose declared shape does not agree with the bytes that are there.

    Raises
    ------
    DataError
        If there are fewer or more bytes than declared, or the array holds objects.
    """
    if header.dtype.hasobject:
        raise DataError(f"{at}: {what} {PICKLED}")
    here = n_bytes - header.offset
    if here != header.n_bytes or (0 not in header.shape and not header.dtype.itemsize):
        state = "truncated or damaged" if here < header.n_bytes else "not one array"
        raise DataError(
            f"{at}: {what} is {state}: shape {header.shape} of {header.dtype.name} takes {header.n_bytes} bytes, "
            f"{here} are there"
        )


def load(stream: IO[bytes], header: Header, at: str, what: str) -> NDArray[Any]:
    """Load an array whose header was checked.

    Raises
    ------
    DataError
        If it does not fit into memory or its bytes are damaged.
    """
    check_room(header.n_bytes, at, what)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array: NDArray[Any] = npformat.read_array(stream, allow_pickle=False)
            stream.read(1)  # the end of a zip member is where its checksum is compared
    except MemoryError as error:
        raise DataError(f"{at}: {what} takes {header.n_bytes / 2**30:,.1f} GiB, more than there is memory") from error
    except DATA_ERRORS as error:
        raise DataError(f"{at}: {what} is truncated or damaged") from error
    return array
