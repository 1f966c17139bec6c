"""Datasets of Hugging Face, which are recognised without importing ``datasets``.

Every row is a window. Columns have the names of the keys of an ``.npz`` file: ``X`` (a list or array feature: the
samples of one channel, or a list of channels for each time step), ``y``, ``groups``, ``time``, ``recording``, or one
of the other names in :data:`splitaudit.readers.fields.ALIASES`; ``x_key`` and ``y_key`` name others. The names of a
``ClassLabel`` become class names. A dictionary of datasets holds both sides under ``train`` and ``validation`` (or
``val``, ``valid``, ``test``).

What is stored is read, in the order of the dataset, without transforms and formats that were set for training.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from splitaudit.errors import DataError, require
from splitaudit.readers.fields import TRAIN_WORDS, VAL_WORDS, Found, Member, choose, dtype_name, member_of
from splitaudit.readers.parquet import array_of_lists, is_list

ROWS, STREAM = "Dataset", ("IterableDataset", "IterableDatasetDict")


def is_dataset(value: Any) -> bool:
    """Whether this is a dataset of Hugging Face, a dictionary or a stream of these."""
    return bool(_kind(value))


def _kind(value: Any) -> str:
    """Name of the class of ``datasets`` that this is or derives from."""
    names = (base.__name__ for base in type(value).__mro__ if base.__module__.split(".")[0] == "datasets")
    return next((name for name in names if name in (ROWS, "DatasetDict", *STREAM)), "")


def from_dataset(
    dataset: Any, at: str, *, x_key: str | None = None, y_key: str | None = None, given: Collection[str] = ()
) -> Found:
    """Read one side.

    Raises
    ------
    DataError
        If this is a stream or holds both sides, or no column can be read as windows.
    """
    kind = _kind(dataset)
    if kind in STREAM:
        raise DataError(f"{at}: got an {kind}, which cannot be read more than once, expected a Dataset")
    if kind != ROWS:
        raise DataError(f"{at}: holds {', '.join(map(repr, dataset))}, expected one of them, such as data['train']")
    if not len(dataset):
        raise DataError(f"{at}: the dataset has no rows, expected at least one window")
    table = dataset.with_format("arrow")[:]
    members = {name: _member(table.column(name), name, at) for name in table.column_names}
    found = choose(members, at, x_key=x_key, y_key=y_key, given=given)
    names = getattr(dataset.features.get(found.keys.get("y", "")), "names", None)
    if names is None or "class_names" in given or "class_names" in found.arrays:
        return found
    return Found(arrays={**found.arrays, "class_names": np.array(names)}, keys=found.keys, notes=found.notes)


def both_from(
    datasets: Mapping[str, Any], *, x_key: str | None = None, y_key: str | None = None, given: Collection[str] = ()
) -> tuple[Found, Found]:
    """Read both sides of a dictionary of datasets.

    Raises
    ------
    DataError
        If this is no dictionary of datasets, or a side is missing.
    """
    if _kind(datasets) != "DatasetDict":
        raise DataError(f"train: got one {_kind(datasets)}, expected two, or a DatasetDict with train and validation")
    sides = [next((word for word in words if word in datasets), None) for words in (TRAIN_WORDS, VAL_WORDS)]
    if None in sides:
        raise DataError(f"train: holds {', '.join(map(repr, datasets))}, expected 'train' and 'validation' or 'test'")
    ours, theirs = (
        from_dataset(datasets[str(word)], name, x_key=x_key, y_key=y_key, given=given)
        for word, name in zip(sides, ("train", "val"), strict=True)
    )
    rest = [repr(word) for word in datasets if word not in sides]
    return ours.noting(*([f"not used: {', '.join(rest)}"] if rest else [])), theirs.noting(f"val is {sides[1]!r}")


def _member(column: Any, name: str, at: str) -> Member:
    """Describe a column; what is no list of numbers is only read if it is asked for."""
    column = _stored(column)
    inner = column.type
    while is_list(inner):
        inner = inner.value_type
    if not is_list(column.type):
        return member_of(name, column.to_numpy(zero_copy_only=False))
    dtype = np.dtype(inner.to_pandas_dtype())
    if dtype.kind not in "fiub":
        return Member(name, (len(column),), "lists", "O", column.to_pylist)
    shape = (len(column), *_shape_of_first(column))
    return Member(name, shape, dtype_name(dtype), dtype.kind, lambda: array_of_lists(column, at, name))


def _stored(column: Any) -> Any:
    """Return the lists below an array feature."""
    if not hasattr(column.type, "storage_type"):
        return column
    return require("pyarrow", extra="formats").concat_arrays([chunk.storage for chunk in column.chunks])


def _shape_of_first(column: Any) -> tuple[int, ...]:
    """Lengths of the lists of the first row, from the outside in."""
    value, shape = column[0].as_py(), []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else None
    return tuple(shape)
