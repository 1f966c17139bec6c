"""Text files of the time series archives (``.ts``), as aeon and sktime write them.

The header gives names and classes, then every line is a window: channels between colons, values between commas, the
class last. Files with timestamps, and windows of different lengths, are refused. The format is small and fixed, and the
libraries that read it hold back the versions of others, so it is parsed here.

References
----------
The .ts file format of the time series classification archives, https://www.aeon-toolkit.org.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from splitaudit.errors import DataError
from splitaudit.readers.fields import Found
from splitaudit.readers.remote import opened

MISSING = ("?", "nan", "NaN")


def read_ts(source: str) -> Found:
    """Read windows and classes of a .ts file.

    Raises
    ------
    DataError
        If it is none, or holds windows of different lengths.
    """
    try:
        with opened(source) as stream:
            lines = stream.read().decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{source}: is not a text file, expected a .ts file") from error
    header, start = _header(lines, source)
    if header.get("timestamps", "false").lower() == "true":
        raise DataError(f"{source}: holds timestamps, expected evenly spaced windows (@timeStamps false)")
    labelled = header.get("classlabel", "false").split()[0].lower() == "true" if header.get("classlabel") else False
    X: list[list[list[float]]] = []
    y: list[str] = []
    for number, line in enumerate(lines[start:], start + 1):
        text = line.strip()
        if text and not text.startswith("#"):
            window, label = _window(text, labelled, f"{source}: line {number}")
            X.append(window)
            y.append(label)
    lengths = {(len(window), *{len(channel) for channel in window}) for window in X}
    if not X:
        raise DataError(f"{source}: holds no windows after @data")
    if len(lengths) > 1 or len(next(iter(lengths))) != 2:
        raise DataError(f"{source}: windows differ in length or in channels, expected windows of one shape")
    arrays: dict[str, Any] = {"X": np.array(X, dtype=np.float64).transpose(0, 2, 1)}
    if labelled:
        arrays["y"] = np.array(y, dtype=np.str_)
    return Found(arrays=arrays, source=source)


def _header(lines: list[str], source: str) -> tuple[dict[str, str], int]:
    header: dict[str, str] = {}
    for number, line in enumerate(lines):
        text = line.strip()
        if text.lower().startswith("@data"):
            return header, number + 1
        if text.startswith("@"):
            name, _, value = text[1:].partition(" ")
            header[name.lower()] = value.strip()
        elif text and not text.startswith(("#", "%")):
            break
    raise DataError(f"{source}: has no @data line, expected a .ts file of the time series archives")


def _window(text: str, labelled: bool, at: str) -> tuple[list[list[float]], str]:
    parts = text.split(":")
    if labelled and len(parts) < 2:
        raise DataError(f"{at} has no class after a colon")
    label = parts.pop().strip() if labelled else ""
    try:
        return [[math.nan if v.strip() in MISSING else float(v) for v in part.split(",")] for part in parts], label
    except ValueError as error:
        raise DataError(f"{at} holds something that is no number") from error
