"""Parquet and Arrow (Feather) files, long or one row per window.

A table with a column ``window`` is long, one row per window and time step, and read as a pandas table is
(:mod:`splitaudit.readers.frame`). Otherwise every row is a window: a list column per channel, or one list column ``X``
whose entries are the samples of one channel or a list of channels for each time step; y, groups, time and recording are
plain columns. Windows of a parquet file are read by row group when they are needed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.lazy import Held, Rows
from splitaudit.errors import DataError, require
from splitaudit.readers.arrow_size import unpacked_size
from splitaudit.readers.decoding import decoding
from splitaudit.readers.fields import Found, Member, choose, member_of
from splitaudit.readers.frame import from_frame
from splitaudit.readers.parquet_size import LEAST_WIDTH, decoded_sizes
from splitaudit.readers.remote import is_url, opened, size_of, suffix_of
from splitaudit.readers.room import check_room

ARROW = (".arrow", ".feather")
COPIES = 3  # of a table are held at once while it is read, by Arrow, by pandas and as samples (measured: 2.95)


class ListRows(Rows):
    """Windows of list columns, read by row group."""

    def __init__(self, source: str, columns: tuple[str, ...], shape: tuple[int, ...], dtype: Any) -> None:
        super().__init__(shape, dtype)
        self.source, self.columns = source, columns

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return some windows.

        Raises
        ------
        DataError
            If a row group is damaged or windows differ in length.
        """
        parts = []
        with _table(self.source) as file:
            first = 0
            for group in range(file.num_row_groups):
                n = file.metadata.row_group(group).num_rows
                low, high = max(start, first), min(stop, first + n)
                if low < high:
                    table = _whole(
                        lambda group=group: file.read_row_group(group, columns=list(self.columns)), self.source
                    )
                    parts.append(self._windows(table.slice(low - first, high - low)))
                first += n
        empty = np.empty((0, *self.shape[1:]), dtype=self.dtype)
        return np.concatenate(parts) if parts else empty

    def _windows(self, table: Any) -> NDArray[Any]:
        found = _channels(table, self.columns, self.source)
        if found.shape[1:] != self.shape[1:]:
            raise DataError(
                f"{self.source}: windows have shapes {found.shape[1:]} and {self.shape[1:]}, expected one length"
            )
        return np.asarray(found, dtype=self.dtype)


def _content(source: str) -> bytes:
    """Return the content of a URL, if there is room for it."""
    with opened(source) as stream:
        check_room(size_of(stream) or 0, source, "the file")
        return stream.read()


def _whole(read: Any, source: str) -> Any:
    """Return a table whose offsets and lengths agree with its buffers: later steps trust them without looking."""
    with decoding(f"{source}: is truncated or damaged"):
        table = read()
        table.validate(full=True)
    return table


def _channels(table: Any, columns: tuple[str, ...], source: str) -> NDArray[Any]:
    """Windows (n, t, c) of list columns: a column per channel, or one of windows with their channels."""
    arrays = [array_of_lists(table.column(name), source, name) for name in columns]
    if len(arrays) == 1 and arrays[0].ndim == 3:
        return arrays[0]
    for name, array in zip(columns, arrays, strict=True):
        if array.ndim != 2 or array.shape != arrays[0].shape:
            raise DataError(
                f"{source}: column {name!r} holds windows of shape {array.shape[1:]}, expected {arrays[0].shape[1:2]} "
                f"as in {columns[0]!r}"
            )
    return np.stack(arrays, axis=2)


@contextmanager
def _table(source: str) -> Iterator[Any]:
    parquet = require("pyarrow.parquet", extra="formats")
    with opened(source) as stream:
        with decoding(f"{source}: is no parquet file, or a damaged one"):
            file = parquet.ParquetFile(stream)
            _check_names(file.schema_arrow, source)
        yield file


def _check_names(schema: Any, source: str) -> None:
    """Refuse columns that cannot be told apart or hold nothing."""
    names = list(schema.names)
    for field in schema:
        if names.count(field.name) > 1:
            raise DataError(f"{source}: the table has two columns {field.name!r}, expected distinct names")
        if str(field.type) == "null":
            raise DataError(f"{source}: column {field.name!r} holds nothing but missing values")


def _check_groups(file: Any, columns: list[str] | None, source: str, *, together: bool) -> None:
    """Refuse row groups whose columns take more than there is room for by what the footer says, one by one or all."""
    with opened(source) as stream:
        sizes = decoded_sizes(stream, columns, source)
    if sizes is None:
        sizes = [file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)]
    n_bytes = COPIES * sum(sizes) if together else max(sizes, default=0)
    check_room(n_bytes, source, "reading the table" if together else "a row group")


def read_parquet(
    source: str, *, y_key: str | None = None, x_key: str | None = None, given: Collection[str] = ()
) -> Found:
    """Read a table of windows.

    Raises
    ------
    DataError
        If it cannot be read as windows.
    """
    if suffix_of(source) in ARROW:
        feather = require("pyarrow.feather", extra="formats")
        content = _content(source) if is_url(source) else None
        check_room(COPIES * unpacked_size(source, content), source, "reading the table")
        where = os.fspath(source) if content is None else io.BytesIO(content)
        table = _whole(lambda: feather.read_table(where), source)
        _check_names(table.schema, source)
        n_bytes = max(table.nbytes, LEAST_WIDTH * table.num_rows * table.num_columns)
        check_room(COPIES * n_bytes, source, "reading the table")
        return _chosen(table.schema, source, table, y_key=y_key, x_key=x_key, given=given)
    with _table(source) as file:
        schema = file.schema_arrow
        plain = [field.name for field in schema if not is_list(field.type)]
        wanted = plain if "window" not in plain else None
        _check_groups(file, wanted, source, together=True)
        table = _whole(lambda: file.read(columns=wanted), source)
    return _chosen(schema, source, table, y_key=y_key, x_key=x_key, given=given)


def _chosen(schema: Any, source: str, table: Any, *, y_key: Any, x_key: Any, given: Collection[str]) -> Found:
    if "window" in schema.names:
        with decoding(f"{source}: is no table that pandas can hold"):
            frame = table.to_pandas()
        return replace(from_frame(frame, source, y_key=y_key, given=given), source=source)
    lists = tuple(field.name for field in schema if is_list(field.type))
    if not lists:
        raise DataError(
            f"{source}: the table has columns {', '.join(schema.names[:8])}, expected a column 'window' (a row per "
            "window and time step) or list columns (a row per window)"
        )
    columns = ("X",) if "X" in lists else lists
    X = _rows_of(source, columns, table)
    members = {"X": Member("X", X.shape, str(X.dtype), X.dtype.kind, lambda: X)}
    for name in schema.names:
        if name not in lists:
            with decoding(f"{source}: column {name!r} cannot be read"):
                values = table.column(name).to_numpy(zero_copy_only=False)
            members[name] = member_of(name, values)
    arrays = choose(members, source, x_key=x_key, y_key=y_key, given=given)
    if columns == ("X",):
        return replace(arrays, source=source)
    known = {"channel_names": np.array(columns, dtype=np.str_), **arrays.arrays}
    return replace(arrays, arrays=known, source=source, axes="ntc")


def _rows_of(source: str, columns: tuple[str, ...], table: Any) -> Rows:
    if suffix_of(source) in ARROW:
        return Held(_channels(table, columns, source))
    with _table(source) as file:
        n = file.metadata.num_rows
        if not n:
            raise DataError(f"{source}: the table has no rows, expected at least one window")
        _check_groups(file, list(columns), source, together=False)
        head = _whole(lambda: next(file.iter_batches(1, columns=list(columns))), source)
    first = _channels(head, columns, source)
    return ListRows(source, columns, (n, *first.shape[1:]), first.dtype)


def is_list(kind: Any) -> bool:
    """Whether a column of this type holds lists."""
    return str(kind).startswith(("list", "large_list", "fixed_size_list"))


def array_of_lists(column: Any, source: str, name: str) -> NDArray[Any]:
    """Return a list column as an array (n, t) or (n, t, c).

    Raises
    ------
    DataError
        If lengths differ or lists are missing.
    """
    values, shape = column, [len(column)]
    while is_list(values.type):
        values = values.combine_chunks() if hasattr(values, "combine_chunks") else values
        inner = values.flatten()
        if values.null_count or len(inner) % max(1, len(values)) or not _even(values, len(inner)):
            raise DataError(
                f"{source}: column {name!r} holds lists of different lengths, expected windows of one length"
            )
        shape.append(len(inner) // max(1, len(values)))
        values = inner
    with decoding(f"{source}: column {name!r} cannot be read"):
        array = np.asarray(values.to_numpy(zero_copy_only=False) if hasattr(values, "to_numpy") else values)
    return array.reshape(shape)


def _even(values: Any, n_inner: int) -> bool:
    pc = require("pyarrow.compute", extra="formats")
    lengths = np.asarray(pc.list_value_length(values).to_numpy(zero_copy_only=False))
    return bool((lengths == n_inner // max(1, len(values))).all())
