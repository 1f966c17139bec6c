"""From whatever a user has to a :class:`~splitaudit.data.split.Split`: by type, and for files by suffix.

>>> import numpy as np
>>> windows = np.zeros((10, 64, 3), dtype=np.float32)
>>> split = read((windows, np.arange(10) % 2), name="train")
>>> len(split), split.n_timesteps, split.n_channels, split.classes
(10, 64, 3, ('0', '1'))
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from numpy.typing import ArrayLike

from splitaudit.data.split import Split, make_split
from splitaudit.data.windows import Layout
from splitaudit.errors import ConfigError, DataError
from splitaudit.readers import frame, huggingface, memory, series, torch
from splitaudit.readers.fields import Found
from splitaudit.readers.files import Ask, both_from_file, from_file, no_keys, settled
from splitaudit.readers.recording import Cut
from splitaudit.wording import option

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
    window: int | None = None,
    stride: int | None = None,
    most: int | None = None,
) -> Split:
    """Read one side.

    Parameters
    ----------
    source : str, path, array-like, tuple, mapping, pandas.DataFrame, torch dataset or Split
        A file: ``.npz`` (:mod:`splitaudit.readers.npz` lists its keys), ``.zarr`` or ``.h5`` with the same keys,
        ``.npy`` with X alone, ``.parquet``, ``.arrow`` or ``.feather`` (:mod:`splitaudit.readers.parquet`), ``.ts``; a
        folder of such files; a URL of one. Or an array of shape (n_windows, n_timesteps, n_channels), an (X, y) pair, a
        mapping with the keys of an ``.npz`` file, a long table (:mod:`splitaudit.readers.frame`), a panel of sktime
        or aeon (:mod:`splitaudit.readers.series`), a map-style dataset or loader of torch, a Hugging Face dataset
        (:mod:`splitaudit.readers.huggingface`).
    x_key, y_key : str, optional
        Keys of X and y where they are called otherwise; of a table, ``y_key`` is the label column.
    layout : {"ntc", "nct"}
        Order of the axes of a three-dimensional X: windows, time steps, channels, or channels before time steps. Not
        used where the source says it itself: tables, panels, ``.ts`` files and recordings.
    name : str
        What messages and the report call this side.
    groups, time, recording : array-like of shape (n_windows,), optional
        What the source does not hold, or instead of what it holds.
    channel_names, class_names : array-like of str, optional
        Likewise.
    window, stride : int, optional
        Cut windows of so many samples, one every ``stride``, from a recording: a file whose X (or ``signal``) has the
        shape (n_samples, n_channels), with y, groups and recording per sample.
    most : int, optional
        Bytes of X that are loaded; more than that is read when it is needed (files of type .npy, .npz, .zarr, .h5,
        .parquet, recordings and folders of these). By default everything is loaded.

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
    ask = Ask(x_key=x_key, y_key=y_key, given=given, cut=cut_of(window, stride), most=most)
    return _finish(_collect(source, ask, name), given, layout, name, ask)


def cut_of(window: int | None, stride: int | None) -> Cut | None:
    """Return how windows are cut: by default one after the other.

    Raises
    ------
    ConfigError
        If a stride is given without a window.
    """
    if window is None:
        if stride is not None:
            raise ConfigError(f"{option('stride', stride)} says how windows are cut, expected {option('window')}, too")
        return None
    return Cut(window, window if stride is None else stride)


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
    window: int | None = None,
    stride: int | None = None,
    most: int | None = None,
) -> tuple[Split, Split]:
    """Read both sides: from two sources, or from one ``.npz`` file or mapping that holds ``X_train`` and ``X_val``.

    Parameters
    ----------
    train, val : as in read
        The two sides; without ``val``, ``train`` holds both.
    x_key, y_key, layout, channel_names, class_names
        As of :func:`read`, for both sides. Where one source holds both, keys are without the side's word.
    groups, time : pair of array-like, optional
        For train and for validation.
    window, stride, most
        As of :func:`read`.

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
    asks = [Ask(x_key=x_key, y_key=y_key, given=given, cut=cut_of(window, stride), most=most) for given in sides]
    if val is None:
        found = _collect_both(train, replace(asks[0], given=sides[0].keys() & sides[1].keys()))
    else:
        found = _collect(train, asks[0], "train"), _collect(val, asks[1], "val")
    found = _share_class_names(*found)
    return (
        _finish(found[0], sides[0], layout, "train", asks[0]),
        _finish(found[1], sides[1], layout, "val", asks[1]),
    )


def _given(**fields: Any) -> dict[str, Any]:
    return {name: torch.plain(value) for name, value in fields.items() if value is not None}


def _pair(values: Any, name: str) -> tuple[Any, Any]:
    if values is None:
        return None, None
    if not isinstance(values, (tuple, list)) or len(values) != 2:
        raise ConfigError(f"{name} is not a pair, expected ({name} of train, {name} of val)")
    return values[0], values[1]


def _collect(source: Source, ask: Ask, name: str) -> Found | Split:
    """Find the arrays of one side."""
    if isinstance(source, Split):
        return source
    if isinstance(source, (str, os.PathLike)):
        return from_file(source, ask)
    if ask.cut is not None:
        raise DataError(f"{name}: windows are cut from recordings in files, expected a path")
    known = _of_library(source, ask, name)
    if known is not None:
        return known
    if isinstance(source, Mapping):
        return memory.from_mapping(source, name, **ask.keys)
    no_keys(ask.x_key, ask.y_key, name)
    if torch.is_dataset(source):
        return torch.from_dataset(source, name)
    return memory.from_pair(source, name) if isinstance(source, tuple) else memory.from_array(source, name)


def _of_library(source: Source, ask: Ask, name: str) -> Found | None:
    """Find the arrays of what a library made to hold data; None where it is nothing of that kind."""
    if torch.is_loader(source):
        return _behind(torch.behind(source, name), ask, name)
    if huggingface.is_dataset(source):
        return huggingface.from_dataset(source, name, **ask.keys)
    if series.is_panel(source):
        no_keys(ask.x_key, ask.y_key, name)
        return series.from_panel(source, name, given=ask.given)
    if frame.is_frame(source):
        no_keys(ask.x_key, None, name)
        return frame.from_frame(source, name, y_key=ask.y_key, given=ask.given)
    return None


def _behind(loaded: torch.Loaded, ask: Ask, name: str) -> Found:
    """Find the arrays of the rows that a loader draws."""
    if huggingface.is_dataset(loaded.dataset):
        dataset = loaded.dataset if loaded.rows is None else loaded.dataset.select(loaded.rows)
        return huggingface.from_dataset(dataset, name, **ask.keys).noting(*loaded.notes)
    no_keys(ask.x_key, ask.y_key, name)
    return torch.from_dataset(loaded.dataset, name, loaded.rows).noting(*loaded.notes)


def _collect_both(source: Source, ask: Ask) -> tuple[Found | Split, Found | Split]:
    """Find the arrays of both sides of one input."""
    if isinstance(source, (str, os.PathLike)):
        found = both_from_file(source, ask)
        if found is not None:
            return found
    elif huggingface.is_dataset(source):
        return huggingface.both_from(source, **ask.keys)
    elif isinstance(source, Mapping):
        return memory.both_from_mapping(source, "train", **ask.keys)
    at = source if isinstance(source, (str, os.PathLike)) else "train"
    raise DataError(
        f"{at}: there is no validation side, expected two inputs or one .npz file with keys such as X_train and X_val"
    )


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


def _finish(found: Found | Split, given: Mapping[str, Any], layout: Layout, name: str, ask: Ask) -> Split:
    if isinstance(found, Split):
        if given:
            raise ConfigError(f"{name} is a Split already, expected {', '.join(given)} to be part of it")
        return replace(found, name=name) if found.name == "split" else found
    arrays = {**found.arrays, **given}
    X, y = settled(arrays.pop("X"), ask, found.source or name), arrays.pop("y", None)
    axes = found.axes or layout
    notes = found.notes if axes == layout else (*found.notes, f"layout {layout} is not used: the axes are known")
    return make_split(X, y, **arrays, layout=axes, name=name, source=found.source, keys=found.keys, notes=notes)
