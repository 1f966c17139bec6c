"""Text files of the time series archives (``.ts``), as aeon and sktime write them.

The header gives names and classes, then every line is a window: channels between colons, values between commas, the
class last. A target of regression (``@targetLabel true``) is no class and is set aside. Files with timestamps, and
windows of different lengths, are refused. The format is small and fixed, and the libraries that read it hold back the
versions of others, so it is parsed here. Classes keep their spelling; aeon and sktime read them in small letters.

References
----------
The .ts file format of the time series classification archives, https://www.aeon-toolkit.org.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import DataError
from splitaudit.readers.fields import Found
from splitaudit.readers.remote import is_url, opened, size_of
from splitaudit.readers.room import check_room
from splitaudit.textfile import read_bytes

Last: TypeAlias = Literal["class", "target", "channel", "unknown"]  # what stands last in a line

MAX_BYTES = 1 << 32
TEXT_BYTES = 7  # of memory that a byte of text takes while it is parsed (measured: 6.0)
MISSING = ("?", "nan")
UNDECODED = "\N{REPLACEMENT CHARACTER}"
TARGET = "the targets are numbers (@targetLabel true), no classes, and are not read"
NO_CLASSES = "every class is missing: the windows are read without labels"


def read_ts(source: str) -> Found:
    """Read windows and classes of a .ts file.

    Raises
    ------
    DataError
        If it is none, or holds windows of different lengths.
    """
    lines = enumerate(_text(_content(source)), 1)
    header = _header(lines, source)
    if header.get("timestamps", "").lower() == "true":
        raise DataError(f"{source}: holds timestamps, expected evenly spaced windows (@timeStamps false)")
    last = _last(header, source)
    windows: list[NDArray[np.float64]] = []
    labels: list[str] = []
    places: list[int] = []
    for number, line in lines:
        if line and not line.startswith("#"):
            window, label = _window(line, last, f"{source}: line {number}")
            windows.append(window)
            labels.append(label)
            places.append(number)
    arrays: dict[str, Any] = {"X": _stacked(windows, source)}
    notes = [TARGET] if last == "target" else []
    if last == "class":
        missing = [place for place, label in zip(places, labels, strict=True) if not label]
        if 0 < len(missing) < len(labels):
            raise DataError(f"{source}: line {missing[0]} has no class, expected one in every line, or in none")
        if missing:
            notes = [NO_CLASSES]
        else:
            arrays["y"] = np.array(labels, dtype=np.str_)
    return Found(arrays=arrays, source=source, notes=tuple(notes), axes="ntc")


def _content(source: str) -> bytes:
    if is_url(source):
        with opened(source) as stream:
            check_room(TEXT_BYTES * (size_of(stream) or 0), source, "reading the text")
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise DataError(f"{source}: is larger than {MAX_BYTES / 2**20:,.0f} MiB, expected a .ts file")
        return content
    check_room(TEXT_BYTES * Path(source).stat().st_size, source, "reading the text")
    try:
        return read_bytes(source, MAX_BYTES)
    except ValueError as error:
        raise DataError(f"{source}: is {error}, expected a .ts file") from error


def _text(data: bytes) -> Iterator[str]:
    """Lines without the space around them; comments are often written in other encodings, so nothing is refused yet."""
    return (line.strip() for line in io.StringIO(data.decode("utf-8-sig", errors="replace"), newline=None))


def _header(lines: Iterator[tuple[int, str]], source: str) -> dict[str, str]:
    """Read the tags in small letters with the first word of their values, up to the line @data."""
    header: dict[str, str] = {}
    for _, line in lines:
        if line.startswith("@"):
            name, *values = line[1:].lower().split() or [""]
            if name == "data":
                return header
            header[name] = values[0] if values else ""
        elif line and not line.startswith(("#", "%")):
            break
    raise DataError(f"{source}: has no @data line, expected a .ts file of the time series archives")


def _last(header: dict[str, str], source: str) -> Last:
    """What stands last in a line, as the header says."""
    for tag in ("targetlabel", "classlabel"):
        if header.get(tag, "true") not in ("true", "false"):
            raise DataError(f"{source}: @{tag} is {header[tag]!r}, expected true or false")
    if header.get("targetlabel") == "true":
        return "target"
    if header.get("classlabel") == "true":
        return "class"
    return "channel" if "classlabel" in header or "targetlabel" in header else "unknown"


def _window(line: str, last: Last, at: str) -> tuple[NDArray[np.float64], str]:
    """Return the samples of a line, of shape (t, c), and its class, empty where there is none."""
    if UNDECODED in line:
        raise DataError(f"{at} is not UTF-8, expected a text file in this encoding")
    parts, label = line.split(":"), ""
    if last == "unknown" and len(parts) > 1:
        raise DataError(
            f"{at} may end with a class or a channel, expected a header with @classLabel or @targetLabel, true or false"
        )
    if last in ("class", "target"):
        if len(parts) < 2:
            raise DataError(f"{at} has no {last} after a colon")
        label = parts.pop().strip()
    elif len(parts) > 1 and not parts[-1]:  # both libraries write a colon where a class would follow
        parts.pop()
    channels = [_channel(part, f"{at}: channel {i}") for i, part in enumerate(parts)]
    lengths = {len(channel) for channel in channels}
    if len(lengths) > 1:
        raise DataError(f"{at} has channels of {min(lengths)} to {max(lengths)} time steps, expected one length")
    return np.array(channels).T, "" if label.lower() in MISSING else label


def _channel(part: str, at: str) -> list[float]:
    values = [value.strip() for value in part.split(",")]
    try:
        return [math.nan if value.lower() in MISSING else float(value) for value in values]
    except ValueError as error:
        raise DataError(f"{at} holds something that is no number") from error


def _stacked(windows: list[NDArray[np.float64]], source: str) -> NDArray[np.float64]:
    if not windows:
        raise DataError(f"{source}: holds no windows after @data")
    for axis, differ, counted in ((0, "length", "time steps"), (1, "channels", "channels")):
        sizes = {window.shape[axis] for window in windows}
        if len(sizes) > 1:
            raise DataError(
                f"{source}: windows differ in {differ}, with {min(sizes)} to {max(sizes)} {counted}, expected windows "
                "of one shape"
            )
    return np.stack(windows)
