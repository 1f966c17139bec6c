"""Archives of arrays as ``numpy.savez`` writes them.

Keys: ``X`` (n, t, c), ``y`` (n,), ``groups`` (n,), ``time`` (n,), ``recording`` (n,), ``channel_names`` (c,),
``class_names`` (n_classes,). Only X is needed. Members are listed by their headers, and only those that are used are
loaded.
"""

from __future__ import annotations

import lzma
import os
import struct
import zipfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.lazy import Rows
from splitaudit.errors import DataError
from splitaudit.readers.fields import Member, Members, Refusal
from splitaudit.readers.npy import (
    DATA_ERRORS,
    PICKLED,
    FileRows,
    Header,
    check_size,
    kind_of,
    load,
    member_at,
    read_header,
)
from splitaudit.readers.remote import is_url, opened
from splitaudit.readers.room import check_room

SUFFIX = ".npy"
LOCAL_HEADER = 30  # bytes of a zip member's own header before its name
ZIP_ERRORS = (*DATA_ERRORS, zipfile.BadZipFile, struct.error, lzma.LZMAError, OverflowError)


class PackedRows(Rows):
    """Rows of a compressed member: unpacked whole when they are read, and kept until another one is read."""

    kept: ClassVar[tuple[PackedRows | None, Any]] = (None, None)

    def __init__(self, path: Path, info: zipfile.ZipInfo, header: Header) -> None:
        super().__init__(header.shape, header.dtype)
        self.path, self.info, self.header = path, info, header

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return some rows."""
        owner, array = PackedRows.kept
        if owner is not self:
            PackedRows.kept = (None, None)  # two at a time would take twice the memory
            array = _load(self.path, self.info, self.header)
            PackedRows.kept = (self, array)
        return np.array(array[start:stop])


def members_of(path: str | os.PathLike[str]) -> Members:
    """List the arrays of an archive or URL without loading them.

    Raises
    ------
    DataError
        If the file is not an archive, or a damaged one.
    """
    at = str(path)
    try:
        with opened(path) as stream, zipfile.ZipFile(stream) as archive:
            return {_key(info): _member(archive, info, path) for info in archive.infolist()}
    except ZIP_ERRORS as error:
        with opened(path) as stream:
            start = stream.read(8)
        seen = kind_of(start) if not start.startswith(b"PK") else "is truncated or damaged"
        raise DataError(f"{at}: {seen}, expected an .npz archive as numpy.savez writes it") from error


def _key(info: zipfile.ZipInfo) -> str:
    return info.filename.removesuffix(SUFFIX)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str | os.PathLike[str]) -> Member:
    at, key = str(path), _key(info)
    try:
        if not info.filename.endswith(SUFFIX):
            raise DataError(f"{at}: {key} is not an array ({info.filename!r} does not end in {SUFFIX})")
        with archive.open(info) as stream:
            header = read_header(stream, at, key)
    except DataError as error:
        return Member(key, (), "unreadable", "?", Refusal(str(error)))
    except RuntimeError as error:  # encrypted, or a method of compression unknown here
        return Member(key, (), "unreadable", "?", Refusal(f"{at}: {key} cannot be unpacked ({error})"))
    except ZIP_ERRORS:
        return Member(key, (), "unreadable", "?", Refusal(f"{at}: {key} is truncated or damaged"))
    if header.dtype.hasobject:
        return Member(key, header.shape, "object", "O", Refusal(f"{at}: {key} {PICKLED}"))
    rows = None if is_url(path) or not header.in_rows else lambda: _rows(path, info, header)
    return member_at(key, header, lambda: _load(path, info, header), rows)


def _rows(path: str | os.PathLike[str], info: zipfile.ZipInfo, header: Header) -> Rows:
    """Return an array as rows: in place where it is not compressed, else unpacked when needed."""
    check_size(header, info.file_size, str(path), _key(info))
    if info.compress_type != zipfile.ZIP_STORED:
        check_room(header.n_bytes, str(path), _key(info))  # it is unpacked whole
        return PackedRows(Path(path), info, header)
    with Path(path).open("rb") as stream:  # the local header may hold more than the directory tells
        stream.seek(info.header_offset)
        local = stream.read(LOCAL_HEADER)
    name, extra = struct.unpack("<HH", local[-4:])
    return FileRows(Path(path), header, info.header_offset + LOCAL_HEADER + name + extra + header.offset, _key(info))


def _load(path: str | os.PathLike[str], info: zipfile.ZipInfo, header: Header) -> Any:
    at, key = str(path), _key(info)
    check_size(header, info.file_size, at, key)
    try:
        with opened(path) as whole, zipfile.ZipFile(whole) as archive, archive.open(info) as stream:
            return load(stream, header, at, key)
    except DataError:
        raise
    except ZIP_ERRORS as error:
        raise DataError(f"{at}: {key} is truncated or damaged") from error
