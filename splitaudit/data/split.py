"""One side of a split, validated once.

:func:`make_split` is the only way in: whatever a reader found goes through it, and everything behind it may rely on the
invariants of :class:`Split`. :func:`comparable` brings two sides to common class and group codes and refuses pairs that
cannot be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from splitaudit.errors import DataError

Layout = Literal["ntc", "nct"]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Windows of one side with what is known about them.

    Parameters
    ----------
    X : ndarray of shape (n_windows, n_timesteps, n_channels)
        Windows: native-endian, contiguous, of a real numeric dtype. Image windows are flattened to channels; ``image``
        keeps (height, width, channels).
    y : ndarray of int64 of shape (n_windows,), optional
        Class codes, positions in ``classes``.
    groups : ndarray of int64 of shape (n_windows,), optional
        Group codes, positions in ``group_names``.
    time : ndarray of float64 of shape (n_windows,), optional
        Start index of each window in its recording.
    recording : ndarray of int64 of shape (n_windows,), optional
        Recording codes within this side.
    channels : tuple of str
        Channel names; empty where none are known.
    classes : tuple of str
        What each class code stands for.
    group_names : tuple of str
        What each group code stands for.
    label_kind : {"integer", "string", "boolean", "one-hot", "none"}
        How the labels were given.
    name : str
        What messages call this side, such as ``"train"`` or ``"train.npz"``.
    dtype : str
        The dtype as given.
    rows : ndarray of int64 of shape (n_windows,)
        Row of each window in the input; differs from ``arange`` once windows were set aside.
    image : tuple of (int, int, int), optional
        (height, width, channels) of image windows.
    source : str
        The file it was read from, if any.
    """

    X: NDArray[Any]
    y: IntArray | None = None
    groups: IntArray | None = None
    time: NDArray[np.float64] | None = None
    recording: IntArray | None = None
    channels: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    group_names: tuple[str, ...] = ()
    label_kind: str = "none"
    name: str = "split"
    dtype: str = ""
    rows: IntArray
    image: tuple[int, int, int] | None = None
    source: str = ""

    def __len__(self) -> int:
        return int(self.X.shape[0])

    @property
    def n_timesteps(self) -> int:
        """Time steps per window."""
        return int(self.X.shape[1])

    @property
    def n_channels(self) -> int:
        """Channels per time step."""
        return int(self.X.shape[2])

    def channel_name(self, channel: int) -> str | int:
        """Name of a channel where names are known, else its number."""
        return self.channels[channel] if self.channels else channel

    def take(self, index: ArrayLike) -> Split:
        """Return the windows at ``index`` (positions or a mask), metadata and row numbers with them."""
        index = np.asarray(index)
        rows = {
            key: None if getattr(self, key) is None else getattr(self, key)[index]
            for key in ("X", "y", "groups", "time", "recording", "rows")
        }
        return replace(self, **rows)

    def take_channels(self, channels: Sequence[int]) -> Split:
        """Return only some channels."""
        names = tuple(self.channels[c] for c in channels) if self.channels else ()
        return replace(self, X=np.ascontiguousarray(self.X[:, :, list(channels)]), channels=names, image=None)

    def with_X(self, X: NDArray[Any]) -> Split:
        """Return the same windows with other samples of the same shape."""
        return replace(self, X=np.ascontiguousarray(X), dtype=str(X.dtype))


def make_split(
    X: ArrayLike,
    y: ArrayLike | None = None,
    *,
    groups: ArrayLike | None = None,
    time: ArrayLike | None = None,
    recording: ArrayLike | None = None,
    channel_names: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
    layout: Layout = "ntc",
    name: str = "split",
    source: str = "",
    keys: tuple[str, str] = ("X", "y"),
) -> Split:
    """Validate arrays and make a :class:`Split` of them.

    Parameters
    ----------
    X : array-like of shape (n_windows, n_timesteps, n_channels)
        Two dimensions are read as one channel, five as image windows (n, t, height, width, channels).
    y : array-like of shape (n_windows,) or (n_windows, n_classes), optional
        Integers, strings, booleans, whole-number floats or one-hot rows.
    groups, time, recording : array-like of shape (n_windows,), optional
        Group per window, start index per window, recording per window.
    channel_names, class_names : array-like of str, optional
        Names; class names stand for the labels 0, 1, 2, ...
    layout : {"ntc", "nct"}
        Order of the axes of a three-dimensional X.
    name, source : str
        What messages call this side; the file it came from.
    keys : tuple of str
        What X and y were called in the input, for messages.

    Raises
    ------
    DataError
        One sentence that names the input, the key, what was seen and what was expected.
    """
    at = source or name
    windows, image, dtype = _windows(X, layout, at, keys[0])
    n = len(windows)
    codes, classes, kind = _labels(y, class_names, n, at, keys[1])
    group_codes, group_names = _codes(groups, n, at, "groups")
    recording_codes, _ = _codes(recording, n, at, "recording")
    channels = _names(channel_names, windows.shape[2] if image is None else None, at)
    return Split(
        X=windows,
        y=codes,
        groups=group_codes,
        time=_time(time, n, at),
        recording=recording_codes,
        channels=channels,
        classes=classes,
        group_names=group_names,
        label_kind=kind,
        name=name,
        dtype=dtype,
        rows=np.arange(n, dtype=np.int64),
        image=image,
        source=source,
    )


def comparable(train: Split, val: Split) -> tuple[Split, Split]:
    """Bring two sides to common class codes, group codes and channel names.

    Raises
    ------
    DataError
        If windows of the two sides have no common shape, so that nothing can be compared.
    """
    for axis, word in ((1, "time steps"), (2, "channels")):
        if train.X.shape[axis] != val.X.shape[axis]:
            hint = ""
            if train.X.shape[1:] == val.X.shape[:0:-1]:
                hint = "; the axes look swapped, --layout nct reads (windows, channels, time steps)"
            raise DataError(
                f"{val.source or val.name}: X has windows of {_shape(val)}, expected {_shape(train)} as in "
                f"{train.source or train.name} (they differ in the number of {word}){hint}"
            )
    train, val = _common_classes(train, val)
    train, val = _common_groups(train, val)
    return (
        replace(train, channels=train.channels or val.channels),
        replace(val, channels=val.channels or train.channels),
    )


def _shape(split: Split) -> str:
    return f"{split.n_timesteps} time steps x {split.n_channels} channels"


def _windows(X: ArrayLike, layout: Layout, at: str, key: str) -> tuple[NDArray[Any], tuple[int, int, int] | None, str]:
    try:
        array = np.asarray(X)
    except ValueError as error:
        raise DataError(f"{at}: {key} is ragged, expected windows of one length") from error
    dtype = str(array.dtype)
    if array.dtype.kind not in "fiub":
        what = "Python objects" if array.dtype.kind == "O" else f"dtype {dtype}"
        raise DataError(f"{at}: {key} holds {what}, expected real numbers (float or integer)")
    if layout not in ("ntc", "nct"):
        raise DataError(f"{at}: layout is {layout!r}, expected 'ntc' or 'nct'")
    if array.ndim not in (2, 3, 5):
        raise DataError(
            f"{at}: {key} has shape {array.shape}, expected (windows, time steps, channels), (windows, time steps) or "
            "(windows, time steps, height, width, channels)"
        )
    if min(array.shape) == 0:
        raise DataError(f"{at}: {key} has shape {array.shape}, expected at least one window, time step and channel")
    image = None
    if array.ndim == 2:
        array = array[:, :, None]
    elif array.ndim == 5:
        image = (int(array.shape[2]), int(array.shape[3]), int(array.shape[4]))
        array = array.reshape(array.shape[0], array.shape[1], -1)
    elif layout == "nct":
        array = array.transpose(0, 2, 1)
    if array.dtype.kind == "b":
        array = array.astype(np.uint8)
    elif array.dtype == np.float16 or array.dtype.itemsize > 8:
        array = array.astype(np.float32 if array.dtype == np.float16 else np.float64)
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("=")), image, dtype


def _labels(
    y: ArrayLike | None, class_names: ArrayLike | None, n: int, at: str, key: str
) -> tuple[IntArray | None, tuple[str, ...], str]:
    if y is None:
        return None, (), "none"
    array = np.asarray(y)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    kind = {"b": "boolean", "U": "string", "S": "string", "O": "string"}.get(array.dtype.kind, "integer")
    if array.ndim == 2:
        array, kind = _one_hot(array, at, key), "one-hot"
    if array.ndim != 1 or len(array) != n:
        raise DataError(f"{at}: {key} has shape {array.shape}, expected ({n},), one label per window of X")
    if array.dtype.kind == "O":
        if not all(isinstance(label, str) for label in array):
            raise DataError(f"{at}: {key} holds Python objects, expected integers, strings, booleans or one-hot rows")
        array = array.astype(str)
    elif array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    elif array.dtype.kind == "f":
        if not np.all(np.isfinite(array)) or np.any(array != np.round(array)):
            bad = int(np.flatnonzero(~np.isfinite(array) | (array != np.round(array)))[0])
            raise DataError(f"{at}: {key}[{bad}] is {array[bad]!r}, expected class labels, not a continuous target")
        array = array.astype(np.int64)
    elif array.dtype.kind not in "iubU":
        raise DataError(f"{at}: {key} has dtype {array.dtype}, expected integers, strings, booleans or one-hot rows")
    values, codes = np.unique(array, return_inverse=True)
    names = _strings(class_names)
    if kind in ("integer", "one-hot", "boolean") and names:
        numbers = values.astype(np.int64)
        if numbers.min() >= 0 and numbers.max() < len(names):
            return numbers[codes].astype(np.int64), names, kind
    return codes.astype(np.int64), tuple(str(value) for value in values), kind


def _one_hot(array: NDArray[Any], at: str, key: str) -> NDArray[Any]:
    ones = (array == 1).sum(axis=1) == 1
    zeros = (array == 0).sum(axis=1) == array.shape[1] - 1
    if not np.all(ones & zeros):
        raise DataError(f"{at}: {key} has shape {array.shape} and is not one-hot, expected one label per window")
    return array.argmax(axis=1)


def _codes(values: ArrayLike | None, n: int, at: str, key: str) -> tuple[IntArray | None, tuple[str, ...]]:
    if values is None:
        return None, ()
    array = np.asarray(values)
    if array.shape != (n,):
        raise DataError(f"{at}: {key} has shape {array.shape}, expected ({n},), one per window of X")
    if array.dtype.kind == "O":
        array = array.astype(str)
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise DataError(f"{at}: {key} holds NaN or infinity at row {int(np.flatnonzero(~np.isfinite(array))[0])}")
    unique, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.int64), tuple(_plain(value) for value in unique)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _time(time: ArrayLike | None, n: int, at: str) -> NDArray[np.float64] | None:
    if time is None:
        return None
    array = np.asarray(time)
    if array.shape != (n,):
        raise DataError(f"{at}: time has shape {array.shape}, expected ({n},), one start index per window of X")
    if array.dtype.kind not in "fiu":
        raise DataError(f"{at}: time has dtype {array.dtype}, expected the start index of each window as a number")
    if not np.all(np.isfinite(array)):
        raise DataError(f"{at}: time holds NaN or infinity at row {int(np.flatnonzero(~np.isfinite(array))[0])}")
    return array.astype(np.float64)


def _strings(names: ArrayLike | None) -> tuple[str, ...]:
    return () if names is None else tuple(_plain(name) for name in np.atleast_1d(np.asarray(names)))


def _names(channel_names: ArrayLike | None, n_channels: int | None, at: str) -> tuple[str, ...]:
    names = _strings(channel_names)
    if n_channels is None:
        return ()
    if names and len(names) != n_channels:
        raise DataError(f"{at}: channel_names has {len(names)} names, expected {n_channels}, one per channel of X")
    return names


def _common_classes(train: Split, val: Split) -> tuple[Split, Split]:
    if train.y is None or val.y is None:
        return train, val
    numbered = ("integer", "one-hot", "boolean")
    for named, bare in ((train, val), (val, train)):
        codes_are_names = named.label_kind in numbered and named.classes != _digits(named.classes)
        if codes_are_names and bare.label_kind in numbered and bare.classes == _digits(bare.classes):
            renamed = _apply_names(bare, named.classes)
            train, val = (train, renamed) if bare is val else (renamed, val)
            break
    vocabulary = list(dict.fromkeys([*train.classes, *val.classes]))
    if all(name.lstrip("-").isdigit() for name in vocabulary):
        vocabulary.sort(key=int)
    return _recode(train, "y", "classes", vocabulary), _recode(val, "y", "classes", vocabulary)


def _digits(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name.lstrip("-").isdigit())


def _apply_names(split: Split, names: tuple[str, ...]) -> Split:
    known = tuple(names[int(label)] if 0 <= int(label) < len(names) else label for label in split.classes)
    return replace(split, classes=known)


def _common_groups(train: Split, val: Split) -> tuple[Split, Split]:
    if train.groups is None or val.groups is None:
        return train, val
    names = list(dict.fromkeys([*train.group_names, *val.group_names]))
    return _recode(train, "groups", "group_names", names), _recode(val, "groups", "group_names", names)


def _recode(split: Split, codes: str, names: str, vocabulary: list[str]) -> Split:
    position = {label: place for place, label in enumerate(vocabulary)}
    table = np.array([position[label] for label in getattr(split, names)], dtype=np.int64)
    return replace(split, **{codes: table[getattr(split, codes)], names: tuple(vocabulary)})
