"""How far a run has come, shown in the terminal while it works and gone afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

T = TypeVar("T")


class Bars:
    """Wraps loops, one bar for each; loops may be nested, and the bar of a loop goes when the loop ends."""

    def __init__(self, display: Progress) -> None:
        self.display = display

    def __call__(self, iterable: Iterable[T], description: str) -> Iterator[T]:
        items = list(iterable)
        task = self.display.add_task(description, total=len(items))
        try:
            for item in items:
                yield item
                self.display.advance(task)
        finally:
            self.display.remove_task(task)


@contextmanager
def terminal_progress(console: Console | None = None) -> Iterator[Bars]:
    """Show progress while the block runs.

    Parameters
    ----------
    console : rich.console.Console, optional
        Where to draw, standard error unless given; nothing is drawn where it is no terminal.

    Yields
    ------
    Bars
        The wrapper of loops that an audit takes as ``progress``.
    """
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = console or RichConsole(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as display:
        yield Bars(display)
