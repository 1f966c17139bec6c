"""Small text files, refused in one sentence where they are none: what logs and predictions are read from."""

from __future__ import annotations

import csv
import math
import os
import re
import stat
from pathlib import Path
from typing import Any

from splitaudit.errors import DataError
from splitaudit.readers.torch import plain
from splitaudit.textfile import read_text

MAX_BYTES = 1 << 28
BLANK = ("", "nan", "none", "null", "na", "n/a", "-", "--")
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?%?")


def path_of(source: str | os.PathLike[str], expected: str) -> Path:
    """Return the path of a regular file that is there."""
    try:
        path = Path(source)
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(f"{source}: there is no such file, expected {expected}") from error
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{source!r}: cannot be read as a path, expected {expected} ({error})") from error
    if not stat.S_ISREG(mode):
        seen = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        raise DataError(f"{path}: is {seen}, expected {expected}")
    return path


def text_of(path: Path, expected: str) -> str:
    """Return the text of a file.

    Raises
    ------
    DataError
        If it is empty, too large to be what is expected, or no text in UTF-8.
    """
    try:
        text = read_text(path, MAX_BYTES)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is no text in UTF-8 by its content, expected {expected}") from error
    except ValueError as error:
        raise DataError(f"{path}: is {error}, expected {expected}") from error
    if "\0" in text:
        raise DataError(f"{path}: is a binary file by its content, expected {expected}")
    if not text.strip():
        raise DataError(f"{path}: is empty, expected {expected}")
    return text


def rows_of(text: str, at: str) -> list[list[str]]:
    """Return the cells of a table in text, blank lines left out; separated by commas, semicolons or tabs.

    Raises
    ------
    DataError
        If rows differ in length.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    separator = max(";\t,", key=lines[0].count)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    except csv.Error as error:
        raise DataError(f"{at}: is no table in text, expected one row per line ({error})") from error
    width = len(rows[0])
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise DataError(f"{at}: row {number} has {len(row)} cells, expected {width} as in the first row")
    return rows


def number_of(value: Any) -> float | None:
    """Return a number, NaN for a blank; None for what is no number."""
    value = plain(value)
    if isinstance(value, str):
        text = value.strip()
        if DECIMAL_COMMA.fullmatch(text):
            text = text.replace(",", ".")
        value = None if text.lower() in BLANK else text.removesuffix("%")
    if value is None:
        return math.nan
    try:
        return None if isinstance(value, bool) else float(value)
    except OverflowError:  # a whole number beyond all floats
        return math.inf if value > 0 else -math.inf
    except (TypeError, ValueError):  # a word, a list, a date ...
        return None
