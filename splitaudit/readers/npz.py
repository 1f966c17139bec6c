"""Archives of arrays as ``numpy.savez`` writes them.

Keys: ``X`` (n, t, c), ``y`` (n,), ``groups`` (n,), ``time`` (n,), ``recording`` (n,), ``channel_names`` (c,),
``class_names`` (n_classes,). Only X is needed. Members are listed by their headers, and only those that are used are
loaded.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
from pathlib import Path
from typing import Any

from splitaudit.errors import DataError
from splitaudit.readers.fields import Member, Members, dtype_name
from splitaudit.readers.npy import DATA_ERRORS, PICKLED, Header, check_size, kind_of, load, read_header

SUFFIX = ".npy"
ZIP_ERRORS = (*DATA_ERRORS, zipfile.BadZipFile, struct.error, lzma.LZMAError, OverflowError)


def members_of(path: Path) -> Members:
    """List the arrays of an archive without loading them.

    Raises
    ------
    DataError
        If the file is not an archive, or a damaged one.
    """
    at = str(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return {_key(info): _member(archive, info, path) for info in archive.infolist()}
    except ZIP_ERRORS as error:
        with path.open("rb") as stream:
            start = stream.read(8)
        seen = kind_of(start) if not start.startswith(b"PK") else "is truncated or damaged"
        raise DataError(f"{at}: {seen}, expected an .npz archive as numpy.savez writes it") from error


def _key(info: zipfile.ZipInfo) -> str:
    return info.filename.removesuffix(SUFFIX)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> Member:
    at, key = str(path), _key(info)
    try:
        if not info.filename.endswith(SUFFIX):
            raise DataError(f"{at}: {key} is not an array ({info.filename!r} does not end in {SUFFIX})")
        with archive.open(info) as stream:
            header = read_header(stream, at, key)
    except DataError as error:
        return Member(key, (), "unreadable", "?", _Refusal(str(error)))
    except RuntimeError as error:  # encrypted, or a method of compression unknown here
        return Member(key, (), "unreadable", "?", _Refusal(f"{at}: {key} cannot be unpacked ({error})"))
    except ZIP_ERRORS:
        return Member(key, (), "unreadable", "?", _Refusal(f"{at}: {key} is truncated or damaged"))
    if header.dtype.hasobject:
        return Member(key, header.shape, "object", "O", _Refusal(f"{at}: {key} {PICKLED}"))
    return Member(key, header.shape, dtype_name(header.dtype), header.dtype.kind, lambda: _load(path, info, header))


class _Refusal:
    """Raises when an array is loaded that cannot be: an array that nobody asks for need not be readable."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self) -> Any:
        raise DataError(self.message)


def _load(path: Path, info: zipfile.ZipInfo, header: Header) -> Any:
    at, key = str(path), _key(info)
    check_size(header, info.file_size, at, key)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(info) as stream:
            return load(stream, header, at, key)
    except DataError:
        raise
    except ZIP_ERRORS as error:
        raise DataError(f"{at}: {key} is truncated or damaged") from error
