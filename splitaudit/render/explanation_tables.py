"""Tables of an explanation for a terminal: experiments, error slices, the ladder."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.text import Text

from splitaudit.explained import Explanation, LadderRow
from splitaudit.render import measures
from splitaudit.render.layout import LABEL, Page, Scale, stripped

MAX_NAME = 18
MAX_CONFIGURATION = 26
MAX_SLICES = 8
NAME_WIDTH = 48  # characters
MARKS = {"crashed": "bold magenta", "interrupted": "bold yellow"}


def experiments(explanation: Explanation, page: Page) -> Iterator[Text]:
    """Yield what each experiment measured, with its interval and how long it took."""
    shown = [each for each in explanation.experiments if each.outcomes or each.status in ("done", "crashed")]
    names = [page.short(each.name, MAX_NAME) for each in shown]
    column = max((name.cell_len for name in names), default=0)
    for i, (experiment, name) in enumerate(zip(shown, names, strict=True)):
        body = page.text(experiment.summary)
        if experiment.status != "done":
            body = page.text(experiment.status, MARKS.get(experiment.status, "yellow"))
            body.append_text(page.text(f": {experiment.reason}" if experiment.reason else ""))
        took = measures.seconds(experiment.seconds)
        rows = [(body, "")] if body.plain else []
        rows += [(page.text(each), "dim" if body.plain else "") for each in measures.main_outcomes(experiment)]
        for j, (text, style) in enumerate(rows or [(Text("nothing"), "dim")]):
            text.stylize(style)
            label = "MEASURED" if not i and not j else ""
            yield from page.beside(label, Text() if j else name, text, "" if j else took, style="bold", column=column)


def slices(explanation: Explanation, page: Page) -> Iterator[Text]:
    """Yield the parts of val that hold more of the persistent errors than their share."""
    found = explanation.slices
    rows: list[tuple[str, ...]] = [("part of val", "windows", "errors", "expected", "p")]
    for each in found[:MAX_SLICES]:
        p = measures.p_value(each.p_value)
        name = page.short(f"{each.kind} {each.name}".strip(), min(NAME_WIDTH, page.room)).plain
        rows.append(
            (name, f"{each.n_windows:,}", measures.percent(each.error_rate), measures.percent(each.expected), p)
        )
    if found:
        yield from _table("SLICES", rows, page)
    if len(found) > MAX_SLICES:
        yield from page.lines("", page.text(f"and {len(found) - MAX_SLICES} more", "dim"))


def _table(label: str, rows: list[tuple[str, ...]], page: Page) -> Iterator[Text]:
    """Yield rows of cells, the first of each to the left, the others to the right, as far as they fit."""
    cells = [[page.text(cell) for cell in row] for row in rows]
    widths = [max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)]
    while len(widths) > 1 and sum(widths) + 2 * len(widths) - 2 > page.room:
        widths.pop()
    for i, row in enumerate(cells):
        line = Text((label if not i else "").ljust(LABEL), style="bold")
        for j, (cell, width) in enumerate(zip(row, widths, strict=False)):
            space = " " * (width - cell.cell_len)
            whole = Text.assemble(space, cell) if j else Text.assemble(cell, space)
            whole.stylize("" if i else "not bold dim")
            whole.stylize("not bold")
            line.append_text(Text.assemble("  " if j else "", whole))
        yield stripped(line)


def ladder(explanation: Explanation, page: Page) -> Iterator[Text]:
    """Yield the val accuracy of every configuration on one scale, and how far they differ beyond sampling."""
    found = explanation.ladder
    if found is None:
        return
    steps = [page.short(row.step, MAX_NAME) for row in found.rows]
    names = [page.short(row.configuration, MAX_CONFIGURATION) for row in found.rows]
    if page.room < 60:  # the configuration says enough
        steps, names = (
            [Text() for _ in steps],
            [page.short(r.configuration, page.room - 20) for r in found.rows],
        )
    widths = [max((cell.cell_len for cell in cells), default=0) + 2 for cells in (steps, names)]
    widths = [width if width > 2 else 0 for width in widths]
    if found.text:
        yield from page.lines("LADDER", page.text(found.text, "bold"), "bold")
    line = _scale(found.rows, page.room - sum(widths) - 18, page)
    previous = ""
    for i, (row, step, name) in enumerate(zip(found.rows, steps, names, strict=True)):
        if not i:
            yield _heading("" if found.text else "LADDER", sum(widths), line)
        yield _row(row, Text() if row.step == previous else step, name, widths, line)
        previous = row.step
    for said in measures.said_of_ladder(found)[bool(found.text) :]:
        yield from page.lines("", said)
    for entry in found.not_run:
        yield from page.lines("", page.text(f"not run: {entry}", "dim"), hang=2)


def _scale(rows: tuple[LadderRow, ...], width: int, page: Page) -> Scale | None:
    """Return a scale that just holds all the intervals, or None where there is no room for one."""
    ends = [share for row in rows for share in (row.low, row.val_accuracy, row.high) if math.isfinite(share)]
    if width < 10 or not ends:
        return None
    first, last = math.floor(20 * min(ends)) / 20, math.ceil(20 * max(ends)) / 20
    return Scale(width - 2, first, max(last, first + 0.05), ascii_only=page.ascii_only)


def _heading(label: str, column: int, line: Scale | None) -> Text:
    middle = f"  {line.ends()}" if line is not None else ""
    return Text.assemble((label.ljust(LABEL + column), "bold"), (f"{'val':>9}{middle}{'train':>9}", "dim"))


def _row(row: LadderRow, step: Text, name: Text, widths: list[int], line: Scale | None) -> Text:
    made = Text(" " * LABEL)
    for cell, width in zip((step, name), widths, strict=True):
        made.append_text(cell).append(" " * (width - cell.cell_len))
    made.append(measures.percent(row.val_accuracy).rjust(9), style="bold")
    if line is not None:
        made.append("  ").append_text(line.draw(row.val_accuracy, row.low, row.high))
    return made.append(measures.percent(row.train_accuracy).rjust(9), style="dim")
