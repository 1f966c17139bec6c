"""Figures as PNG, SVG or PDF for a paper, drawn with matplotlib: one function per kind of panel.

Matplotlib's objects are used without pyplot, so that no window opens and nobody's style is changed. Names from the data
are text here, too: no mathematics is read from them.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from splitaudit.errors import ConfigError, require
from splitaudit.render.figures.gallery import figures
from splitaudit.render.figures.model import Band, Chart, Figure, Heat, Line, Panel, Rows, Value
from splitaudit.render.words import short, visible
from splitaudit.report import ReportData

FORMATS = ("png", "svg", "pdf")
COLORS = {
    "train": "#0b57d0",
    "val": "#c5221f",
    "named": "#7a3fc4",
    "rest": "#1b2026",
    "chance": "#565f6b",
    "other": "#00695c",
    "other1": "#8a5300",
    "other2": "#5f3dc4",
    "other3": "#3d5a00",
}
GREY, BAND = "#565f6b", "#dfe3e8"
DASHES: tuple[Any, ...] = ("-", (0, (6, 4)), (0, (1.5, 2)), (0, (8, 3, 2, 3)))
STYLE = {
    "text.parse_math": False,
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "splitaudit",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
}
COLUMN, HEIGHT = 3.5, 2.4  # inches: a column of a paper
ACROSS = 2
DPI = 300
MAX_TITLE, MAX_LABEL = 60, 36
HEAT_LABEL = 20
MARK_LINE = 0.08  # of the height of a chart
MARKED = {"fontsize": 7, "color": GREY}
MANY_COLUMNS = 8


def chosen(report: ReportData, names: Sequence[str] = ()) -> tuple[Figure, ...]:
    """Return the figures of a report, or those of the given names.

    Raises
    ------
    ConfigError
        If the report has no such figure, or none at all.
    """
    found = {figure.name: figure for figure in figures(report)}
    if not found:
        raise ConfigError("the report holds nothing to draw")
    missing = [name for name in names if name not in found]
    if missing:
        raise ConfigError(f"the report has no figure {missing[0]!r}, there are {', '.join(found)}")
    return tuple(found[name] for name in dict.fromkeys(names)) if names else tuple(found.values())


def save(
    report: ReportData, output: str | os.PathLike[str], names: Sequence[str] = (), format: str = "png"
) -> list[Path]:
    """Draw figures of a report to files.

    Parameters
    ----------
    report : ReportData
    output : path
        A file that ends in .png, .svg or .pdf, for a single figure; else a folder, in which every figure gets a file
        of its name.
    names : sequence of str
        Which figures; all where none is named.
    format : {"png", "svg", "pdf"}
        Of the files in a folder.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ConfigError
        If a figure is not there, or several do not fit into one file.
    MissingExtraError
        If matplotlib is not installed.
    """
    matplotlib = require("matplotlib", extra="report")
    target, drawn = Path(output), chosen(report, names)
    suffix = target.suffix.lower().removeprefix(".")
    if suffix in FORMATS and not target.is_dir():
        if len(drawn) > 1:
            raise ConfigError(
                f"{target}: one file holds one figure and the report has {len(drawn)}, name one "
                f"({', '.join(each.name for each in drawn)}) or give a folder"
            )
        files = {target: drawn[0]}
    else:
        target.mkdir(parents=True, exist_ok=True)
        files = {target / f"{each.name}.{format}": each for each in drawn}
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name in a script that the font lacks is still drawn
        warnings.filterwarnings("ignore", message="constrained_layout not applied")  # as are long names in little room
        for path, each in files.items():
            kind = path.suffix.lower().removeprefix(".")
            dated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
            _drawn(each).savefig(path, dpi=DPI, metadata=dated, format=kind)
    return list(files)


def _drawn(figure: Figure) -> Any:
    """Return a matplotlib figure with a panel beside or below another."""
    from matplotlib.figure import Figure as Canvas

    across = min(ACROSS, len(figure.panels))
    lines = [list(range(i, min(i + across, len(figure.panels)))) for i in range(0, len(figure.panels), across)]
    heights = [max(_height(figure.panels[i]) for i in line) for line in lines]
    canvas = Canvas(figsize=(COLUMN * across, sum(heights)), layout="constrained")
    grid = canvas.add_gridspec(len(lines), across, height_ratios=heights)
    for i, panel in enumerate(figure.panels):
        axes = canvas.add_subplot(grid[i // across, i % across])
        axes.set_title(_text(panel.title), loc="left", fontsize=8)
        if isinstance(panel, Chart):
            _chart(axes, panel)
        elif isinstance(panel, Rows):
            _rows(axes, panel)
        else:
            _heat(canvas, axes, panel)
    return canvas


def _height(panel: Panel) -> float:
    if isinstance(panel, Chart):
        return HEIGHT
    n = len(panel.rows) if isinstance(panel, Rows) else len(panel.row_labels)
    return max(1.2, 0.7 + 0.22 * n)


def _text(text: str, most: int = MAX_TITLE) -> str:
    return short(visible(text), most)


def _color(line: Line) -> str:
    return COLORS.get(f"other{line.dash % 4}" if line.role == "other" else line.role, COLORS["other"])


def _chart(axes: Any, chart: Chart) -> None:
    for line in chart.lines:
        points = [(x, y if math.isfinite(y) else math.nan) for x, y in line.points() if math.isfinite(x)]
        style = {"color": _color(line), "linestyle": DASHES[line.dash % 4], "linewidth": 1.2}
        x, y = zip(*points, strict=True) if points else ((), ())
        drawstyle = "steps-post" if chart.stairs else "default"
        axes.plot(x, y, label=_text(line.label, MAX_LABEL), drawstyle=drawstyle, **style)
    if chart.band:
        _across(axes.axhspan, axes.axhline, chart.band)
    for place, mark in enumerate(chart.marks):
        axes.axvline(mark.x, color=GREY, linewidth=0.8, linestyle=":")
        at = 0.02 + MARK_LINE * place
        axes.text(mark.x, at, f" {_text(mark.label, MAX_LABEL)}", transform=axes.get_xaxis_transform(), **MARKED)
    axes.set_xlabel(_text(chart.x_label))
    axes.set_ylabel(_text(chart.y_label))
    if chart.percent:
        _percent(axes.yaxis)
    if chart.stairs:
        axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=6.5)


def _across(span: Any, level: Any, band: Band) -> None:
    span(band.low, band.high, color=BAND, zorder=0, linewidth=0)
    level(band.value, color=GREY, linewidth=0.8, zorder=1, label=band.label)


def _percent(axis: Any) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=None))


def _rows(axes: Any, rows: Rows) -> None:
    places = range(len(rows.rows))
    for place, row in zip(places, rows.rows, strict=True):
        bars = [value for value in row.values if rows.bars and value.role != "rest"]
        for i, value in enumerate(bars):
            height = 0.7 / len(bars)
            at = place + (i - (len(bars) - 1) / 2) * height
            axes.barh(at, value.value, height=height, color=COLORS.get(value.role, COLORS["other"]))
        for value in row.values:
            if value not in bars and math.isfinite(value.value):
                _dot(axes, place, value)
    if rows.band:
        _across(axes.axvspan, axes.axvline, rows.band)
    axes.set_yticks(list(places), [_text(row.label, MAX_LABEL) for row in rows.rows])
    axes.set_ylim(len(rows.rows) - 0.4, -0.6)
    axes.set_xlim(rows.low, rows.high)
    _percent(axes.xaxis)
    if rows.names:
        from matplotlib.patches import Patch

        named = [Patch(color=COLORS[role], label=label) for role, label in rows.names]
        axes.legend(handles=named, frameon=False, fontsize=6.5)


def _dot(axes: Any, place: float, value: Value) -> None:
    color = COLORS.get(value.role, COLORS["other"])
    if value.interval:
        axes.plot(value.interval, (place, place), color=color, linewidth=1.2)
    axes.plot([value.value], [place], "o", color=color, markersize=3.5)


def _heat(canvas: Any, axes: Any, heat: Heat) -> None:
    values = [[value if math.isfinite(value) else math.nan for value in row] for row in heat.values]
    image = axes.imshow(values, aspect="auto", cmap="Reds", vmin=0, vmax=heat.full, interpolation="nearest")
    axes.set_yticks(range(len(values)), [_text(name, HEAT_LABEL) for name in heat.row_labels])
    every = -(-len(heat.column_labels) // MANY_COLUMNS)
    shown = range(0, len(heat.column_labels), every)
    axes.set_xticks(list(shown), [heat.column_labels[c].split("-")[0] for c in shown])
    axes.set_xlabel("time step")
    canvas.colorbar(image, ax=axes, label=_text(heat.unit), extend="max")
