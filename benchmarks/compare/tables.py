"""Tables of what the tools said: rates with intervals, recall and precision, seconds with ratios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rich.table import Table
from scipy import stats

from benchmarks.peers.registry import OURS

Row = dict[str, Any]
N_COLUMNS = 7


def arms_of(rows: Sequence[Row]) -> list[str]:
    """Names of the tools, ours first."""
    names = dict.fromkeys(row["arm"] for row in rows)
    return sorted(names, key=lambda name: not name.startswith(OURS.name))


def grids(title: str, rows: Sequence[Row], cell: Callable[[Sequence[Row]], str], by: str = "case") -> list[Table]:
    """One line per tool, one column per case, a few columns a table."""
    arms, cases = arms_of(rows), list(dict.fromkeys(_label(row, by) for row in rows))
    found = []
    for first in range(0, len(cases), N_COLUMNS):
        own = cases[first : first + N_COLUMNS]
        table = Table(title=title)
        table.add_column("tool")
        for case in own:
            table.add_column(str(case), justify="right")
        for arm in arms:
            mine = [row for row in rows if row["arm"] == arm]
            table.add_row(arm, *(cell([row for row in mine if _label(row, by) == case]) for case in own))
        found.append(table)
    return found


def _label(row: Row, by: str) -> Any:
    return row["case"] if by == "case" else row["facts"].get(by, "none")


def rate(rows: Sequence[Row]) -> str:
    """Share of splits that were flagged, with its 95 % interval (Clopper-Pearson)."""
    said = [bool(row["flagged"]) for row in rows if not row["error"] and row["flagged"] is not None]
    if not said:
        return "failed" if rows else ""
    low, high = stats.binomtest(sum(said), len(said)).proportion_ci()
    return f"{np.mean(said):.0%} ({low:.0%}-{high:.0%})"


def found(rows: Sequence[Row]) -> str:
    """Share of planted copies that were named; where none were planted, the share of honest windows that were."""
    own = [row for row in rows if row.get("planted") is not None]
    if not own:
        return "failed" if rows else ""
    planted, hits, wrong = (sum(row[key] for row in own) for key in ("planted", "found", "wrong"))
    if not planted:
        return f"{wrong / sum(row['honest'] for row in own):.1%} wrong"
    return f"{hits / planted:.0%}" + (f", {wrong} wrong" if wrong else "")


def seconds(rows: Sequence[Row]) -> str:
    """Median seconds of a question and the peak memory of the process."""
    own = [row for row in rows if not row["error"]]
    if not own:
        return "failed" if rows else ""
    peak = max(row["peak_mb"] for row in own)
    return f"{np.median([row['seconds'] for row in own]):.2f} s, {peak:.0f} MB"


def failures(rows: Sequence[Row]) -> Table:
    """The first error of each tool that had one, and how often."""
    table = Table(title="errors")
    for column in ("tool", "times", "the first one"):
        table.add_column(column)
    for arm in arms_of(rows):
        errors = [row["error"] for row in rows if row["arm"] == arm and row["error"]]
        if errors:
            table.add_row(arm, str(len(errors)), errors[0])
    return table
