"""How much an Arrow file takes when its buffers are unpacked, before they are.

Every packed buffer begins with its size unpacked, but pyarrow unpacks before it tells. The metadata of a batch are a
FlatBuffer of which only the list of buffers is needed.

References
----------
Arrow columnar format 1.5, "Serialization and interprocess communication" and "Message.fbs".
"""

from __future__ import annotations

import struct
from typing import Any

from splitaudit.errors import DataError, require
from splitaudit.readers.decoding import decoding

MAGIC = b"ARROW1\0\0"
DICTIONARY, BATCH = 2, 3  # kinds of message that hold buffers
HEADER_TYPE, HEADER = 1, 2  # fields of a message
BUFFERS, COMPRESSION = 2, 3  # fields of a batch
DATA = 1  # field of a dictionary that is a batch


def unpacked_size(source: str, content: bytes | None = None) -> int:
    """Return the bytes of all buffers of a file, unpacked; 0 where it is of another kind, which packs nothing.

    Parameters
    ----------
    source : str
        Where it lies.
    content : bytes, optional
        What it holds, if it is no local file.

    Raises
    ------
    DataError
        If it is damaged.
    """
    pyarrow, ipc = require("pyarrow", extra="formats"), require("pyarrow.ipc", extra="formats")
    total = 0
    with decoding(f"{source}: is truncated or damaged"):
        stream = pyarrow.memory_map(source) if content is None else pyarrow.BufferReader(content)
        if stream.read(len(MAGIC)) != MAGIC:
            return 0
        reader = ipc.MessageReader.open_stream(stream)
    while True:
        with decoding(f"{source}: is truncated or damaged"):
            try:
                message = reader.read_next_message()
            except StopIteration:
                return total
            metadata, body = message.metadata, message.body
        try:
            total += _of_message(metadata, body)
        except (struct.error, IndexError, TypeError) as error:
            raise DataError(f"{source}: is truncated or damaged") from error


def _of_message(metadata: Any, body: Any) -> int:
    table = _Table(metadata, _number(metadata, "<I", 0))
    kind = table.scalar(HEADER_TYPE, "<B")
    batch = table.table(HEADER) if kind in (DICTIONARY, BATCH) else None
    if batch is not None and kind == DICTIONARY:
        batch = batch.table(DATA)
    if batch is None or body is None:
        return 0
    start = batch.vector(BUFFERS)
    if not batch.place(COMPRESSION) or not start:
        return int(body.size)
    total = 0
    for i in range(_number(metadata, "<I", start)):
        offset = _number(metadata, "<q", start + 4 + 16 * i)
        length = _number(metadata, "<q", start + 12 + 16 * i)
        if length >= 8:
            size = _number(body, "<q", offset)
            total += length if size < 0 else size  # -1 stands for a buffer that is not packed
    return total


class _Table:
    """A table of a FlatBuffer: its fields by number."""

    def __init__(self, data: Any, start: int) -> None:
        self.data, self.start = data, start
        self.fields = start - _number(data, "<i", start)

    def place(self, field: int) -> int:
        """Where a field lies, 0 if it is left out."""
        at = 4 + 2 * field
        if at + 2 > _number(self.data, "<H", self.fields):
            return 0
        offset = _number(self.data, "<H", self.fields + at)
        return self.start + offset if offset else 0

    def scalar(self, field: int, form: str) -> int:
        place = self.place(field)
        return _number(self.data, form, place) if place else 0

    def vector(self, field: int) -> int:
        """Where the length of a vector lies, behind which are its entries; 0 if it is left out."""
        place = self.place(field)
        return place + _number(self.data, "<I", place) if place else 0

    def table(self, field: int) -> _Table | None:
        start = self.vector(field)
        return _Table(self.data, start) if start else None


def _number(data: Any, form: str, place: int) -> int:
    size = struct.calcsize(form)
    if not 0 <= place <= data.size - size:
        raise IndexError(place)
    found: int = struct.unpack(form, bytes(data[place : place + size]))[0]
    return found
