"""The report in any format, to a stream or a file."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from splitaudit.errors import ConfigError, require
from splitaudit.render.atomic import replacing
from splitaudit.report import ReportData

if TYPE_CHECKING:
    from rich.console import RenderableType

FORMATS = ("terminal", "json", "markdown", "html", "junit", "sarif", "github")
SUFFIXES = {
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xml": "junit",
    ".sarif": "sarif",
    ".txt": "terminal",
    ".log": "terminal",
}
FILE_WIDTH = 100


def render(report: ReportData, format: str) -> str:
    """Return the report as text in one of :data:`FORMATS`; ``terminal`` is plain text here, without colour.

    Raises
    ------
    ConfigError
        If there is no such format.
    """
    if format == "terminal":
        return render_for(io.StringIO(), report, format, color=False, width=FILE_WIDTH)
    return _writer(format)(report)


def _writer(format: str) -> Callable[[ReportData], str]:
    if format == "json":
        from splitaudit.render.json import render as made
    elif format == "markdown":
        from splitaudit.render.markdown import render as made
    elif format == "html":
        from splitaudit.render.page import render as made
    elif format == "junit":
        from splitaudit.render.junit import render as made
    elif format == "sarif":
        from splitaudit.render.sarif import render as made
    elif format == "github":
        from splitaudit.render.github import render as made
    else:
        raise ConfigError(f"format is {format!r}, expected one of {', '.join(FORMATS)}")
    return made


def ready(format: str) -> str:
    """Return a format once what it needs is there, so that nobody works for a report that cannot be written.

    Raises
    ------
    MissingExtraError
        If it needs a package that is not installed.
    """
    if format == "html":
        require("jinja2", extra="report")
    return format


def render_for(
    stream: TextIO | None,
    report: ReportData,
    format: str,
    *,
    color: bool = True,
    quiet: bool = False,
    width: int | None = None,
) -> str:
    """Return the report as text that suits a stream.

    Parameters
    ----------
    stream : text stream or None
        None if it is closed. Whether it is a terminal and what it can encode decides on colour and block characters.
    report : ReportData
        The report.
    format : str
        One of :data:`FORMATS`.
    color : bool
        Whether the terminal format may use colour and bold where the stream is a terminal.
    quiet : bool
        Only the verdict and the gravest findings, in the terminal format.
    width : int, optional
        Columns of the terminal format; found out where not given.
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if format != "terminal":
        return _writer(format)(report).encode(encoding, "backslashreplace").decode(encoding)
    from splitaudit.render.console import text_for
    from splitaudit.render.terminal import renderables

    def lines(columns: int, ascii_only: bool) -> Iterable[RenderableType]:
        return renderables(report, columns, ascii_only=ascii_only, quiet=quiet)

    return text_for(stream, lines, color=color, width=width)


def format_of(path: str | os.PathLike[str], format: str | None = None) -> str:
    """Return the format to write to a file: the one given, else the one its suffix stands for.

    Raises
    ------
    ConfigError
        If neither is known.
    """
    if format is not None:
        if format not in FORMATS:
            raise ConfigError(f"format is {format!r}, expected one of {', '.join(FORMATS)}")
        return format
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ConfigError(f"{path}: the suffix {suffix!r} stands for no format, expected one of {', '.join(SUFFIXES)}")
    return SUFFIXES[suffix]


def save(report: ReportData, path: str | os.PathLike[str], format: str | None = None) -> None:
    """Write the report to a file; the format follows the suffix unless given.

    A regular file is replaced in one step, so that nobody ever reads half a report.

    Raises
    ------
    ConfigError
        If the format is not known.
    OSError
        If the file cannot be written.
    """
    text = render(report, format_of(path, format)).encode("utf-8", "backslashreplace")
    with replacing(path) as file:
        file.write_bytes(text)
