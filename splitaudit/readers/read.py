"""From whatever a user has to a :class:`~splitaudit.data.split.Split`: by type, and for files by suffix.

>>> import numpy as np
>>> windows = np.zeros((10, 64, 3), dtype=np.float32)
>>> split = read((windows, np.arange(10) % 2), name="train")
>>> len(split), split.n_timesteps, split.n_channels, split.classes
(10, 64, 3, ('0', '1'))
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from numpy.typing import ArrayLike

from splitaudit.data.split import Split, make_split
from splitaudit.data.windows import Layout
from splitaudit.errors import ConfigError, DataError
from splitaudit.readers import frame, memory, torch
from splitaudit.readers.fields import Found, choose, choose_sides
from splitaudit.readers.npy import read_npy
from splitaudit.readers.npz import members_of

T = TypeVar("T")
Source: TypeAlias = Any  # str, PathLike, array-like, (X, y), mapping, DataFrame, torch Dataset or Split


def read(
    source: Source,
    *,
    x_key: str | None = None,
    y_key: str | None = None,
    layout: Layout = "ntc",
    name: str = "split",
    groups: ArrayLike | None = None,
    time: ArrayLike | None = None,
    recording: ArrayLike | None = None,
    channel_names: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
) -> Split:
    """Read one side.

    Parameters
    ----------
    source : str, path, array-like, tuple, mapping, pandas.DataFrame, torch dataset or Split
        An ``.npz`` file (:mod:`splitaudit.readers.npz` lists its keys), an ``.npy`` file with X alone, an array of
        shape (n_windows, n_timesteps, n_channels), an (X, y) pair, a mapping with the keys of an ``.npz`` file, a long
        table (:mod:`splitaudit.readers.frame`) or a map-style dataset.
    x_key, y_key : str, optional
        Keys of X and y where they are called otherwise; of a table, ``y_key`` is the label column.
    layout : {"ntc", "nct"}
        Order of the axes of a three-dimensional X: windows, time steps, channels, or channels before time steps.
    name : str
        What messages and the report call this side.
    groups, time, recording : array-like of shape (n_windows,), optional
        What the source does not hold, or instead of what it holds.
    channel_names, class_names : array-like of str, optional
        Likewise.

    Returns
    -------
    Split

    Raises
    ------
    DataError
        If the source cannot be read as windows; one sentence that names the input, the key, what was seen and what was
        expected.
    """
    given = _given(groups=groups, time=time, recording=recording, channel_names=channel_names, class_names=class_names)
    return _finish(_collect(source, x_key, y_key, given, name), given, layout, name)


def read_pair(
    train: Source,
    val: Source | None = None,
    *,
    x_key: str | None = None,
    y_key: str | None = None,
    layout: Layout = "ntc",
    groups: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    time: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    channel_names: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
) -> tuple[Split, Split]:
    """Read both sides: from two sources, or from one ``.npz`` file or mapping that holds ``X_train`` and ``X_val``.

    Parameters
    ----------
    train, val : as ``source`` of :func:`read`
        The two sides; without ``val``, ``train`` holds both.
    x_key, y_key, layout, channel_names, class_names
        As of :func:`read`, for both sides. Where one source holds both, keys are without the side's word.
    groups, time : pair of array-like, optional
        For train and for validation.

    Returns
    -------
    train, val : Split

    Raises
    ------
    DataError, ConfigError
        If a side cannot be read, or an option is not a pair.
    """
    pairs = {"groups": _pair(groups, "groups"), "time": _pair(time, "time")}
    sides = [
        _given(groups=pairs["groups"][i], time=pairs["time"][i], channel_names=channel_names, class_names=class_names)
        for i in (0, 1)
    ]
    if val is None:
        found = _collect_both(train, x_key, y_key, sides[0].keys() & sides[1].keys())
    else:
        found = (
            _collect(train, x_key, y_key, sides[0], "train"),
            _collect(val, x_key, y_key, sides[1], "val"),
        )
    found = _share_class_names(*found)
    return _finish(found[0], sides[0], layout, "train"), _finish(found[1], sides[1], layout, "val")


def _given(**fields: Any) -> dict[str, Any]:
    return {name: torch.plain(value) for name, value in fields.items() if value is not None}


def _pair(values: Any, name: str) -> tuple[Any, Any]:
    if values is None:
        return None, None
    if not isinstance(values, (tuple, list)) or len(values) != 2:
        raise ConfigError(f"{name} is not a pair, expected ({name} of train, {name} of val)")
    return values[0], values[1]


def _collect(
    source: Source, x_key: str | None, y_key: str | None, given: Mapping[str, Any], name: str
) -> Found | Split:
    """Find the arrays of one side."""
    if isinstance(source, Split):
        return source
    if isinstance(source, (str, os.PathLike)):
        return _from_file(_path(source), x_key, y_key, given)
    if isinstance(source, Mapping):
        return memory.from_mapping(source, name, x_key=x_key, y_key=y_key, given=given)
    if frame.is_frame(source):
        _no_keys(x_key, None, name)
        return frame.from_frame(source, name, y_key=y_key, given=given)
    _no_keys(x_key, y_key, name)
    if torch.is_dataset(source):
        return torch.from_dataset(source, name)
    return memory.from_pair(source, name) if isinstance(source, tuple) else memory.from_array(source, name)


def _from_file(path: Path, x_key: str | None, y_key: str | None, given: Mapping[str, Any]) -> Found:
    at = str(path)
    if path.suffix.lower() == ".npz":
        found = choose(_reading(members_of, path), at, x_key=x_key, y_key=y_key, given=given)
        return replace(found, source=at)
    _no_keys(x_key, y_key, at)
    return _reading(read_npy, path)


def _collect_both(
    source: Source, x_key: str | None, y_key: str | None, given: Collection[str]
) -> tuple[Found | Split, Found | Split]:
    """Find the arrays of both sides of one input."""
    keys: dict[str, Any] = {"x_key": x_key, "y_key": y_key, "given": given}
    at = "train"
    if isinstance(source, (str, os.PathLike)):
        path = _path(source)
        at = str(path)
        if path.suffix.lower() == ".npz":
            train, val = choose_sides(_reading(members_of, path), at, **keys)
            return replace(train, source=at), replace(val, source=at)
    elif isinstance(source, Mapping):
        return choose_sides(memory.members_in(source, at), at, **keys)
    raise DataError(
        f"{at}: there is no validation side, expected two inputs or one .npz file with keys such as X_train and X_val"
    )


def _path(source: str | os.PathLike[str]) -> Path:
    """Return the path of a file that is there and has a known suffix."""
    try:
        path = Path(source)
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(f"{source}: there is no such file, expected an .npz or .npy file") from error
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{source!r}: cannot be read as a path, expected an .npz or .npy file ({error})") from error
    if not stat.S_ISREG(mode):
        seen = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        raise DataError(f"{path}: is {seen}, expected an .npz or .npy file")
    if path.suffix.lower() not in (".npz", ".npy"):
        raise DataError(f"{path}: files of type {path.suffix or '(none)'} are not read, expected .npz or .npy")
    return path


def _reading(reader: Callable[[Path], T], path: Path) -> T:
    try:
        return reader(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error


def _no_keys(x_key: str | None, y_key: str | None, at: str) -> None:
    for option, key in (("x-key", x_key), ("y-key", y_key)):
        if key is not None:
            raise DataError(f"{at}: has no keys, --{option} {key} is for .npz files and mappings")


def _share_class_names(train: Found | Split, val: Found | Split) -> tuple[Found | Split, Found | Split]:
    """Names that only one side holds stand for the labels of both, so that 1 and "walking" are the same class."""
    if isinstance(train, Split) or isinstance(val, Split):
        return train, val
    have = ["class_names" in side.arrays for side in (train, val)]
    if have == [True, False]:
        return train, _with_names(val, train, "train")
    if have == [False, True]:
        return _with_names(train, val, "val"), val
    return train, val


def _with_names(poor: Found, rich: Found, name: str) -> Found:
    arrays = {**poor.arrays, "class_names": rich.arrays["class_names"]}
    return replace(poor, arrays=arrays).noting(f"class_names are those of {name}")


def _finish(found: Found | Split, given: Mapping[str, Any], layout: Layout, name: str) -> Split:
    if isinstance(found, Split):
        if given:
            raise ConfigError(f"{name} is a Split already, expected {', '.join(given)} to be part of it")
        return replace(found, name=name) if found.name == "split" else found
    arrays = {**found.arrays, **given}
    X, y = arrays.pop("X"), arrays.pop("y", None)
    return make_split(X, y, **arrays, layout=layout, name=name, source=found.source, keys=found.keys, notes=found.notes)
