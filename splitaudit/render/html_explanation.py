"""The explanation as HTML: bars of plain boxes, curves as inline SVG, the rest folded away."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from splitaudit.explained import Cause, Ceiling, Explanation, Proof
from splitaudit.render import measures, words
from splitaudit.render.svg import curve_svg
from splitaudit.report import ReportData
from splitaudit.wording import probability

RED, GREEN, GREY, BLUE = "#b42318", "#1a7f37", "#59636e", "#0969da"
HEALTHY = "healthy"
CELL = "padding:0.1em 0.8em 0.1em 0;text-align:left;vertical-align:top;font-size:13px"
MAX_CURVES = 4
MAX_ROWS = 100


def explanation_parts(explanation: Explanation, report: ReportData) -> Iterator[str]:
    """Yield the explanation as HTML; every text from the data is escaped."""
    if explanation.partial:
        yield f'<p style="color:{RED}"><strong>Interrupted: a partial answer</strong></p>'
    yield f'<p style="font-size:16px"><strong>{_text(measures.answer(explanation))}</strong></p>'
    if explanation.undecided:
        yield f'<p><strong style="color:{BLUE}">Undecided</strong> {_text(explanation.undecided)}</p>'
    for cause in measures.by_status(explanation, "named"):
        yield from _cause(cause, report)
    if explanation.ceiling is not None:
        yield from _ceiling(explanation.ceiling)
    yield from _curves(explanation)
    yield from _causes(explanation)
    for title, parts in (
        ("Measured", _experiments(explanation)),
        ("Error slices", _slices(explanation)),
        ("Ladder", _ladder(explanation)),
        ("Not run", _list(measures.left_out(explanation))),
    ):
        body = "".join(parts)
        if body:
            yield f'<details><summary>{title}</summary><div style="overflow-x:auto">{body}</div></details>'


def _text(text: str) -> str:
    return escape(words.visible(text))


def _color(cause: Cause) -> str:
    return GREEN if cause.name == HEALTHY else RED if cause.status == "named" else GREY


def _bar(share: float, color: str) -> str:
    percent = 100 * min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0
    return (
        '<div style="display:inline-block;vertical-align:middle;width:12em;height:0.8em;background:#eaeef2">'
        f'<div style="width:{percent:.1f}%;height:100%;background:{color}"></div></div>'
    )


def _cause(cause: Cause, report: ReportData) -> Iterator[str]:
    color = _color(cause)
    yield f'<div style="border-left:4px solid {color};padding:0 0 0 0.7em;margin:0.8em 0">'
    yield (
        f'<div><strong style="color:{color}">{_text(cause.name)}</strong> {_bar(cause.probability, color)} '
        f"{_text(probability(cause.probability))}</div><div>{_text(cause.title)}</div>"
    )
    pro, contra = measures.split_proofs(cause)
    rows = [("for", _proofs(pro)), ("against", _proofs(contra))]
    facts = (("where", words.place(cause, report)), ("costs", measures.cost(cause)), ("remedy", cause.remedy))
    rows += [(label, _text(body)) for label, body in facts]
    cells = (f'<tr><th style="{CELL}">{label}</th><td style="{CELL}">{body}</td></tr>' for label, body in rows if body)
    yield f"<table>{''.join(cells)}</table></div>"


def _proofs(proofs: Iterable[Proof]) -> str:
    return "".join(
        f'<div><span style="color:{GREY}">{measures.odds(proof.likelihood_ratio).replace(">", "&gt;")}</span> '
        f"{_text(proof.text)} ({_text(proof.experiment)})</div>"
        for proof in proofs
    )


def _ceiling(found: Ceiling) -> Iterator[str]:
    said = [measures.ceiling(found), *measures.said_of_learners(found)]
    yield f"<p><strong>Ceiling</strong> {_text('. '.join(said))}</p>"
    rows = [
        f'<tr><td style="{CELL}">{_text(name)}</td><td style="{CELL}">{_bar(value, BLUE)}</td>'
        f'<td style="{CELL}">{measures.percent(value)}</td></tr>'
        for name, value in found.learners.items()
    ]
    if rows:
        yield f"<table>{''.join(rows)}</table>"


def _curves(explanation: Explanation) -> Iterator[str]:
    for curve in explanation.curves[:MAX_CURVES]:
        drawn = curve_svg(curve)
        if drawn:
            source = "" if curve.source in ("", curve.name) else f" ({curve.source})"
            yield (
                '<div style="display:inline-block;margin:0.4em 1em 0.4em 0">'
                f"<div>{_text(f'{curve.name}{source}')}</div>{drawn}</div>"
            )


def _causes(explanation: Explanation) -> Iterator[str]:
    left = measures.by_status(explanation, "named", "possible")
    rows = [
        f'<tr title="{_text(cause.title)}"><td style="{CELL}">{_text(cause.name)}</td>'
        f'<td style="{CELL}">{_bar(cause.probability, _color(cause))}</td>'
        f'<td style="{CELL}">{_text(probability(cause.probability))}</td>'
        f'<td style="{CELL}">{cause.status}</td></tr>'
        for cause in left
    ]
    if rows:
        yield f"<p><strong>Causes</strong></p><table>{''.join(rows)}</table>"
    out = [(cause.name, *measures.against(cause)) for cause in measures.by_status(explanation, "ruled out")]
    if out:
        yield f"<details><summary>Ruled out ({len(out)})</summary>{''.join(_table((), out))}</details>"


def _experiments(explanation: Explanation) -> Iterator[str]:
    rows = []
    for each in explanation.experiments:
        said = [each.summary, *measures.outcomes(each), each.reason]
        rows.append((each.name, each.status, "; ".join(filter(None, said)), measures.seconds(each.seconds)))
    yield from _table(("experiment", "status", "measured", "time"), rows)


def _slices(explanation: Explanation) -> Iterator[str]:
    rows = [
        (
            f"{each.kind} {each.name}",
            f"{each.n_windows:,}",
            measures.percent(each.error_rate),
            measures.percent(each.expected),
            measures.p_value(each.p_value),
        )
        for each in explanation.slices
    ]
    yield from _table(("part of val", "windows", "errors", "expected", "p"), rows)


def _ladder(explanation: Explanation) -> Iterator[str]:
    found = explanation.ladder
    if found is None:
        return
    rows = [
        (
            row.step,
            row.configuration,
            f"{measures.percent(row.val_accuracy)} ({measures.interval(row.low, row.high)})",
            measures.percent(row.train_accuracy),
            str(row.epochs),
            measures.seconds(row.seconds),
        )
        for row in found.rows
    ]
    yield from _table(("step", "configuration", "val accuracy", "train accuracy", "epochs", "time"), rows)
    yield from _list((*measures.said_of_ladder(found), *found.not_run))


def _list(entries: Iterable[str]) -> Iterator[str]:
    rows = [f"<li>{_text(entry)}</li>" for entry in entries if entry]
    if rows:
        yield f"<ul>{''.join(rows)}</ul>"


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield '<table style="border-collapse:collapse">'
    if heading:
        yield "<tr>" + "".join(f'<th style="{CELL}">{name}</th>' for name in heading) + "</tr>"
    for row in rows[:MAX_ROWS]:
        yield "<tr>" + "".join(f'<td style="{CELL}">{_text(cell)}</td>' for cell in row) + "</tr>"
    yield "</table>"
