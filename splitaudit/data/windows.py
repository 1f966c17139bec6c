"""The samples of one side, validated: from anything like an array to (n_windows, n_timesteps, n_channels)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from splitaudit.data.lazy import Held, LazyWindows, Rows
from splitaudit.errors import DataError

Layout = Literal["ntc", "nct"]
LAYOUTS = ("ntc", "nct")
WANTED = (
    "expected (windows, time steps, channels), (windows, time steps) or (windows, time steps, height, width, channels)"
)


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Samples of shape (n, t, c), the pixels they came from if they were images, and the dtype as given."""

    X: Any  # an array, or LazyWindows
    image: tuple[int, int, int] | None
    dtype: str
    notes: tuple[str, ...] = ()


def as_array(values: ArrayLike, at: str, key: str) -> NDArray[np.generic]:
    """Make an array of any rank and dtype, or say why there is none.

    Raises
    ------
    DataError
        If the values are ragged, masked or not like an array.
    """
    if isinstance(values, np.ma.MaskedArray):
        n_masked = int(np.ma.getmaskarray(values).sum())
        if n_masked:
            raise DataError(
                f"{at}: {key} is a masked array with {n_masked} of {values.size} values masked, expected plain values: "
                "fill them first (NaN in X is reported and set aside)"
            )
        return np.asarray(values.data)
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(f"{at}: {key} is ragged{_shapes(values)}, {_expected(key)}") from error
    except (TypeError, RuntimeError, OverflowError) as error:
        raise DataError(f"{at}: {key} is a {type(values).__name__} that cannot be made an array: {error}") from error
    return array


def _shapes(rows: Any) -> str:
    """Say which shapes arrays in a list have; nothing for other lists."""
    shapes = sorted({row.shape for row in rows if isinstance(row, np.ndarray)})
    return f", with rows of shape {shapes[0]} to {shapes[-1]}" if len(shapes) > 1 else ""


def _expected(key: str) -> str:
    return f"expected rows of {key} that all have the same shape"


def make_windows(X: ArrayLike, layout: Layout, at: str, key: str) -> Windows:
    """Validate samples and bring them to (n_windows, n_timesteps, n_channels).

    Parameters
    ----------
    X : array-like
        Windows of two, three or five dimensions.
    layout : {"ntc", "nct"}
        Order of the axes of a three-dimensional X.
    at, key : str
        The input and its key, for messages.

    Raises
    ------
    DataError
        If this is not a set of windows of real numbers.
    """
    if layout not in LAYOUTS:
        raise DataError(f"{at}: layout is {layout!r}, expected 'ntc' or 'nct'")
    array: Any = X if isinstance(X, Rows) else as_array(X, at, key)
    _check_kind(array, at, key)
    _check_shape(array, at, key)
    image: tuple[int, int, int] | None = None
    notes: tuple[str, ...] = ()
    if array.ndim == 2:
        notes = (f"{key} has 2 dimensions and is read as windows of one channel",)
    elif array.ndim == 5:
        if layout == "nct":
            raise DataError(f"{at}: {key} has shape {array.shape}, expected three dimensions with layout 'nct'")
        image = (int(array.shape[2]), int(array.shape[3]), int(array.shape[4]))
    rows = array if isinstance(array, Rows) else Held(array)
    lazy = LazyWindows(rows, layout, _plain_dtype(array.dtype))
    return Windows(lazy if isinstance(X, Rows) else _in_memory(array, lazy), image, array.dtype.name, notes)


def _in_memory(array: NDArray[np.generic], lazy: LazyWindows) -> NDArray[np.generic]:
    """Return windows as an array, without a copy where it has their shape and dtype already."""
    if array.ndim == 3 and lazy.layout == "nct":
        array = array.transpose(0, 2, 1)
    with np.errstate(over="ignore"):  # beyond float64 becomes infinite, and that is reported as such
        return np.ascontiguousarray(array.reshape(lazy.shape), dtype=lazy.dtype)


def _check_kind(array: Any, at: str, key: str) -> None:
    if array.dtype.kind in "fiub":
        return
    lengths = _lengths(array)
    if lengths is not None:
        raise DataError(
            f"{at}: {key} is ragged, with {len(array)} windows of {lengths[0]} to {lengths[1]} time steps, expected "
            "windows of one length"
        )
    if array.dtype.kind == "O" and _shapes(array):  # arrays that differ in a later axis
        raise DataError(f"{at}: {key} is ragged{_shapes(array)}, {_expected(key)}")
    what = {"O": "Python objects", "c": "complex numbers", "U": "strings", "S": "bytes", "M": "dates", "m": "durations"}
    seen = what.get(array.dtype.kind, "records")
    raise DataError(
        f"{at}: {key} holds {seen} (dtype {array.dtype.name}, shape {array.shape}), expected real numbers in an array "
        "of shape (windows, time steps, channels)"
    )


def _lengths(array: Any) -> tuple[int, int] | None:
    """Shortest and longest element of an array of sequences; None for other arrays."""
    if array.dtype.kind != "O" or array.ndim != 1:
        return None
    sized: list[Any] = array.tolist()
    if not sized or not all(isinstance(row, (np.ndarray, list, tuple)) and np.ndim(row[:1]) for row in sized):
        return None
    lengths = [len(row) for row in sized]
    return (min(lengths), max(lengths)) if min(lengths) < max(lengths) else None


def _check_shape(array: Any, at: str, key: str) -> None:
    if array.ndim not in (2, 3, 5):
        hint = "; a single recording has to be cut into windows first" if array.ndim == 1 else ""
        raise DataError(f"{at}: {key} has shape {array.shape}, {WANTED}{hint}")
    if min(array.shape) == 0:
        raise DataError(f"{at}: {key} has shape {array.shape}, expected at least one window, time step and channel")


def _plain_dtype(given: np.dtype[Any]) -> np.dtype[Any]:
    """Return the native-endian dtype that holds the same numbers in at most 8 bytes."""
    dtype = given.newbyteorder("=")
    if dtype.kind == "b":
        return np.dtype(np.uint8)
    if dtype == np.float16:
        return np.dtype(np.float32)
    return np.dtype(np.float64) if dtype.itemsize > 8 else dtype
