"""Learning curves in text: accuracy per epoch of train (dotted) and val (solid), drawn with braille dots."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rich.cells import cell_len
from rich.text import Text

from splitaudit.explained import LearningCurve

WIDTH, HEIGHT = 70, 10
LEAST_WIDTH, LEAST_HEIGHT = 24, 4
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # of a braille cell, by row and column
BLANK = 0x2800
STYLES = {"train": "magenta", "val": "bold cyan"}
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the drawing: what it is called, its sign in ASCII, whether it is dotted, its values."""

    name: str
    sign: str
    dotted: bool
    values: tuple[float, ...]

    @property
    def last(self) -> float:
        """The last value that is known."""
        return next((value for value in reversed(self.values) if math.isfinite(value)), math.nan)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where values fall: ``columns`` × ``rows`` cells from ``low`` to ``high`` and from epoch ``first`` to ``last``."""

    columns: int
    rows: int
    low: float
    high: float
    first: int
    last: int

    def x(self, epoch: float, dots: int) -> int:
        """Column of dots of an epoch, with ``dots`` dots per cell."""
        return round((epoch - self.first) / max(1, self.last - self.first) * (self.columns * dots - 1))

    def y(self, value: float, dots: int) -> int:
        """Row of dots of a value, from the top, with ``dots`` dots per cell."""
        share = (self.high - value) / (self.high - self.low)
        return min(self.rows * dots - 1, max(0, round(share * (self.rows * dots - 1))))


def draw(
    curve: LearningCurve,
    width: int = WIDTH,
    height: int = HEIGHT,
    *,
    ascii_only: bool = False,
    last_epoch: int | None = None,
) -> list[Text]:
    """Draw train and val accuracy over epochs; losses where there are no accuracies.

    Parameters
    ----------
    curve : LearningCurve
    width : int
        Columns at most; below 24 it is not kept.
    height : int
        Lines of the drawing itself; the axis takes two more.
    ascii_only : bool
        Use no character beyond ASCII.
    last_epoch : int, optional
        Where the axis ends, for a curve that is still growing.

    Returns
    -------
    list of Text
        One entry per line; a single one where there is nothing to draw.
    """
    percent = _known(curve.train_accuracy) or _known(curve.val_accuracy)
    lines = _lines(curve, percent)
    if not lines or not curve.epochs:
        return [Text("no accuracy and no loss per epoch is known", style="dim")]
    ticks = _ticks([value for line in lines for value in line.values if math.isfinite(value)], percent)
    marks = [_number(tick, percent) for tick in ticks]
    what = "" if percent else "loss "
    labels = {line.name: f" {line.name} {what}{_number(line.last, percent, exact=True)}" for line in lines}
    margin, room = max(map(cell_len, marks)), max(map(cell_len, labels.values()))
    frame = _Frame(
        columns=max(8, max(width, LEAST_WIDTH) - margin - 2 - room),
        rows=max(LEAST_HEIGHT, height),
        low=ticks[0],
        high=ticks[-1],
        first=curve.epochs[0],
        last=max(last_epoch or 0, curve.epochs[-1]),
    )
    cells = _plot(lines, curve.epochs, frame, ascii_only)
    rows = {frame.y(tick, 1): mark for tick, mark in zip(ticks, marks, strict=True)}
    ends = _ends(lines, frame, labels)
    drawn = []
    for row, content in enumerate(cells):
        tick = rows.get(row, "")
        axis = ("+" if tick else "|") if ascii_only else ("┤" if tick else "│")
        line = Text.assemble((f"{tick.rjust(margin)} {axis}", "dim"), content)
        line.append_text(ends.get(row, Text()))
        line.rstrip()
        drawn.append(line)
    return [*drawn, *_axis(frame, margin, ascii_only)]


def _known(values: Sequence[float]) -> bool:
    return any(map(math.isfinite, values))


def _lines(curve: LearningCurve, percent: bool) -> list[_Line]:
    """The lines that are known, val last so that it is drawn over train."""
    train, val = (curve.train_accuracy, curve.val_accuracy) if percent else (curve.train_loss, curve.val_loss)
    lines = [_Line("train", ".", True, tuple(train)), _Line("val", "*", False, tuple(val))]
    return [line for line in lines if _known(line.values)]


def _ticks(values: list[float], percent: bool) -> list[float]:
    """Round numbers that hold all values, at most five; 100 % is never exceeded."""
    low, high = min(values), max(values)
    if percent:
        low, high = min(low, high - 0.05), min(max(high, low + 0.05), max(1.0, high))
        sizes: tuple[float, ...] = STEPS
    else:
        high = max(high, low + 0.1)
        power = 10.0 ** math.floor(math.log10(high - low))
        sizes = tuple(power * factor for factor in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0))
    size = next((s for s in sizes if math.ceil(high / s - 1e-9) - math.floor(low / s + 1e-9) <= 4), sizes[-1])
    first, last = math.floor(low / size + 1e-9), math.ceil(high / size - 1e-9)
    return [size * k for k in range(first, max(last, first + 1) + 1)]


def _number(value: float, percent: bool, *, exact: bool = False) -> str:
    if percent:
        return f"{100 * value:.1f} %" if exact else f"{100 * value:.0f} %"
    return f"{value:.3g}"


def _plot(lines: list[_Line], epochs: tuple[int, ...], frame: _Frame, ascii_only: bool) -> list[Text]:
    """One text per row of cells."""
    across, down = (1, 1) if ascii_only else (2, 4)
    bits = [[0] * frame.columns for _ in range(frame.rows)]
    owner = [[""] * frame.columns for _ in range(frame.rows)]
    for line in lines:
        for x, y in _dots(line, epochs, frame, across, down):
            row, column = y // down, x // across
            bits[row][column] |= DOTS[y % down][x % across]
            owner[row][column] = line.name
    signs = {line.name: line.sign for line in lines}
    drawn = []
    for row in range(frame.rows):
        text, cells = Text(), zip(bits[row], owner[row], strict=True)
        for of, run in groupby(cells, key=lambda cell: cell[1]):
            signed = "".join(" " if not of else signs[of] if ascii_only else chr(BLANK + bit) for bit, _ in run)
            text.append(signed, style=STYLES.get(of, ""))
        drawn.append(text)
    return drawn


def _dots(line: _Line, epochs: tuple[int, ...], frame: _Frame, across: int, down: int) -> Iterator[tuple[int, int]]:
    """Yield the dots of a line: straight from epoch to epoch, every other column where it is dotted."""
    known = [
        (frame.x(epoch, across), frame.y(value, down))
        for epoch, value in zip(epochs, line.values, strict=False)
        if math.isfinite(value)
    ]
    if len(known) == 1:
        yield known[0]
    for (x0, y0), (x1, y1) in pairwise(known):
        steps = max(x1 - x0, abs(y1 - y0), 1)
        for step in range(steps + 1):
            x, y = round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps)
            if not line.dotted or across == 1 or x % 2 == 0:
                yield x, y


def _ends(lines: list[_Line], frame: _Frame, labels: dict[str, str]) -> dict[int, Text]:
    """What stands to the right of which row: the last value of each line, one above the other."""
    placed: dict[int, Text] = {}
    for line in sorted(lines, key=lambda line: -line.last):
        row = frame.y(line.last, 1)
        while row in placed or any(taken >= row for taken in placed):
            row += 1
        if row >= frame.rows:  # both at the bottom: the higher one moves up
            placed = {taken - 1: text for taken, text in placed.items()}
            row = frame.rows - 1
        placed[row] = Text(labels[line.name], style=STYLES[line.name])
    return placed


def _axis(frame: _Frame, margin: int, ascii_only: bool) -> list[Text]:
    """The axis of epochs with its first, middle and last."""
    corner, across, tick = ("+", "-", "+") if ascii_only else ("└", "─", "┬")
    middle = (frame.first + frame.last) // 2
    epochs = sorted({frame.first, middle, frame.last})
    line, names = [across] * frame.columns, [" "] * (frame.columns + 8)
    for epoch in epochs:
        at = frame.x(epoch, 1)
        line[at] = tick
        name = str(epoch)
        start = max(0, min(at - len(name) // 2, frame.columns - len(name)))
        if all(char == " " for char in names[max(0, start - 1) : start + len(name) + 1]):
            names[start : start + len(name)] = name
    space = " " * (margin + 1)
    return [
        Text(f"{space}{corner}{''.join(line)}", style="dim"),
        Text(f"{space} {''.join(names).rstrip()}  epoch", style="dim"),
    ]
