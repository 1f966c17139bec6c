"""Long tables of pandas: one row per window and time step.

Columns (or index levels) by name:

============= ========================================================================================================
``window``    which window the row belongs to; needed
``step``      position of the row in its window; without it rows are taken in the order of ``time``, else as they come
``time``      index of the sample in its recording; constant in a window, it is the window's start;
              evenly spaced numbers or dates are counted in their own steps
``y``         label (also ``label``, ``target``); the same in all rows of a window
``groups``    subject, machine ... (also ``group``, ``subject``); the same in all rows of a window
``recording`` recording; the same in all rows of a window
============= ========================================================================================================

Every other column is a channel, in the order of the table, and must be numeric. All windows have the same number of
rows; they are numbered in the order in which they first appear.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import DataError
from splitaudit.readers.fields import Found

if TYPE_CHECKING:
    import pandas as pd

PER_WINDOW = {"y": ("y", "label", "target"), "groups": ("groups", "group", "subject"), "recording": ("recording",)}


def is_frame(value: Any) -> bool:
    """Whether this is a pandas table; pandas is not imported to find out."""
    return any(f"{base.__module__}.{base.__name__}".startswith("pandas.") for base in type(value).__mro__) and hasattr(
        value, "columns"
    )


def is_long(frame: pd.DataFrame) -> bool:
    """Whether the rows of this table are time steps rather than windows, as far as it says."""
    return frame.index.nlevels > 1 or "window" in (*frame.columns, *frame.index.names)


def from_frame(frame: pd.DataFrame, at: str, *, y_key: str | None = None, given: Collection[str] = ()) -> Found:
    """Read a long table.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns as in the module's table.
    at : str
        The input, for messages.
    y_key : str, optional
        Name of the label column.
    given : collection of str
        Fields that the caller brings.

    Raises
    ------
    DataError
        If there is no column ``window``, windows differ in length, or what belongs to a window changes inside it.
    """
    table = frame.reset_index() if "window" in frame.index.names else frame
    names = [str(name) for name in table.columns]
    if "window" not in names:
        raise DataError(f"{at}: the table has no column 'window' ({_described(frame)}), {_remedy(frame)}")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{at}: the table has two columns {twice!r}, expected distinct names")
    table = table.set_axis(names, axis=1)
    if y_key is not None and y_key not in names:
        raise DataError(f"{at}: there is no column {y_key!r}, the table has {', '.join(names[:12])}")
    order, shape = _order(table, at)
    columns = _columns(names, at, y_key)
    arrays: dict[str, Any] = {}
    for name, column in columns.items():
        if name not in given:
            arrays[name] = _constant(table[column], order, shape, at)
    note = ""
    if "time" in names and "time" not in given:
        arrays["time"], note = _starts(table["time"], order, shape)
    channels = [name for name in names if name not in ("window", "step", "time", *columns.values())]
    arrays["X"] = _samples(table, channels, order, shape, at)
    if "channel_names" not in given:
        arrays["channel_names"] = np.array(channels, dtype=np.str_)
    return Found(arrays=arrays, keys=columns, notes=(note,) if note else (), axes="ntc")


def _described(frame: pd.DataFrame) -> str:
    levels = f"index levels {', '.join(map(str, frame.index.names))}; " if frame.index.nlevels > 1 else ""
    return f"{levels}columns {', '.join(map(str, frame.columns[:8]))}"


def _remedy(frame: pd.DataFrame) -> str:
    if frame.index.nlevels == 2:
        return (
            "expected index levels that say which is the window: "
            "frame.rename_axis(index=['instances', 'timepoints']) names them"
        )
    return "expected one row per window and time step; for one row per window give its values: frame.to_numpy()"


def _order(table: pd.DataFrame, at: str) -> tuple[NDArray[np.intp], tuple[int, int]]:
    """Rows in the order of window and step, and (n_windows, n_timesteps)."""
    if not len(table):
        raise DataError(f"{at}: the table has no rows, expected at least one window")
    if table["window"].isna().any():
        raise DataError(f"{at}: window is missing at row {int(table['window'].isna().to_numpy().argmax())}")
    codes = _coded(table["window"], at)
    counts = np.bincount(codes)
    if counts.min() != counts.max():
        raise DataError(
            f"{at}: windows are ragged, with {counts.min()} to {counts.max()} rows, expected the same "
            "number of rows in every window"
        )
    within = next((name for name in ("step", "time") if name in table), None)
    if within is None:
        return np.argsort(codes, kind="stable"), (len(counts), int(counts[0]))
    steps = table[within]
    if steps.isna().any() or steps.dtype.kind not in "iufMm":
        raise DataError(f"{at}: {within} has dtype {steps.dtype} or missing values, expected a number in every row")
    order = np.lexsort((steps.to_numpy(), codes))
    shape = (len(counts), int(counts[0]))
    if within == "step" and (np.diff(steps.to_numpy()[order].reshape(shape), axis=1) == 0).any():
        raise DataError(f"{at}: a window has the same step twice, expected one row per window and step")
    return order, shape


def _columns(names: list[str], at: str, y_key: str | None) -> dict[str, str]:
    """Which column holds which field that windows have."""
    columns = {}
    for field, aliases in PER_WINDOW.items():
        hits = [name for name in aliases if name in names]
        if field == "y" and y_key is not None:
            hits = [y_key]
        if len(hits) > 1:
            raise DataError(f"{at}: columns {' and '.join(map(repr, hits))} could be {field}, expected one of them")
        if hits:
            columns[field] = hits[0]
    return columns


def _constant(column: pd.Series[Any], order: NDArray[np.intp], shape: tuple[int, int], at: str) -> NDArray[Any]:
    """One value per window; refused where it changes inside a window."""
    codes = _coded(column, at)[order].reshape(shape)
    differs = (codes != codes[:, :1]).any(axis=1)
    if differs.any():
        raise DataError(
            f"{at}: {column.name} changes inside window number {int(differs.argmax())}, expected one value per window"
        )
    return np.asarray(column.to_numpy()[order[:: shape[1]]])


def _coded(column: pd.Series[Any], at: str) -> NDArray[np.intp]:
    """Numbers that are equal where values are; refused where values cannot be compared."""
    try:
        return np.asarray(column.factorize()[0])
    except TypeError as error:  # lists, mappings ...
        kind = type(column.iloc[0]).__name__
        raise DataError(f"{at}: {column.name} holds values of type {kind}, expected numbers or strings") from error


def _starts(time: pd.Series[Any], order: NDArray[np.intp], shape: tuple[int, int]) -> tuple[NDArray[Any], str]:
    """Start of every window in samples; what is evenly spaced in another unit is counted in its own steps."""
    values = time.to_numpy()
    if values.dtype.kind not in "iufMm":  # refused where time is validated
        return values[order[:: shape[1]]], ""
    dates = values.dtype.kind in "Mm"
    ticks = (values.astype(np.int64) if dates else values)[order].reshape(shape)
    spacing = np.diff(ticks, axis=1)
    step = float(np.median(spacing)) if spacing.size else 0.0
    if step <= 0 or (step == 1 and not dates) or np.abs(spacing - step).max() > 0.01 * step:
        return values[order[:: shape[1]]], ""
    unit = f" {np.datetime_data(values.dtype)[0]}" if dates else ""
    return ticks[:, 0] / step, f"time is counted in steps of {step:g}{unit}"


def _samples(
    table: pd.DataFrame, channels: list[str], order: NDArray[np.intp], shape: tuple[int, int], at: str
) -> NDArray[Any]:
    if not channels:
        raise DataError(f"{at}: the table has no channel columns, expected at least one besides window, step, y ...")
    for name in channels:
        if getattr(table[name].dtype, "kind", "O") not in "fiub":
            raise DataError(
                f"{at}: column {name!r} has dtype {table[name].dtype}, expected numbers in every channel "
                "column; drop it if it is none"
            )
    values = table[channels].to_numpy()
    if values.dtype.kind == "O":  # nullable columns, whose missing values are NaN
        values = table[channels].to_numpy(dtype=np.float64, na_value=np.nan)
    samples: NDArray[Any] = values[order].reshape(*shape, len(channels))
    return samples
