"""What a figure shows, before anybody draws it: :mod:`.svg` draws it for the page, :mod:`.plot` for a paper.

A panel is a :class:`Chart` (lines over an axis), :class:`Rows` (a labelled value per row) or a :class:`Heat` map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MAX_POINTS = 400
SIDES = ("train", "val")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a chart: ``role`` is what its colour stands for (train, val, or other), ``dash`` tells runs apart."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    role: str = "other"
    dash: int = 0

    def points(self) -> list[tuple[float, float]]:
        """Return the points, of a long line some of them; a gap has NaN."""
        every = max(1, -(-len(self.x) // MAX_POINTS))
        points = list(zip(self.x, self.y, strict=False))
        return [point for i, point in enumerate(points) if i % every == 0 or i == len(points) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on the x axis that is pointed out."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range of values that others are compared with, such as the ceiling with its interval."""

    value: float
    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over a common axis; with ``percent`` the values are shares of 1, ``stairs`` draws counts between edges."""

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    percent: bool = False
    band: Band | None = None
    marks: tuple[Mark, ...] = ()
    stairs: bool = False

    def known(self) -> tuple[list[float], list[float]]:
        """Return all finite x and y."""
        pairs = [(x, y) for line in self.lines for x, y in line.points() if math.isfinite(x) and math.isfinite(y)]
        return [x for x, _ in pairs], [y for _, y in pairs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a row with its interval where it has one."""

    value: float
    low: float | None = None
    high: float | None = None
    role: str = "other"

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval where it is known."""
        if self.low is None or self.high is None or not math.isfinite(self.low + self.high):
            return None
        return self.low, self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A labelled row; ``text`` says its values in words."""

    label: str
    text: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows on a common axis from ``low`` to ``high``, all shares of 1; ``bars`` grow from 0, else values are dots.

    ``names`` says what the values of each role are, where there are several.
    """

    title: str
    rows: tuple[Row, ...]
    low: float = 0.0
    high: float = 1.0
    bars: bool = True
    band: Band | None = None
    note: str = ""
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A map; ``full`` is the value of the strongest colour."""

    title: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    unit: str
    full: float
    note: str = ""


Panel = Chart | Rows | Heat


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: ``name`` is what ``splitaudit plot --figure`` calls it, ``section`` where the page shows it."""

    name: str
    section: str
    title: str
    reading: str
    panels: tuple[Panel, ...]
    text: str = ""


def legend(panels: Sequence[Panel]) -> list[Line]:
    """Return one line for each label, in the order of the panels; the values of rows as lines of their colour."""
    lines: list[Line] = []
    for panel in panels:
        if isinstance(panel, Chart):
            lines += panel.lines
        elif isinstance(panel, Rows):
            lines += [Line(label=label, x=(), y=(), role=role) for role, label in panel.names]
    return list({(line.label, line.role, line.dash): line for line in lines}.values())
