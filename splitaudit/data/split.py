"""One side of a split, validated once.

:func:`make_split` is the only way in: whatever a reader found goes through it, and everything behind it may rely on the
invariants of :class:`Split`. :func:`comparable` brings two sides to common class and group codes and refuses pairs that
cannot be compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from splitaudit.data.columns import make_codes, make_labels, make_names, make_time
from splitaudit.data.windows import Layout, make_windows
from splitaudit.errors import DataError
from splitaudit.wording import option

NO_KEYS: Mapping[str, str] = MappingProxyType({})
NUMBER = re.compile("-?[0-9]{1,18}")
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
        Recording codes, positions in ``recording_names``.
    channels : tuple of str
        Channel names; empty where none are known.
    classes : tuple of str
        What each class code stands for.
    group_names, recording_names : tuple of str
        What each group code and each recording code stands for.
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
    notes : tuple of str
        What was decided while reading that a user may want to know, such as which key was taken for X.
    """

    X: NDArray[Any]
    y: IntArray | None = None
    groups: IntArray | None = None
    time: NDArray[np.float64] | None = None
    recording: IntArray | None = None
    channels: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    group_names: tuple[str, ...] = ()
    recording_names: tuple[str, ...] = ()
    label_kind: str = "none"
    name: str = "split"
    dtype: str = ""
    rows: IntArray
    image: tuple[int, int, int] | None = None
    source: str = ""
    notes: tuple[str, ...] = ()

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
        rows: dict[str, Any] = {
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
        return replace(self, X=np.ascontiguousarray(X), dtype=X.dtype.name)


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
    keys: Mapping[str, str] = NO_KEYS,
    notes: Sequence[str] = (),
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
    keys : mapping of str to str
        What X, y, groups, ... were called in the input where they were called otherwise, for messages.
    notes : sequence of str
        What the reader decided, kept in :attr:`Split.notes`.

    Raises
    ------
    DataError
        One sentence that names the input, the key, what was seen and what was expected.
    """
    at = source or name

    def key(field: str) -> str:
        return keys.get(field, field)

    windows = make_windows(X, layout, at, key("X"))
    n = len(windows.X)
    labels = make_labels(y, class_names, n, at, (key("y"), key("class_names")))
    group_codes, group_names = make_codes(groups, n, at, key("groups"))
    recording_codes, recording_names = make_codes(recording, n, at, key("recording"))
    channels, channel_notes = _channels(channel_names, windows.X.shape[2], windows.image, at, key("channel_names"))
    return Split(
        X=windows.X,
        y=labels.codes,
        groups=group_codes,
        time=make_time(time, n, at, key("time")),
        recording=recording_codes,
        channels=channels,
        classes=labels.classes,
        group_names=group_names,
        recording_names=recording_names,
        label_kind=labels.kind,
        name=name,
        dtype=windows.dtype,
        rows=np.arange(n, dtype=np.int64),
        image=windows.image,
        source=source,
        notes=(*notes, *windows.notes, *labels.notes, *channel_notes),
    )


def _channels(
    given: ArrayLike | None, n_channels: int, image: tuple[int, int, int] | None, at: str, key: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = make_names(given, at, key)
    if names and image is not None and len(names) != n_channels:
        return (), (f"{key} is not used: X holds images, whose channels are pixels",)
    if names and len(names) != n_channels:
        raise DataError(f"{at}: {key} holds {len(names)} names, expected {n_channels}, one per channel of X")
    return names, ()


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
                hint = f"; the axes look swapped, {option('layout', 'nct')} reads (windows, channels, time steps)"
            raise DataError(
                f"{val.source or val.name}: X has windows of {_shape(val)}, expected {_shape(train)} as in "
                f"{train.source or train.name} (they differ in the number of {word}){hint}"
            )
    if train.image != val.image:
        raise DataError(
            f"{val.source or val.name}: X has {_frames(val)}, expected {_frames(train)} as in "
            f"{train.source or train.name}"
        )
    train, val = _common_classes(train, val)
    for codes, names in (("groups", "group_names"), ("recording", "recording_names")):
        train, val = _common_codes(train, val, codes, names)
    return (
        replace(train, channels=train.channels or val.channels),
        replace(val, channels=val.channels or train.channels),
    )


def _shape(split: Split) -> str:
    return f"{split.n_timesteps} time steps x {split.n_channels} channels"


def _frames(split: Split) -> str:
    return "channels, no images" if split.image is None else "images of " + " x ".join(map(str, split.image))


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
    if all(NUMBER.fullmatch(name) for name in vocabulary):
        vocabulary.sort(key=int)
    return _recode(train, "y", "classes", vocabulary), _recode(val, "y", "classes", vocabulary)


def _digits(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if NUMBER.fullmatch(name))


def _apply_names(split: Split, names: tuple[str, ...]) -> Split:
    known = tuple(names[int(label)] if 0 <= int(label) < len(names) else label for label in split.classes)
    return replace(split, classes=known)


def _common_codes(train: Split, val: Split, codes: str, names: str) -> tuple[Split, Split]:
    if any(getattr(side, codes) is None or not getattr(side, names) for side in (train, val)):
        return train, val
    vocabulary = list(dict.fromkeys([*getattr(train, names), *getattr(val, names)]))
    return _recode(train, codes, names, vocabulary), _recode(val, codes, names, vocabulary)


def _recode(split: Split, codes: str, names: str, vocabulary: list[str]) -> Split:
    position = {label: place for place, label in enumerate(vocabulary)}
    table = np.array([position[label] for label in getattr(split, names)], dtype=np.int64)
    return replace(split, **{codes: table[getattr(split, codes)], names: tuple(vocabulary)})
