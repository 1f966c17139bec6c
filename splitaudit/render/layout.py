"""How lines of a terminal report are laid out: a label on the left, wrapped text to its right, bars and scales."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from splitaudit.render import words

LABEL = 10
MAX_WIDTH = 110
MIN_WIDTH = 40
MAX_MESSAGE = 700
MIN_COLUMN = 23
EIGHTHS = " ▏▎▍▌▋▊▉█"


class Page:
    """Lays lines out: a label on the left, wrapped text to its right."""

    def __init__(self, width: int, ascii_only: bool) -> None:
        self.width = max(MIN_WIDTH, min(width, MAX_WIDTH))
        self.ascii_only = ascii_only
        self.console = Console(file=io.StringIO(), width=self.width)

    @property
    def room(self) -> int:
        """Columns to the right of the labels."""
        return self.width - LABEL

    def text(self, content: str, style: str = "") -> Text:
        """Return text with nothing in it that a terminal would obey."""
        content = content if len(content) <= MAX_MESSAGE else f"{content[:MAX_MESSAGE]}…"
        return Text(words.visible(content, ascii_only=self.ascii_only), style=style)

    def short(self, content: str, most: int) -> Text:
        """Return text of at most ``most`` columns, shortened in the middle."""
        shown = words.visible(content, ascii_only=self.ascii_only)
        text = self.text(words.short(shown, max(4, most - 2 if self.ascii_only else most)))
        text.truncate(most)
        return text

    def wrapped(self, body: Text | str, width: int) -> list[Text]:
        """Return a paragraph in lines of at most ``width`` columns, never none."""
        body = self.text(body) if isinstance(body, str) else body
        return list(body.wrap(self.console, max(1, width))) or [Text()]

    def lines(self, label: str, body: Text | str, style: str = "", *, hang: int = 0) -> Iterator[Text]:
        """Yield a labelled paragraph; ``hang`` indents its further lines."""
        body = self.text(body) if isinstance(body, str) else body
        head = Text(label.ljust(LABEL), style=style)
        whole = body.wrap(self.console, self.room - hang)
        for i, line in enumerate(whole):
            line.rstrip()
            indent = Text(" " * (LABEL + hang)) if i else head
            yield stripped(Text.assemble(indent, line))

    def beside(
        self, label: str, left: Text, body: Text | str, right: str = "", *, style: str = "", column: int = 0
    ) -> Iterator[Text]:
        """Yield a row: a label, a cell on the left, wrapped text, and a cell at the right margin of its first line.

        Where there is no room for that, the text stands below the cell.
        """
        column = max(column, left.cell_len)
        if self.room - column < MIN_COLUMN:
            if left.plain:
                yield from self.lines(label, Text.assemble(left, "  ", (right, "dim")), style)
            yield from self.lines("", Text.assemble("  ", self.text(body) if isinstance(body, str) else body), hang=2)
            return
        width = self.room - column - 2 - (cell_len(right) + 2 if right else 0)
        for i, line in enumerate(self.wrapped(body, width)):
            line.rstrip()
            first = Text.assemble((label.ljust(LABEL), style), left, " " * (column - left.cell_len + 2))
            row = Text.assemble(first if not i else " " * (LABEL + column + 2), line)
            if right and not i:
                row.append(" " * (self.width - row.cell_len - cell_len(right)) + right, style="dim")
            yield stripped(row)


def stripped(line: Text) -> Text:
    """Take trailing space off a line, and return it."""
    line.rstrip()
    return line


def bar(share: float, width: int, *, ascii_only: bool = False) -> str:
    """Draw a share of 1 as a bar of up to ``width`` columns; what is not known has none."""
    share = min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0
    if ascii_only:
        return "#" * round(share * width)
    whole, rest = divmod(round(share * width * 8), 8)
    return "█" * whole + (EIGHTHS[rest] if rest else "")


class Scale:
    """A line of ``width`` columns from ``first`` to ``last`` on which shares are marked."""

    def __init__(self, width: int, first: float = 0.0, last: float = 1.0, *, ascii_only: bool = False) -> None:
        self.width, self.first, self.last = width, first, last
        self.signs = ("o", "=", "|", ".") if ascii_only else ("●", "━", "┊", "·")

    def draw(self, value: float, low: float | None, high: float | None, mark: float | None = None) -> Text:
        """Draw a share with its interval, and one mark, such as chance; what is not known is not drawn."""
        dot, line, tick, rest = self.signs
        cells: list[tuple[str, str]] = [(rest, "dim")] * self.width
        if mark is not None and math.isfinite(mark):
            cells[self._at(mark)] = (tick, "yellow")
        if low is not None and high is not None and math.isfinite(low + high):
            for i in range(self._at(low), self._at(high) + 1):
                cells[i] = (line, "cyan")
        if math.isfinite(value):
            cells[self._at(value)] = (dot, "bold cyan")
        return Text.assemble(*cells)

    def ends(self) -> str:
        """Return what stands below the first and the last column."""
        first, last = f"{100 * self.first:.0f} %", f"{100 * self.last:.0f} %"
        return first + last.rjust(self.width - len(first))

    def _at(self, share: float) -> int:
        place = (share - self.first) / (self.last - self.first)
        return min(self.width - 1, max(0, round(place * (self.width - 1))))
