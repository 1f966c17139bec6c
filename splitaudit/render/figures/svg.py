"""Figures as inline SVG: one function per kind of panel; nothing to load, nothing that runs, text as text.

Colours are classes that the page's style sheet fills, so that they follow light and dark. Every drawing has a title and
a description for those who cannot see it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from itertools import groupby

from splitaudit.render.figures.model import Band, Chart, Heat, Line, Panel, Row, Rows, Value
from splitaudit.render.figures.scale import Scale, level, limits, shown, ticks
from splitaudit.render.words import number, short, visible

WIDTH, HEIGHT = 400, 240
RIGHT, TOP, BOTTOM = 12, 22, 44
CHAR = 6.4  # width of a character of a tick label
MAX_LABEL = 46
MAX_DESCRIBED = 12
ROW, BAR = 22, 9
BAND = 6  # half the height of the band of one row
CELL_HEIGHT, LABELS = 15, 104
SHORT_LABEL = 15
KEYS, KEY_STEP = 5, 50
ROLES = ("train", "val", "named", "rest", "chance")


def draw(panel: Panel) -> str:
    """Return a panel as an SVG element, in which every text is escaped."""
    if isinstance(panel, Chart):
        return "".join(_chart(panel))
    return "".join(_rows(panel) if isinstance(panel, Rows) else _heat(panel))


def swatch(line: Line) -> str:
    """Return the piece of a line that stands beside its name in a legend."""
    return (
        '<svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true" focusable="false">'
        f'<path class="{_classes(line)}" d="M1 4H27"></path></svg>'
    )


def _text(text: str) -> str:
    return escape(visible(text))


def _short(text: str, most: int = MAX_LABEL) -> str:
    return short(visible(text), most)


def _opened(height: float, title: str, description: str) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {height:.0f}" class="panel" aria-label="{_text(title)}. '
        f'{_text(description)}"><title>{_text(title)}</title><desc>{_text(description)}</desc>'
    )


def _label(x: float, y: float, text: str, *, kind: str = "", anchor: str = "start") -> str:
    name = f' class="{kind}"' if kind else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{name}{at}>{_text(text)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"></line>'


def _box(x: float, y: float, width: float, height: float, kind: str) -> str:
    size = f'width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}"'
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" {size}></rect>'


def _classes(line: Line) -> str:
    role = line.role if line.role in ROLES else f"other{line.dash % 4}"
    return f"line {role} dash{line.dash % 4}"


def _chart(chart: Chart) -> Iterator[str]:
    xs, ys = chart.known()
    if not xs:
        return
    band = [chart.band.low, chart.band.high] if chart.band else []
    low, high = limits([*ys, *band], percent=chart.percent, zero=chart.stairs)
    marked = ticks(low, high, 5)
    left = 10 + CHAR * max((len(shown(t, percent=chart.percent)) for t in marked), default=4)
    x = Scale(*_span(xs), left, WIDTH - RIGHT)
    y = Scale(low, high, HEIGHT - BOTTOM, TOP)
    yield _opened(HEIGHT, chart.title, _told(chart))
    if chart.band:
        yield from _level(chart.band, y, left)
    for tick in marked:
        yield _rule(left, y(tick), WIDTH - RIGHT, y(tick), "grid")
        yield _label(left - 6, y(tick) + 4, shown(tick, percent=chart.percent), anchor="end")
    for tick in ticks(x.low, x.high, 6):
        yield _rule(x(tick), HEIGHT - BOTTOM, x(tick), HEIGHT - BOTTOM + 4, "axis")
        anchor = "end" if x(tick) > WIDTH - 24 else "middle"
        yield _label(x(tick), HEIGHT - BOTTOM + 17, shown(tick), anchor=anchor)
    yield _rule(left, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis")
    yield _label((left + WIDTH - RIGHT) / 2, HEIGHT - 8, _short(chart.x_label), kind="muted", anchor="middle")
    yield _label(4, 12, _short(chart.y_label), kind="muted")
    for line in chart.lines:
        path = " ".join(_path(line, x, y, stairs=chart.stairs))
        if path:
            yield f'<path class="{_classes(line)}" d="{path}"></path>'
    for place, mark in enumerate(mark for mark in chart.marks if x.low <= mark.x <= x.high):
        yield _rule(x(mark.x), TOP, x(mark.x), HEIGHT - BOTTOM, "mark")
        end = x(mark.x) > WIDTH - 110
        text = f"{mark.label}, {chart.x_label} {shown(mark.x)}"
        at = HEIGHT - BOTTOM - 6 - 14 * place
        yield _label(x(mark.x) + (-4 if end else 4), at, text, kind="halo", anchor="end" if end else "start")
    yield "</svg>"


def _span(xs: list[float]) -> tuple[float, float]:
    low, high = min(xs), max(xs)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _level(band: Band, y: Scale, left: float) -> Iterator[str]:
    yield _box(left, y(band.high), WIDTH - RIGHT - left, y(band.low) - y(band.high), "band")
    yield _rule(left, y(band.value), WIDTH - RIGHT, y(band.value), "level")
    yield _label(WIDTH - RIGHT - 4, y(band.high) - 4, band.label, kind="muted halo", anchor="end")


def _told(chart: Chart) -> str:
    """Say where each line begins and ends, and what is marked."""
    said = []
    for line in chart.lines[:MAX_DESCRIBED]:
        known = [(a, b) for a, b in line.points() if math.isfinite(a) and math.isfinite(b)]
        if known:
            (_, first), (last_x, last) = known[0], known[-1]
            ends = (shown(first, percent=chart.percent), shown(last, percent=chart.percent))
            said.append(f"{_short(line.label, 60)} from {ends[0]} to {ends[1]} at {chart.x_label} {shown(last_x)}")
    said += [f"{mark.label} at {chart.x_label} {shown(mark.x)}" for mark in chart.marks]
    if chart.band:
        said.append(f"{chart.band.label} {level(chart.band.value)}")
    return f"{chart.y_label} by {chart.x_label}: {'; '.join(said)}"


def _path(line: Line, x: Scale, y: Scale, *, stairs: bool) -> Iterator[str]:
    """Yield the commands of a line that is broken where a value is missing."""
    for known, run in groupby(line.points(), key=lambda point: math.isfinite(point[0]) and math.isfinite(point[1])):
        if not known:
            continue
        spots = [(x(a), y(b)) for a, b in run]
        if stairs:
            steps = " ".join(f"H{a:.1f}V{b:.1f}" for a, b in spots[1:])
            yield f"M{spots[0][0]:.1f} {y.start:.1f}V{spots[0][1]:.1f}{steps}"
        else:
            rest = "".join(f"L{a:.1f} {b:.1f}" for a, b in (spots[1:] if len(spots) > 1 else spots))
            yield f"M{spots[0][0]:.1f} {spots[0][1]:.1f}{rest}"


def _rows(rows: Rows) -> Iterator[str]:
    axis = Scale(rows.low, rows.high, 8, WIDTH - RIGHT)
    thick = [max(1, sum(value.role != "rest" for value in row.values)) if rows.bars else 1 for row in rows.rows]
    heights = [ROW + BAR * t for t in thick]
    top = TOP if rows.band else 2
    foot = top + sum(heights) + 6
    said = "; ".join(f"{_short(row.label, 60)}: {row.text}" for row in rows.rows[:MAX_DESCRIBED])
    more = len(rows.rows) - MAX_DESCRIBED
    yield _opened(foot + 22, rows.title, f"{said}; and {more} more" if more > 0 else said)
    if rows.band:
        middle = min(max(axis(rows.band.value), 60), WIDTH - 60)
        yield _label(middle, 11, f"{rows.band.label} {level(rows.band.value)}", anchor="middle")
    at = float(top)
    for row, height in zip(rows.rows, heights, strict=True):
        if rows.band:
            yield from _stretch(rows.band, axis, at + ROW - 1)
        yield from _row(row, axis, at, bars=rows.bars)
        at += height
    yield _rule(8, foot, WIDTH - RIGHT, foot, "axis")
    for tick in ticks(rows.low, rows.high, 5):
        yield _rule(axis(tick), foot, axis(tick), foot + 4, "axis")
        anchor = "start" if axis(tick) < 24 else "end" if axis(tick) > WIDTH - 30 else "middle"
        yield _label(axis(tick), foot + 17, shown(tick, percent=True), kind="muted", anchor=anchor)
    yield "</svg>"


def _stretch(band: Band, axis: Scale, middle: float) -> Iterator[str]:
    """Yield the band where the dots of one row are, so that no text lies on it."""
    yield _box(axis(band.low), middle - BAND, axis(band.high) - axis(band.low), 2 * BAND, "band")
    yield _rule(axis(band.value), middle - BAND, axis(band.value), middle + BAND, "level")


def _row(row: Row, axis: Scale, at: float, *, bars: bool) -> Iterator[str]:
    """Yield a row: its name and its numbers on one line, below it bars or dots."""
    room = int((WIDTH - 20) / CHAR) - len(row.text) - 2
    yield _label(8, at + 12, _short(row.label, max(10, min(MAX_LABEL, room))), kind="halo")
    yield _label(WIDTH - RIGHT, at + 12, row.text, kind="muted halo", anchor="end")
    middle = at + ROW - 1
    for i, value in enumerate(row.values):
        if not math.isfinite(value.value):
            continue
        bar = bars and value.role != "rest"
        if bar and i:
            middle += BAR  # a bar has a line of its own, a dot of the rest lies on the bar before it
        yield from _bar(value, axis, middle) if bar else _dot(value, axis, middle)


def _bar(value: Value, axis: Scale, middle: float) -> Iterator[str]:
    yield _box(axis.start, middle - BAR / 2, axis.stop - axis.start, BAR - 1, "track")
    yield _box(axis.start, middle - BAR / 2, axis(value.value) - axis.start, BAR - 1, f"fill {value.role}")


def _dot(value: Value, axis: Scale, middle: float) -> Iterator[str]:
    if value.interval:
        yield _rule(axis(value.interval[0]), middle, axis(value.interval[1]), middle, f"line {value.role}")
    yield f'<circle class="dot {value.role}" cx="{axis(value.value):.1f}" cy="{middle:.1f}" r="4"></circle>'


def _heat(heat: Heat) -> Iterator[str]:
    n = len(heat.row_labels)
    height = max(CELL_HEIGHT, min(40, 120 // n))
    width = (WIDTH - LABELS - RIGHT) / len(heat.column_labels)
    top = 4
    foot = top + n * height
    best = max(
        ((v, r, c) for r, row in enumerate(heat.values) for c, v in enumerate(row) if math.isfinite(v)), default=None
    )
    said = f"{n} rows by {len(heat.column_labels)} time ranges"
    if best is not None:
        place = f"{_short(heat.row_labels[best[1]])}, steps {heat.column_labels[best[2]]}"
        said += f"; largest at {place}: {number(best[0])} {heat.unit}"
    yield _opened(foot + 60, heat.title, said)
    for r, row in enumerate(heat.values):
        at = top + r * height
        yield _label(LABELS - 6, at + height / 2 + 4, _short(heat.row_labels[r], SHORT_LABEL), anchor="end")
        for c, value in enumerate(row):
            yield _cell(heat, r, c, value, (LABELS + c * width, at, width, height))
    for text, x, anchor in (
        (heat.column_labels[0].split("-")[0], LABELS, "start"),
        (heat.column_labels[-1].split("-")[-1], WIDTH - RIGHT, "end"),
        ("time steps", (LABELS + WIDTH - RIGHT) / 2, "middle"),
    ):
        yield _label(x, foot + 15, text, kind="muted", anchor=anchor)
    yield from _key(heat, foot + 34)
    yield "</svg>"


def _cell(heat: Heat, r: int, c: int, value: float, box: tuple[float, float, float, float]) -> str:
    """Return a cell; what is not known stays empty."""
    x, y, width, height = box
    share = 0.0 if math.isnan(value) else min(1.0, max(0.0, value / heat.full))
    told = f"{_short(heat.row_labels[r])}, {heat.column_labels[c]}: {number(value)} {heat.unit}"
    return (
        f'<rect class="cell" x="{x:.1f}" y="{y:.1f}" width="{width - 1:.1f}" height="{height - 1:.1f}" '
        f'fill-opacity="{share:.2f}"><title>{_text(told)}</title></rect>'
    )


def _key(heat: Heat, at: float) -> Iterator[str]:
    """Yield the colours with the values that they stand for."""
    for i in range(KEYS + 1):
        share, x = i / KEYS, LABELS + i * KEY_STEP
        yield (f'<rect class="cell" x="{x:.1f}" y="{at:.1f}" width="14" height="12" fill-opacity="{share:.2f}"></rect>')
        yield _label(x + 18, at + 10, number(float(f"{share * heat.full:.2g}")), kind="muted")
    yield _label(LABELS - 6, at + 10, heat.unit, kind="muted", anchor="end")
