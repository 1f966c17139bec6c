"""Learning curves that grow while a network trains, on standard error of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console, Group
from rich.text import Text

from splitaudit.explained import LearningCurve
from splitaudit.render.curves import HEIGHT, LEAST_HEIGHT, draw
from splitaudit.render.progress import said
from splitaudit.render.words import short, visible

if TYPE_CHECKING:
    from rich.live import Live

T = TypeVar("T")
MAX_WIDTH = 100
AROUND = 6  # lines besides the drawing


@dataclass
class Display:
    """What a training run tells; without a terminal nothing is shown.

    ``title`` says what is trained, ``epochs`` how long at most.
    """

    console: Console | None = None
    live: Live | None = None
    title: str = ""
    epochs: int | None = None
    said: str = "reading and preparing"
    curve: LearningCurve | None = field(default=None)

    def begin(self, title: str, epochs: int | None = None) -> None:
        """Say what is trained from now on."""
        self.title, self.epochs, self.said = title, epochs, "first epoch"
        self._show()

    def epoch(self, curve: LearningCurve) -> None:
        """Show a curve that has grown by an epoch."""
        self.curve = curve
        self.said = _counted(curve, self.epochs)
        self._show()

    def wrap(self, iterable: Iterable[T], description: str) -> Iterator[T]:
        """Show how far a loop has come, below the curve."""
        total = f"/{len(iterable)}" if isinstance(iterable, Sized) else ""
        for i, item in enumerate(iterable):
            self.said = f"{said(item, description)} ({i + 1}{total})"
            self._show()
            yield item

    def _show(self) -> None:
        if self.live is not None:
            self.live.update(self, refresh=True)

    def __rich__(self) -> Group:
        """The curve with its title, and a line that says what goes on."""
        assert self.console is not None
        ascii_only = self.console.options.ascii_only
        lines = []
        if self.curve is not None:
            width = min(self.console.width, MAX_WIDTH) - 2
            height = max(LEAST_HEIGHT, min(HEIGHT, self.console.height - AROUND))
            title = visible(short(self.title, width), ascii_only=ascii_only)
            drawn = draw(self.curve, width, height, ascii_only=ascii_only, last_epoch=self.epochs)
            lines = [Text(title, style="bold"), *drawn]
        return Group(*lines, Text(visible(self.said, ascii_only=ascii_only), style="dim", overflow="ellipsis"))


def _counted(curve: LearningCurve, epochs: int | None) -> str:
    of = f"/{epochs}" if epochs else ""
    losses = [
        f"{name} {values[-1]:.3g}" for name, values in (("train", curve.train_loss), ("val", curve.val_loss)) if values
    ]
    return f"epoch {curve.epochs[-1]}{of}" + (f" · loss {', '.join(losses)}" if losses else "")


@contextmanager
def live_curves(*, shown: bool = True) -> Iterator[Display]:
    """Show curves while the block runs; they disappear at the end.

    Nothing is shown where standard error is not a terminal, such as in a log, nor where it is not wanted.
    """
    from rich.live import Live

    console = Console(stderr=True)
    if not shown or not console.is_terminal or console.is_dumb_terminal:
        yield Display()
        return
    display = Display(console=console)
    with Live(display, console=console, transient=True, auto_refresh=False) as live:
        display.live = live
        yield display
