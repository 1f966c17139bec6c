"""A folder of files that together are one side: the windows of all, in the order of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.lazy import Held, Rows
from splitaudit.errors import DataError
from splitaudit.readers.fields import Found

SHARED = ("channel_names", "class_names")


class ShardRows(Rows):
    """Rows of several arrays of the same shape and dtype, one after the other."""

    def __init__(self, parts: Sequence[Rows], shape: tuple[int, ...], dtype: Any) -> None:
        super().__init__(shape, dtype)
        self.parts = tuple(parts)
        self.edges = np.cumsum([0, *(len(part) for part in parts)])

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return rows of the shards that hold them."""
        found = []
        for part, first, last in zip(self.parts, self.edges[:-1].tolist(), self.edges[1:].tolist(), strict=True):
            low, high = max(start, first), min(stop, last)
            if low < high:
                found.append(part.read(low - first, high - first))
        return np.concatenate(found) if found else np.empty((0, *self.shape[1:]), dtype=self.dtype)


def files_in(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """List the shards of a folder in the order of their names.

    Raises
    ------
    DataError
        If there is none, or they are of several types.
    """
    files = sorted(
        path for path in folder.iterdir() if path.suffix.lower() in suffixes and not path.name.startswith(".")
    )
    kinds = sorted({path.suffix.lower() for path in files})
    if not files:
        raise DataError(f"{folder}: is a folder without files of a known type, expected shards ({', '.join(suffixes)})")
    if len(kinds) > 1:
        raise DataError(f"{folder}: holds files of types {' and '.join(kinds)}, expected shards of one type")
    return files


def read_shards(folder: Path, files: Sequence[Path], read: Callable[[Path], Found]) -> Found:
    """Put the shards of a side together.

    Raises
    ------
    DataError
        If one cannot be read or does not fit the first; the sentence names the shard.
    """
    found = [read(path) for path in files]
    first, arrays = found[0], dict[str, Any]()
    rows = [_rows(each.arrays["X"], path) for each, path in zip(found, files, strict=True)]
    for path, part in zip(files, rows, strict=True):
        if part.shape[1:] != rows[0].shape[1:] or part.dtype != rows[0].dtype:
            raise DataError(
                f"{path}: X has windows {part.shape[1:]} of {part.dtype}, expected {rows[0].shape[1:]} of "
                f"{rows[0].dtype} as in {files[0].name}"
            )
    arrays["X"] = ShardRows(rows, (sum(map(len, rows)), *rows[0].shape[1:]), rows[0].dtype)
    for name in first.arrays:
        if name == "X":
            continue
        values = [_of(each, name, path) for each, path in zip(found, files, strict=True)]
        _check_alike(values, name, files)
        if name in SHARED:
            for path, value in zip(files, values, strict=True):
                if not np.array_equal(value, values[0]):
                    raise DataError(f"{path}: {name} differ from those of {files[0].name}")
            arrays[name] = values[0]
        else:
            arrays[name] = np.concatenate(values)
    for each, path in zip(found, files, strict=True):
        extra = each.arrays.keys() - first.arrays.keys()
        if extra:
            raise DataError(f"{path}: has {sorted(extra)[0]}, which {files[0].name} lacks")
    return replace(first, arrays=arrays, source=str(folder), notes=(f"{len(files)} shards", *first.notes))


def _rows(X: Any, path: Path) -> Rows:
    rows = X if isinstance(X, Rows) else Held(np.asarray(X))
    if not rows.ndim:
        raise DataError(f"{path}: X is a single value, expected windows")
    return rows


def _check_alike(values: Sequence[NDArray[Any]], name: str, files: Sequence[Path]) -> None:
    """Refuse values that are not of one kind and shape: joined, numbers and words would all be words."""
    first = values[0]
    for value, path in zip(values, files, strict=True):
        if not value.ndim or value.shape[1:] != first.shape[1:] or _sort(value) != _sort(first):
            raise DataError(
                f"{path}: {name} has shape {value.shape} and dtype {value.dtype}, expected values as in "
                f"{files[0].name}, which has {first.shape} and {first.dtype}"
            )


def _sort(value: NDArray[Any]) -> str:
    return "number" if value.dtype.kind in "biuf" else value.dtype.kind


def _of(found: Found, name: str, path: Path) -> NDArray[Any]:
    if name not in found.arrays:
        raise DataError(f"{path}: lacks {name}, which the shard before has")
    return np.asarray(found.arrays[name])
