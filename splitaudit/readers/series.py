"""Panels of sktime, which is never imported here: tables that say by their own shape what their axes are.

- *nested*: one row per window and one column per channel, every cell a ``pandas.Series`` of samples;
- *multiindex*: one row per window and time step, with the index levels ``instances`` and ``timepoints``.

Arrays say nothing about their axes and are never guessed: aeon's and sktime's ``numpy3D`` is (windows, channels, time
steps) and needs ``layout="nct"``; tslearn's is (windows, time steps, channels), which is the default.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import DataError
from splitaudit.readers.fields import Found
from splitaudit.readers.frame import from_frame, is_frame

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (["instances", "timepoints"], ["instance", "timepoint"])


def is_panel(value: Any) -> bool:
    """Whether this is a panel of sktime; nothing is imported to find out."""
    return is_frame(value) and (list(value.index.names) in LEVELS or _is_nested(value))


def from_panel(panel: pd.DataFrame, at: str, given: Collection[str] = ()) -> Found:
    """Read a panel.

    Parameters
    ----------
    panel : pandas.DataFrame
        Nested or with a multiindex.
    at : str
        The input, for messages.
    given : collection of str
        Fields that the caller brings.

    Raises
    ------
    DataError
        If windows differ in length.
    """
    if list(panel.index.names) in LEVELS:
        found = from_frame(panel.rename_axis(index=["window", "step"]), at, given=given)
        return found.noting("read as a panel with a multiindex")
    arrays: dict[str, Any] = {"X": np.stack([_channel(panel, i, at) for i in range(panel.shape[1])], axis=2)}
    if "channel_names" not in given:
        arrays["channel_names"] = np.array([str(name) for name in panel.columns], dtype=np.str_)
    return Found(arrays=arrays).noting("read as a nested panel")


def _is_nested(frame: pd.DataFrame) -> bool:
    return bool(frame.size) and all(_is_series(cell) for cell in frame.iloc[0])


def _is_series(value: Any) -> bool:
    return type(value).__name__ == "Series" and type(value).__module__.split(".")[0] == "pandas"


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
    return np.stack([cell.to_numpy() for cell in cells])
