"""The first rows of a table as aligned lines of text."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from splitaudit.evidence import Table
from splitaudit.render.words import number, short, visible

MAX_ROWS = 3
MAX_CELL = 28
GAP = "  "


def cell(value: object) -> str:
    """Write one value of a table."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return number(value)


def draw(table: Table, width: int, *, most: int = MAX_ROWS, ascii_only: bool = False) -> list[Text]:
    """Return the heading, the first rows and whether there are more, in at most ``width`` columns.

    Columns that do not fit are left out, from the right.
    """
    rows = [table.columns, *(tuple(map(cell, row)) for row in table.rows[:most])]
    shown = [[visible(short(text, MAX_CELL), ascii_only=ascii_only) for text in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*shown, strict=True)]
    numeric = [all(isinstance(v, (int, float, type(None))) for v in column) for column in zip(*table.rows, strict=True)]
    fits = [j for j in range(len(widths)) if sum(widths[: j + 1]) + len(GAP) * j <= width]
    lines = []
    for i, row in enumerate(shown):
        padded = [_pad(row[j], widths[j], right=bool(numeric) and numeric[j]) for j in fits]
        lines.append(Text(GAP.join(padded).rstrip(), style="" if i else "dim"))
    if len(table.rows) > most:  # not how many: a rule keeps only the first of them
        lines.append(Text(visible("…", ascii_only=ascii_only), style="dim"))
    return lines


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - cell_len(text))
    return space + text if right else text + space
