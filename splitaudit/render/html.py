"""The report in a notebook: a fragment of HTML without scripts, style sheets or anything to load."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from html import escape

from splitaudit.evidence import Curve, Exhibit, Grid, Histogram, Table
from splitaudit.render import words
from splitaudit.render.html_explanation import explanation_parts
from splitaudit.report import Finding, ReportData, Side

COLORS = {
    "pass": "#1a7f37",
    "warn": "#9a6700",
    "fail": "#b42318",
    "error": "#b42318",
    "crashed": "#8250df",
    "warning": "#9a6700",
}
MAX_GRID_ROWS = 64
MAX_TABLE_ROWS = 20
FULL_SCALE_SD = 1.6
STYLE = (
    "font-family:system-ui,sans-serif;font-size:14px;line-height:1.45;max-width:60em;color:#1f2328;background:#fff;"
    "padding:0.8em;text-align:left"
)
CELL = "padding:0.1em 0.6em 0.1em 0;text-align:left;vertical-align:top;font-size:13px"


def fragment(report: ReportData) -> str:
    """Return the report as one ``<div>``, in ASCII; every text from the data is escaped."""
    return "\n".join(_parts(report)).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _text(text: str) -> str:
    return escape(words.visible(text))


def _parts(report: ReportData) -> Iterator[str]:
    verdict = report.verdict
    yield f'<div class="splitaudit" style="{STYLE}">'
    yield (
        f'<p style="font-size:16px;margin:0 0 0.6em"><strong style="color:{COLORS[verdict.status]}">'
        f"{verdict.status.upper()}</strong> {_text(verdict.summary)}</p>"
    )
    yield '<table style="border-collapse:collapse;margin:0 0 0.6em">'
    for side in (report.train, report.val):
        yield _row(side.name, _side(side))
    yield _row("units", words.units(report.units))
    yield "</table>"
    if report.explanation is not None:
        yield from explanation_parts(report.explanation, report)
    for finding in report.ranked("crashed", "error", "warning"):
        yield from _finding(finding, report)
    unclear = [f for f in report.findings if not f.decidable]
    info = [f for f in report.by_severity("info") if f.decidable]
    for label, findings in (("Unclear", unclear), ("Info", info), ("Accepted", report.by_severity("accepted"))):
        yield from _list(label, findings)
    yield from _codes(report)
    yield f'<p style="color:#59636e;margin:0.6em 0 0">splitaudit {_text(report.version)} {words.timing(report)}</p>'
    yield "</div>"


def _row(label: str, body: str) -> str:
    return f'<tr><th style="{CELL}">{_text(label)}</th><td style="{CELL}">{_text(body)}</td></tr>'


def _side(side: Side) -> str:
    source = "" if side.source in ("", side.name) else f"{side.source}: "
    parts = [f"{source}{words.size(side)}", words.contents(side), *side.notes]
    return "; ".join([*parts, f"set aside: {side.set_aside}"] if side.set_aside else parts)


def _finding(finding: Finding, report: ReportData) -> Iterator[str]:
    color = COLORS[finding.severity]
    yield f'<div style="border-left:4px solid {color};padding:0 0 0 0.7em;margin:0.8em 0">'
    yield (
        f'<div><strong style="color:{color}">{finding.severity}</strong> <strong>{_text(finding.rule)} '
        f"{_text(finding.name)}</strong></div><div>{_text(finding.message)}</div>"
    )
    if finding.severity != "crashed":
        size = "; ".join(filter(None, [words.effect(finding), words.p_value(finding)]))
        rows = (("where", words.place(finding, report)), ("effect", size), ("remedy", finding.remedy))
        yield f"<table>{''.join(_row(label, body) for label, body in rows if body)}</table>"
    for exhibit in finding.exhibits:
        yield from _exhibit(exhibit)
    yield "</div>"


def _list(label: str, findings: Iterable[Finding]) -> Iterator[str]:
    rows = [f"<li>{_text(f'{f.rule} {f.name}: {f.message}')}</li>" for f in findings]
    if rows:
        yield f"<details><summary>{label} ({len(rows)})</summary><ul>{''.join(rows)}</ul></details>"


def _codes(report: ReportData) -> Iterator[str]:
    ok = [f.rule for f in report.by_severity("ok")]
    if ok:
        yield f"<p>Nothing to report ({len(ok)}): {_text(' '.join(ok))}</p>"
    skipped = words.skipped_by_reason(report.by_severity("skipped"))
    if skipped:
        rows = "".join(f"<li>{_text(f'{reason}: ' + ' '.join(codes))}</li>" for reason, codes in skipped.items())
        count = sum(map(len, skipped.values()))
        yield f"<details><summary>Skipped ({count})</summary><ul>{rows}</ul></details>"


def _exhibit(exhibit: Exhibit) -> Iterator[str]:
    """Show a table or a grid as a table; curves and histograms are for the full report."""
    if isinstance(exhibit, (Curve, Histogram)):
        return
    rows = _cells(exhibit) if isinstance(exhibit, Grid) else _rows(exhibit)
    yield (
        f"<details><summary>{_text(exhibit.title)}</summary>"
        f'<div style="overflow-x:auto"><table style="border-collapse:collapse">{"".join(rows)}</table></div></details>'
    )


def _rows(table: Table) -> Iterator[str]:
    yield "<tr>" + "".join(f'<th style="{CELL}">{_text(name)}</th>' for name in table.columns) + "</tr>"
    for row in table.rows[:MAX_TABLE_ROWS]:
        yield "<tr>" + "".join(f'<td style="{CELL}">{_text(_value(value))}</td>' for value in row) + "</tr>"
    if len(table.rows) > MAX_TABLE_ROWS:
        yield f'<tr><td style="{CELL}">and {len(table.rows) - MAX_TABLE_ROWS:,} more rows</td></tr>'


def _value(value: object) -> str:
    if value is None:
        return ""
    return words.number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _opacity(share: float) -> float:
    return min(1.0, share) if share > 0 else 0.0


def _cells(grid: Grid) -> Iterator[str]:
    largest = max((v for row in grid.values for v in row if v < math.inf), default=0.0)
    full = FULL_SCALE_SD if grid.unit.endswith("sd") else largest or 1.0
    for label, row in list(zip(grid.row_labels, grid.values, strict=True))[:MAX_GRID_ROWS]:
        cells = "".join(
            f'<td title="{_text(f"{column}: {words.number(value)} {grid.unit}")}" style="min-width:1.2em;'
            f'background:rgba(180,35,24,{_opacity(value / full):.2f})">&nbsp;</td>'
            for column, value in zip(grid.column_labels, row, strict=True)
        )
        yield f'<tr><th style="{CELL}">{_text(words.short(label))}</th>{cells}</tr>'
