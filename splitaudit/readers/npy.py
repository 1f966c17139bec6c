"""Single arrays in numpy's own format: the header is read and checked before anything is allocated.

Objects are never loaded: a pickled array is refused by its header, and no pickle is ever executed.
"""

from __future__ import annotations

import io
import math
import struct
import tokenize
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npformat
from numpy.typing import NDArray

from splitaudit.errors import DataError
from splitaudit.readers.fields import Found
from splitaudit.readers.room import check_room

MAX_HEADER = 1 << 16
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

    @property
    def n_bytes(self) -> int:
        """Bytes of the samples."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_npy(path: Path) -> Found:
    """Read X from an .npy file.

    Raises
    ------
    DataError
        If it is not one whole array of plain values.
    """
    at = str(path)
    with path.open("rb") as stream:
        start = stream.read(len(MAGIC))
        if start != MAGIC:
            raise DataError(f"{at}: {kind_of(start)}, expected an .npy file as numpy.save writes it")
        stream.seek(0)
        header = read_header(stream, at, "the array")
        check_size(header, path.stat().st_size, at, "the array")
        stream.seek(0)
        array = load(stream, header, at, "the array")
    return Found(arrays={"X": array}, source=at)


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
                shape, _, dtype = npformat.read_array_header_1_0(start)
            elif version == (2, 0):
                shape, _, dtype = npformat.read_array_header_2_0(start)
            else:
                raise DataError(f"{at}: {what} is in version {version} of the .npy format, expected 1.0 or 2.0")
    except DataError:
        raise
    except (*HEADER_ERRORS, OSError, RuntimeError, zlib.error) as error:
        raise DataError(f"{at}: {what} has a broken header, expected one as numpy.save writes it") from error
    sizes = tuple(int(size) for size in shape)
    if any(size < 0 for size in sizes) or dtype.subdtype is not None:
        raise DataError(f"{at}: {what} has a broken header, expected a plain dtype and a shape of sizes >= 0")
    return Header(sizes, dtype, start.tell())


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
