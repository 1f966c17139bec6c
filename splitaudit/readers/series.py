"""Panels of sktime and aeon, which are never imported here: tables that say by their own shape what their axes are.

- *nested*: one row per window and one column per channel, every cell a series of samples (a ``pandas.Series`` or an
  array); a column ``class_val`` holds the labels;
- *multiindex*: one row per window and time step, with the index levels ``instances`` and ``timepoints`` (sktime) or
  ``case`` and ``timepoint`` (aeon); a column ``class_val`` likewise;
- *list of tables*: a table per window with a row per time step and a named column per channel. Tables without names of
  columns are refused: their rows are time steps to sktime and channels to aeon.

Arrays say nothing about their axes and are never guessed: aeon's and sktime's ``numpy3D`` and lists of arrays are
(windows, channels, time steps) and need ``layout="nct"``; tslearn's are (windows, time steps, channels), the default.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import DataError
from splitaudit.readers.fields import Found
from splitaudit.readers.frame import from_frame, is_frame

if TYPE_CHECKING:
    import pandas as pd

Panel: TypeAlias = Union["pd.DataFrame", "list[pd.DataFrame]"]

LEVELS = (["instances", "timepoints"], ["instance", "timepoint"], ["case", "timepoint"])
CLASSES = ("class_val", "class_vals")  # what sktime calls the labels that it keeps in a panel


def is_panel(value: Any) -> bool:
    """Whether this is a panel; nothing is imported to find out."""
    if isinstance(value, list):
        return bool(value) and all(is_frame(each) for each in value)
    return is_frame(value) and (_is_multiindex(value) or _is_nested(value))


def from_panel(panel: Panel, at: str, given: Collection[str] = ()) -> Found:
    """Read a panel.

    Parameters
    ----------
    panel : pandas.DataFrame or list of pandas.DataFrame
        Nested, with a multiindex, or a table per window.
    at : str
        The input, for messages.
    given : collection of str
        Fields that the caller brings.

    Raises
    ------
    DataError
        If windows differ in length or in channels, or a list of tables does not say what its axes are.
    """
    if isinstance(panel, list):
        return _of_tables(panel, at, given)
    if _is_multiindex(panel):
        named = panel.rename_axis(index=["window", "step"])
        labels = next((name for name in CLASSES if name in panel.columns), None)
        if labels is not None and "y" in given:
            named, labels = named.drop(columns=labels), None
        found = from_frame(named, at, y_key=labels, given=given)
        return found.noting("read as a panel with a multiindex")
    return _of_nested(panel, at, given)


def _is_multiindex(frame: pd.DataFrame) -> bool:
    return list(frame.index.names) in LEVELS


def _is_nested(frame: pd.DataFrame) -> bool:
    cells = [cell for name, cell in frame.iloc[:1].items() if name not in CLASSES]
    return bool(cells) and all(len(cell) and _is_series(cell.iloc[0]) for cell in cells)


def _is_series(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    return type(value).__name__ == "Series" and type(value).__module__.split(".")[0] == "pandas"


def _of_nested(panel: pd.DataFrame, at: str, given: Collection[str]) -> Found:
    labels = next((name for name in CLASSES if name in panel.columns), None)
    cells = panel if labels is None else panel.drop(columns=labels)
    arrays: dict[str, Any] = {"X": np.stack([_channel(cells, i, at) for i in range(cells.shape[1])], axis=2)}
    arrays |= _names(cells.columns, given)
    if labels is not None and "y" not in given:
        arrays["y"] = panel[labels].to_numpy()
    keys = {"y": labels} if labels is not None else {}
    return Found(arrays=arrays, keys=keys, axes="ntc").noting("read as a nested panel")


def _channel(panel: pd.DataFrame, column: int, at: str) -> NDArray[Any]:
    cells: list[Any] = list(panel.iloc[:, column])
    name = panel.columns[column]
    bad = next((row for row, cell in enumerate(cells) if not _is_series(cell)), None)
    if bad is not None:
        raise DataError(f"{at}: column {name!r} holds a {type(cells[bad]).__name__} at row {bad}, expected a Series")
    lengths = {len(cell) for cell in cells} | {len(next(iter(panel.iloc[0])))}
    if len(lengths) > 1:
        raise DataError(
            f"{at}: column {name!r} is ragged, with {min(lengths)} to {max(lengths)} time steps, expected windows of "
            "one length"
        )
    return np.stack([np.asarray(cell) for cell in cells])


def _of_tables(tables: list[pd.DataFrame], at: str, given: Collection[str]) -> Found:
    columns = list(tables[0].columns)
    if not all(isinstance(name, str) for name in columns):
        raise DataError(
            f"{at}: the columns of the listed tables have no names, so that their rows may be time steps or channels, "
            "expected names, or arrays and their layout: np.stack([table.to_numpy() for table in tables])"
        )
    other = next((i for i, table in enumerate(tables) if list(table.columns) != columns), None)
    if other is not None:
        raise DataError(
            f"{at}: table {other} of the list has columns {', '.join(map(str, tables[other].columns[:8]))}, expected "
            f"{', '.join(columns[:8])} as in the first"
        )
    lengths = {len(table) for table in tables}
    if len(lengths) > 1:
        raise DataError(
            f"{at}: the list of tables is ragged, with {min(lengths)} to {max(lengths)} time steps, expected windows "
            "of one length"
        )
    arrays = {"X": np.stack([table.to_numpy() for table in tables]), **_names(columns, given)}
    return Found(arrays=arrays, axes="ntc").noting("read as a panel of tables with a row per time step")


def _names(columns: Collection[Any], given: Collection[str]) -> dict[str, Any]:
    if "channel_names" in given:
        return {}
    return {"channel_names": np.array([str(name) for name in columns], dtype=np.str_)}
