"""What is in memory already: arrays, (X, y) pairs and mappings with the keys of an .npz file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from splitaudit.errors import DataError
from splitaudit.readers import frame, series, torch
from splitaudit.readers.fields import Found, Members, choose, choose_sides, member_of

ACCEPTED = (
    "expected a path (.npz, .npy), an array, an (X, y) pair, a mapping of arrays, a pandas long table, "
    "a torch dataset or a Split"
)


def from_array(X: Any, at: str) -> Found:
    """Windows alone."""
    if not (isinstance(X, (list, tuple)) or hasattr(X, "__array__")):
        raise DataError(f"{at}: got {_described(X)}, {ACCEPTED}")
    if hasattr(X, "columns") and not frame.is_frame(X):
        raise DataError(
            f"{at}: got a {type(X).__name__} of {type(X).__module__.split('.')[0]}, expected a table of pandas, or "
            "an array of its windows"
        )
    return Found(arrays={"X": torch.plain(X)})


def from_pair(pair: tuple[Any, ...], at: str) -> Found:
    """Windows and labels."""
    if len(pair) != 2:
        raise DataError(f"{at}: got a tuple of {len(pair)}, expected (X, y); groups and time are given by keyword")
    X, y = (torch.plain(part) for part in pair)
    if not series.is_panel(X):
        from_array(X, at)
    return with_windows(Found(arrays={"X": X} if y is None else {"X": X, "y": y}), at)


def with_windows(found: Found, at: str) -> Found:
    """Read X where it is a panel itself, and refuse it where it is a table of time steps rather than windows.

    Raises
    ------
    DataError
        If the table cannot be read as windows.
    """
    X = found.arrays["X"]
    if series.is_panel(X):
        rest = {name: values for name, values in found.arrays.items() if name != "X"}
        panel = series.from_panel(X, at, given=rest.keys())
        return replace(panel, arrays={**panel.arrays, **rest}, keys={**panel.keys, **found.keys}).noting(*found.notes)
    if frame.is_frame(X) and frame.is_long(X):
        frame.from_frame(X, at)  # says what is missing, if anything is
        raise DataError(f"{at}: X is a long table, which holds y in a column, expected the table alone")
    return found


def members_in(mapping: Mapping[Any, Any], at: str) -> Members:
    """List the arrays of a mapping; entries that are None do not count.

    An open archive is refused rather than read: it may have been opened so that reading it executes pickles.
    """
    if type(mapping).__module__.startswith("numpy"):
        raise DataError(f"{at}: got an open {type(mapping).__name__}, expected its path or a dict of its arrays")
    return {str(key): member_of(str(key), torch.plain(value)) for key, value in mapping.items() if value is not None}


def from_mapping(
    mapping: Mapping[Any, Any], at: str, *, x_key: str | None, y_key: str | None, given: Collection[str]
) -> Found:
    """Arrays by key, with the keys of an .npz file."""
    return with_windows(choose(members_in(mapping, at), at, x_key=x_key, y_key=y_key, given=given), at)


def both_from_mapping(
    mapping: Mapping[Any, Any], at: str, *, x_key: str | None, y_key: str | None, given: Collection[str]
) -> tuple[Found, Found]:
    """Arrays of both sides by key, such as ``X_train`` and ``X_val``."""
    train, val = choose_sides(members_in(mapping, at), at, x_key=x_key, y_key=y_key, given=given)
    return with_windows(train, at), with_windows(val, at)


def _described(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, (bool, int, float, complex, np.generic)):
        return f"the number {value!r}"
    return f"a {type(value).__name__}"
