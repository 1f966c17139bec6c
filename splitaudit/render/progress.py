"""How far a run has come, on standard error of a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sized
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, TypeVar

from splitaudit.render.measures import budget

T = TypeVar("T")


class Wrap(Protocol):
    """Wraps an iterable to show how far a loop has come."""

    def __call__(self, iterable: Iterable[T], description: str) -> Iterable[T]: ...  # noqa: D102 - as above


@contextmanager
def terminal_progress(opening: str = "reading and preparing") -> Iterator[Wrap]:
    """Show progress while the block runs; yield what wraps its loops.

    Nothing is shown where standard error is not a terminal, such as in a log. The display disappears at the end.

    Parameters
    ----------
    opening : str
        What is shown before the first loop starts.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _silent
        return
    columns = (
        SpinnerColumn("line" if console.options.ascii_only else "dots"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left", style="dim"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        first = bars.add_task(opening, total=None)

        def wrap(iterable: Iterable[T], description: str) -> Iterator[T]:
            bars.update(first, visible=False)
            task = bars.add_task(description, total=len(iterable) if isinstance(iterable, Sized) else None)
            try:
                for item in iterable:
                    bars.update(task, description=said(item, description))
                    yield item
                    bars.advance(task)
            finally:
                bars.remove_task(task)

        yield wrap


def shown_as(progress: bool | Wrap) -> AbstractContextManager[Wrap]:
    """Return what wraps loops: the terminal's display, nothing, or what the caller brought."""
    if not isinstance(progress, bool):
        return nullcontext(progress)
    return terminal_progress() if progress else nullcontext(_silent)


def _silent(iterable: Iterable[T], description: str) -> Iterable[T]:
    return iterable


def said(item: object, description: str) -> str:
    """Name the item that is being worked on, where it has a name, and what is left of the budget, where it knows."""
    code, name = getattr(item, "code", ""), getattr(item, "name", "")
    if code and name:
        return f"{code} {name}"
    if not isinstance(name, str) or not name:
        return description
    left = getattr(item, "left", None)
    said = f"{description.removesuffix('s')}: {name}"
    if isinstance(left, (int, float)) and math.isfinite(left):
        return f"{said}, {budget(max(0.0, left))} left"
    return said
