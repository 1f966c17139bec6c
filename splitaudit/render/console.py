"""What lines look like on a stream, without writing to it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from rich.console import Console, RenderableType


class _Aside:
    """A stream that tells what it is and writes nothing; one that is closed is no terminal."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = io.StringIO() if stream is None else stream

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """There is nothing to write."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def text_for(
    stream: TextIO | None,
    lines: Callable[[int, bool], Iterable[RenderableType]],
    *,
    color: bool = True,
    width: int | None = None,
    most: int | None = None,
    soft_wrap: bool = True,
) -> str:
    """Return lines as text that suits a stream.

    Parameters
    ----------
    stream : text stream or None
        Whether it is a terminal and what it can encode decides on colour and block characters; None if it is closed.
    lines : callable
        Is given the columns, and whether only ASCII can be shown.
    color : bool
        Whether colour and bold may be used where the stream is a terminal.
    width, most : int, optional
        Columns; found out where not given, and never more than ``most``.
    soft_wrap : bool
        Whether lines are left as they are, however long.
    """
    aside: Any = _Aside(stream)
    console = Console(file=aside, width=width, color_system="auto" if color else None)
    if most is not None:
        console.width = min(most, console.width)
    with console.capture() as captured:
        for line in lines(console.width, console.options.ascii_only):
            console.print(line, soft_wrap=soft_wrap)
    return captured.get()
