"""How much the columns of a parquet file take when they are decoded, before they are: read from its footer.

pyarrow tells the same, but a damaged statistic in the footer makes it end the process when it is asked. The footer is a
structure in Thrift's compact protocol; only numbers, names and lists of it are needed.

References
----------
Apache Parquet format 2.11, parquet.thrift (FileMetaData, RowGroup, ColumnMetaData); Thrift compact protocol.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from splitaudit.errors import DataError

MAGIC = b"PAR1"
MOST_FOOTER = 1 << 22  # bytes that are parsed; beyond it the sums per row group have to do
LEAST_WIDTH = 8  # bytes that numpy or pandas take for a value, if only for a pointer to it
WIDTHS = {0: 1, 1: 4, 3: 12, 4: 4}  # of booleans, int32, int96 and float
ROW_GROUPS, COLUMNS, META_DATA = 4, 1, 3  # fields of the file, of a row group and of a column
KIND, PATH, VALUES, UNPACKED = 1, 3, 5, 6  # fields of what is known of a column
DEEPEST = 16


def decoded_sizes(stream: Any, columns: Collection[str] | None, at: str) -> list[int] | None:
    """Return the bytes of some columns for each row group; None where the footer is too long to look.

    Parameters
    ----------
    stream : binary file
        The parquet file.
    columns : collection of str, optional
        Names at the top of the schema; all unless given.
    at : str
        The input, for messages.

    Raises
    ------
    DataError
        If the footer is damaged.
    """
    end = stream.seek(0, 2)
    stream.seek(max(0, end - 8))
    tail = stream.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length > end - 8:
        raise DataError(f"{at}: is no parquet file, or a damaged one")
    if length > MOST_FOOTER:
        return None
    stream.seek(end - 8 - length)
    try:
        return [_size(group, columns) for group in _Compact(stream.read(length)).structure().get(ROW_GROUPS, [])]
    except (IndexError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise DataError(f"{at}: is no parquet file, or a damaged one") from error


def _size(group: Any, columns: Collection[str] | None) -> int:
    total = 0
    for chunk in group[COLUMNS]:
        about = chunk[META_DATA]
        if columns is None or about[PATH][0].decode() in columns:
            total += max(about[UNPACKED], about[VALUES] * WIDTHS.get(about[KIND], LEAST_WIDTH))
    return total


class _Compact:
    """Values of Thrift's compact protocol, one after the other; a structure is its fields by number."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def byte(self) -> int:
        self.place += 1
        return self.data[self.place - 1]

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 63:
                return value

    def signed(self) -> int:
        value = self.number()
        return (value >> 1) ^ -(value & 1)

    def structure(self, depth: int = 0) -> dict[int, Any]:
        if depth > DEEPEST:
            raise IndexError(depth)
        found: dict[int, Any] = {}
        field = 0
        while head := self.byte():
            field = field + (head >> 4) if head >> 4 else self.signed()
            kind = head & 15
            found[field] = kind == 1 if kind in (1, 2) else self.value(kind, depth)
        return found

    def value(self, kind: int, depth: int) -> Any:
        if kind in (1, 2, 3):  # booleans in a list, bytes
            return self.byte()
        if kind in (4, 5, 6):
            return self.signed()
        if kind in (7, 8):
            size = 8 if kind == 7 else self.number()
            self.place += size
            if self.place > len(self.data):
                raise IndexError(self.place)
            return self.data[self.place - size : self.place]
        if kind in (9, 10):
            head = self.byte()
            size = head >> 4 if head >> 4 < 15 else self.number()
            if size > len(self.data):
                raise IndexError(size)
            return [self.value(head & 15, depth + 1) for _ in range(size)]
        if kind == 12:
            return self.structure(depth + 1)
        raise KeyError(kind)
