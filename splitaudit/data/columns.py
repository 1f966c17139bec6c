"""What is known per window, per channel and per class, validated: labels, groups, time and names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from splitaudit.data.windows import as_array
from splitaudit.errors import DataError

IntArray = NDArray[np.int64]
LABELS = "integers, strings, booleans or one-hot rows"
MISSING = ("NAType", "NaTType", "MaskedConstant")
SORTS: dict[type, tuple[type, ...]] = {
    str: (str,),
    bytes: (bytes,),
    bool: (bool, np.bool_),
    int: (int, np.integer),
    float: (float, np.floating),
}
LARGEST = 2.0**53  # whole floats above it are no longer exact, and no label or index is that large


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Codes of shape (n,) or None, what each code stands for, and how the labels were given."""

    codes: IntArray | None
    classes: tuple[str, ...] = ()
    kind: str = "none"
    notes: tuple[str, ...] = ()


def make_labels(y: ArrayLike | None, class_names: ArrayLike | None, n: int, at: str, keys: tuple[str, str]) -> Labels:
    """Validate labels and code them 0, 1, 2, ... in the order of their values.

    Parameters
    ----------
    y : array-like of shape (n,), (n, 1) or (n, n_classes), optional
        Labels, or one-hot rows.
    class_names : array-like of str, optional
        Names of the labels 0, 1, 2, ...
    n : int
        How many windows there are.
    at : str
        The input, for messages.
    keys : tuple of (str, str)
        What the labels and the class names were called.
    """
    names = make_names(class_names, at, keys[1])
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"{at}: {keys[1]} holds {twice!r} more than once, expected one name per class")
    if y is None:
        return Labels(None)
    array = _one_column(as_array(y, at, keys[0]))
    kind = {"b": "boolean", "U": "string", "S": "string"}.get(array.dtype.kind, "integer")
    if array.ndim == 2:
        array, kind = _one_hot(array, at, keys[0]), "one-hot"
    if array.shape != (n,):
        raise DataError(f"{at}: {keys[0]} has shape {array.shape}, expected ({n},), one label per window of X")
    array = _values(array, at, keys[0], LABELS)
    if array.dtype.kind == "f":
        array = _whole(array, at, keys[0])
    kind = "string" if array.dtype.kind == "U" else kind
    values, codes = np.unique(array, return_inverse=True)
    if not names or kind == "string":
        return Labels(codes.astype(np.int64), tuple(str(value) for value in values), kind)
    lowest, highest = int(values[0]), int(values[-1])
    if lowest >= 0 and highest < len(names):
        return Labels(values.astype(np.int64)[codes], names, kind)
    note = f"{keys[1]} is not used: {keys[0]} runs from {lowest} to {highest}, the names from 0 to {len(names) - 1}"
    return Labels(codes.astype(np.int64), tuple(str(value) for value in values), kind, (note,))


def make_codes(values: ArrayLike | None, n: int, at: str, key: str) -> tuple[IntArray | None, tuple[str, ...]]:
    """Validate identifiers per window (groups, recordings) and code them in the order of their values."""
    if values is None:
        return None, ()
    array = _one_column(as_array(values, at, key))
    if array.shape != (n,):
        raise DataError(f"{at}: {key} has shape {array.shape}, expected ({n},), one per window of X")
    array = _values(array, at, key, "integers or strings")
    if array.dtype.kind == "f":
        _refuse_non_finite(array, at, key)
    unique, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.int64), tuple(_plain(value) for value in unique)


def make_time(time: ArrayLike | None, n: int, at: str, key: str) -> NDArray[np.float64] | None:
    """Validate start indices, one per window.

    Dates are refused rather than converted: rules compare time with the window's length, so it has to count samples.
    """
    if time is None:
        return None
    array = _one_column(as_array(time, at, key))
    wanted = "expected the start of each window as an index in samples"
    if array.shape != (n,):
        raise DataError(f"{at}: {key} has shape {array.shape}, expected ({n},), one start index per window of X")
    if array.dtype.kind in "Mm":
        raise DataError(f"{at}: {key} has dtype {array.dtype.name}, {wanted}, as (t - t0) / sampling period")
    if array.dtype.kind not in "fiu":
        raise DataError(f"{at}: {key} has dtype {array.dtype.name}, {wanted}")
    _refuse_non_finite(array, at, key)
    out = _doubles(array)
    far = np.flatnonzero(np.abs(out) > LARGEST)
    if len(far):
        raise DataError(f"{at}: {key} is {array[far[0]]} at row {far[0]}, {wanted}, below 2**53")
    return out


def make_names(names: ArrayLike | None, at: str, key: str) -> tuple[str, ...]:
    """Validate a list of names of channels or classes; empty where there is none."""
    if names is None:
        return ()
    array = np.atleast_1d(as_array(names, at, key))
    if array.ndim != 1:
        raise DataError(f"{at}: {key} has shape {array.shape}, expected a list of names")
    return tuple(_plain(name) for name in _values(array, at, key, "strings"))


def _one_column(array: NDArray[Any]) -> NDArray[Any]:
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def _one_hot(array: NDArray[Any], at: str, key: str) -> NDArray[Any]:
    seen = f"{at}: {key} has shape {array.shape} and is not one-hot"
    if array.dtype.kind not in "fiub" or not array.shape[1]:
        raise DataError(f"{seen} (dtype {array.dtype.name}), expected one label per window")
    good = ((array == 1).sum(axis=1) == 1) & ((array == 0).sum(axis=1) == array.shape[1] - 1)
    if not good.all():
        row = int(np.flatnonzero(~good)[0])
        raise DataError(f"{seen} in row {row}, expected one label per window, or rows with a single 1 among zeros")
    return np.asarray(array.argmax(axis=1))


def _values(array: NDArray[Any], at: str, key: str, wanted: str) -> NDArray[Any]:
    """Strings as str, other values as numbers; anything else is refused."""
    if array.dtype.kind == "O":
        array = _objects(array, at, key, wanted)
    if array.dtype.kind == "S":
        return np.array([_plain(value) for value in array.tolist()], dtype=np.str_)
    if array.dtype.kind == "T":  # numpy's strings of variable width
        return array.astype(np.str_)
    if array.dtype.kind not in "fiubU":
        raise DataError(f"{at}: {key} has dtype {array.dtype.name}, expected {wanted}")
    return array


def _objects(array: NDArray[Any], at: str, key: str, wanted: str) -> NDArray[Any]:
    """Turn Python objects of one sort into an array of that sort."""
    values = array.tolist()
    for row, value in enumerate(values):
        if value is None or type(value).__name__ in MISSING or (isinstance(value, float) and np.isnan(value)):
            raise DataError(f"{at}: {key} is missing ({value!r}) at row {row}, expected {wanted}")
    sorts = {_sort(value) for value in values}
    if len(sorts) == 1 and None not in sorts:
        made = np.array(values)
        if made.dtype.kind in "fiubUS":
            return made
    seen = sorted({type(value).__name__ for value in values})
    raise DataError(f"{at}: {key} holds Python objects ({', '.join(seen[:4])}), expected {wanted} of one kind")


def _sort(value: Any) -> type | None:
    for sort, kinds in SORTS.items():
        if isinstance(value, kinds):
            return sort
    return None


def _whole(array: NDArray[Any], at: str, key: str) -> NDArray[np.int64]:
    """Floats that are whole numbers, as integers."""
    _refuse_non_finite(array, at, key)
    array = _doubles(array)
    broken = np.flatnonzero((array != np.round(array)) | (np.abs(array) > LARGEST))
    if len(broken):
        raise DataError(
            f"{at}: {key} is {array[broken[0]]} at row {broken[0]}, expected class labels ({LABELS}), not a continuous "
            "target"
        )
    return array.astype(np.int64)


def _doubles(array: NDArray[Any]) -> NDArray[np.float64]:
    """Numbers of any width as doubles; what no double holds is infinite."""
    with np.errstate(over="ignore"):
        return array.astype(np.float64)


def _refuse_non_finite(array: NDArray[Any], at: str, key: str) -> None:
    bad = np.flatnonzero(~np.isfinite(array))
    if len(bad):
        raise DataError(
            f"{at}: {key} is {array[bad[0]]} at row {bad[0]} ({len(bad)} such rows), expected finite values"
        )


def _plain(value: Any) -> str:
    """Text of a value; whole floats as integers, bytes as UTF-8 with what is not UTF-8 kept apart by escapes."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)
