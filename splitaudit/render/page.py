"""The report as one HTML page that loads nothing: words of :mod:`.view` in templates, figures as inline SVG.

The templates escape every text. What runs in the page is one small script of our own, for the filters; without it
everything is shown. A content security policy forbids anything else, so that a name in the data can start nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources
from typing import Any

from splitaudit.errors import require
from splitaudit.render.figures import svg
from splitaudit.render.figures.gallery import figures
from splitaudit.render.figures.model import Figure, legend
from splitaudit.render.view import view
from splitaudit.render.words import visible
from splitaudit.report import ReportData


def render(report: ReportData) -> str:
    """Return the report as an HTML page, in ASCII.

    Raises
    ------
    MissingExtraError
        If jinja2 is not installed.
    """
    markup = require("markupsafe", extra="report").Markup
    style, script = _asset("page.css"), _asset("page.js")
    drawn: dict[str, list[dict[str, Any]]] = {}
    for figure in figures(report):
        drawn.setdefault(figure.section, []).append(_drawn(figure, markup))
    text: str = (
        _environment()
        .get_template("page.html")
        .render(
            view(report, drawn),
            style=markup(style),
            script=markup(script),
            policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}",
            draw=lambda panel: markup(svg.draw(panel)),
            named=lambda panel: _legend(legend([panel]), markup),
        )
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _environment() -> Any:
    """Return an environment in which every text is escaped and control characters are shown."""
    jinja2 = require("jinja2", extra="report")

    def load(name: str) -> str:
        return _asset(name)

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: _shown(value) if type(value) is str else value,
    )


def _shown(text: str) -> str:
    """Return text as it is shown: control characters as escapes, a number and its percent sign on one line."""
    return re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", visible(text))


def _asset(name: str) -> str:
    return resources.files("splitaudit.render").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return what a content security policy calls an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _drawn(figure: Figure, markup: Any) -> dict[str, Any]:
    """Return a figure with its panels drawn; lines that are the same in all panels are named once."""
    lines = [legend([panel]) for panel in figure.panels]
    common = all([each.label for each in found] == [each.label for each in lines[0]] for found in lines)
    return {
        "name": figure.name,
        "title": figure.title,
        "reading": figure.reading,
        "text": figure.text,
        "panels": [
            {
                "title": panel.title,
                "svg": markup(svg.draw(panel)),
                "legend": [] if common else _legend(found, markup),
                "note": getattr(panel, "note", ""),
            }
            for panel, found in zip(figure.panels, lines, strict=True)
        ],
        "legend": _legend(lines[0], markup) if common else [],
    }


def _legend(lines: list[Any], markup: Any) -> list[tuple[Any, str]]:
    return [(markup(svg.swatch(line)), line.label) for line in lines]
