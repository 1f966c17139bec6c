"""A grid of numbers as rows of block characters."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rich.text import Text

from splitaudit.evidence import Grid
from splitaudit.render.words import number, short, visible
from splitaudit.wording import counted

# in standard deviations: half of the first is what samples of a few dozen windows show by chance
SD_EDGES = (0.1, 0.2, 0.4, 0.8, 1.6)
BLOCKS = "·▁▂▄▆█"
ASCII_BLOCKS = ".-+*#@"
STYLES = ("dim", "cyan", "green", "yellow", "bright_red", "bold red")
MAX_ROWS = 12
MAX_LABEL = 18


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Lines of a map, ready to be shown, and their title."""

    title: str
    lines: list[Text]


def draw(grid: Grid, width: int, *, ascii_only: bool = False) -> Heatmap:
    """Draw a grid in at most ``width`` columns.

    The rows that differ most are shown, in their own order; rows without anything to see are only counted. The scale is
    absolute for values in standard deviations, else relative to the largest value.
    """
    edges = _edges(grid)
    levels = [[sum(value >= edge for edge in edges) for value in row] for row in grid.values]
    order = sorted(range(len(levels)), key=lambda r: (-max(levels[r], default=0), -sum(levels[r]), r))
    shown = sorted(r for r in order[:MAX_ROWS] if max(levels[r], default=0))
    labels = [visible(short(grid.row_labels[r], MAX_LABEL), ascii_only=ascii_only) for r in shown]
    margin = max((len(label) for label in labels), default=0)
    columns = len(grid.column_labels)
    room = max(1, width - margin - 2)
    merge = -(-columns // room)
    cell = max(1, min(4, room // max(1, -(-columns // merge))))
    blocks = ASCII_BLOCKS if ascii_only else BLOCKS
    lines = []
    for r, label in zip(shown, labels, strict=True):
        line = Text(label.rjust(margin) + "  ", style="")
        for first in range(0, columns, merge):
            level = max(levels[r][first : first + merge])
            line.append(blocks[level] * cell, style=STYLES[level])
        lines.append(line)
    if shown and columns:
        lines.append(_axis(grid, margin, cell * -(-columns // merge)))
    lines += _rest(grid, levels, shown, edges)
    if shown:
        lines.append(_legend(grid, edges, blocks, max(max(levels[r]) for r in shown)))
    return Heatmap(grid.title, lines)


def _edges(grid: Grid) -> tuple[float, ...]:
    if grid.unit.endswith("sd"):
        return SD_EDGES
    largest = max((value for row in grid.values for value in row if value < math.inf), default=0.0)
    return tuple(float(f"{largest * share:.2g}") or 1.0 for share in (0.05, 0.2, 0.4, 0.6, 0.8))


def _axis(grid: Grid, margin: int, length: int) -> Text:
    """Return the first and the last position below the cells."""
    first = grid.column_labels[0].split("-")[0]
    last = grid.column_labels[-1].split("-")[-1]
    return Text(" " * (margin + 2) + first + last.rjust(max(len(last) + 1, length - len(first))), style="dim")


def _rest(grid: Grid, levels: list[list[int]], shown: list[int], edges: tuple[float, ...]) -> list[Text]:
    hidden = [r for r in range(len(levels)) if r not in shown]
    flat = sum(not max(levels[r], default=0) for r in hidden)
    notes = []
    if len(hidden) > flat:
        notes.append(f"{counted(len(hidden) - flat, 'channel')} not shown, less than these")
    if flat:
        notes.append(f"{counted(flat, 'channel')} below {number(edges[0])} {grid.unit} everywhere")
    return [Text("; ".join(notes), style="dim")] if notes else []


def _legend(grid: Grid, edges: tuple[float, ...], blocks: str, highest: int) -> Text:
    line = Text()
    for level in range(highest + 1):
        bound = f"<{number(edges[0])}" if level == 0 else f"{number(edges[level - 1])}+"
        line.append(blocks[level], style=STYLES[level])
        line.append(f" {bound}  ", style="dim")
    return line.append(grid.unit, style="dim")
