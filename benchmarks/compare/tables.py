"""Tables of what the tools said: rates with intervals, recall and precision, seconds with ratios."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from rich.table import Table
from scipy import stats

from benchmarks.peers.registry import OURS

Row = dict[str, Any]
Cell = Callable[[Sequence[Row]], str]
N_COLUMNS = 7
ALPHA = 0.05
HONEST = 0.1  # false alarms above twice the nominal 5 % make detections worth little
BEYOND_CHANCE = ", p <= 5 %"
TYPICAL = ("AR(1) 0.95, 75% overlap, n = 500", "10 + 10 subjects, n = 600")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of text, before it is printed or written."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def rich(self) -> Table:
        """For the terminal."""
        table = Table(title=self.title)
        for k, column in enumerate(self.columns):
            table.add_column(column, justify="right" if k else "left")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """For a page; the title stands above in bold."""
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = [
            "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
            for row in (self.columns, rule, *self.rows)
        ]
        return "\n".join([f"**{self.title}**", "", *lines])


def is_ours(name: str) -> bool:
    """Whether an arm is one of our own tools."""
    return name.startswith(OURS.name)


def arms_of(rows: Iterable[Row]) -> list[str]:
    """Names of the tools, ours first."""
    names = dict.fromkeys(row["arm"] for row in rows)
    return sorted(names, key=lambda name: not is_ours(name))


def beyond_chance(rows: Sequence[Row]) -> list[Row]:
    """Rows and, for ours, which also ask for a size that matters, the same tools by their p-value at 5 %.

    A tool that gave no p-value for a split has found nothing there that is beyond chance.
    """
    added = []
    for arm in filter(is_ours, arms_of(rows)):
        own = [row for row in rows if row["arm"] == arm and not row["error"]]
        small = [row.get("p") is not None and row["p"] <= ALPHA for row in own]
        differs = any(bool(row["flagged"]) != said for row, said in zip(own, small, strict=True))
        if differs and any(row.get("p") is not None for row in own):
            renamed = arm + BEYOND_CHANCE
            added += [{**row, "arm": renamed, "flagged": said} for row, said in zip(own, small, strict=True)]
    return [*rows, *added]


def grids(title: str, rows: Sequence[Row], cell: Cell, by: str = "case", width: int = N_COLUMNS) -> list[Grid]:
    """One line per tool, one column per case (or per value of the fact ``by``), a few columns a table."""
    labels = list(dict.fromkeys(_label(row, by) for row in rows))
    cells: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        cells.setdefault((row["arm"], _label(row, by)), []).append(row)
    found = []
    for first in range(0, len(labels), width):
        own = labels[first : first + width]
        lines = [(arm, *(cell(cells.get((arm, label), [])) for label in own)) for arm in arms_of(rows)]
        found.append(Grid(title=title, columns=("tool", *own), rows=tuple(lines)))
    return found


def _label(row: Row, by: str) -> str:
    return str(row["case"] if by == "case" else row["facts"].get(by, "none"))


def verdicts(rows: Iterable[Row]) -> list[bool]:
    """What was said where something was."""
    return [bool(row["flagged"]) for row in rows if not row["error"] and row["flagged"] is not None]


def rate(rows: Sequence[Row]) -> str:
    """Share of splits that were flagged, with its 95 % interval (Clopper-Pearson)."""
    said = verdicts(rows)
    if not said:
        return "failed" if rows else ""
    low, high = stats.binomtest(sum(said), len(said)).proportion_ci()
    return f"{np.mean(said):.0%} ({low:.0%}-{high:.0%})"


def share(rows: Sequence[Row]) -> str:
    """Share of splits that were flagged."""
    said = verdicts(rows)
    if not said:
        return "failed" if rows else ""
    return f"{np.mean(said):.0%}"


def sizes_of_tests(rows: Sequence[Row]) -> Grid:
    """False alarms by what repeats in the splits, all nulls of a kind together, and the worst null of all."""
    units = list(dict.fromkeys(row["facts"]["units"] for row in rows))
    lines = []
    for arm in arms_of(rows):
        own = [row for row in rows if row["arm"] == arm]
        said = {case: verdicts(row for row in own if row["case"] == case) for case in {row["case"] for row in own}}
        worst = max((case for case in said if said[case]), key=lambda case: (np.mean(said[case]), case), default=None)
        last = "" if worst is None else f"{np.mean(said[worst]):.0%} ({worst})"
        lines.append((arm, *(rate([row for row in own if row["facts"]["units"] == unit]) for unit in units), last))
    titles = {"windows": "independent windows", "recording": "recordings", "subjects": "subjects"}
    columns = ("tool", *(titles.get(unit, unit) for unit in units), "the worst null")
    return Grid(title="splits without a shift, flagged", columns=columns, rows=tuple(lines))


def honest_arms(calibration: Sequence[Row], units: str) -> set[str]:
    """Tools whose false alarms on nulls with these units are near their nominal level."""
    said = {
        arm: verdicts(row for row in calibration if row["arm"] == arm and row["facts"]["units"] == units)
        for arm in arms_of(calibration)
    }
    return {arm for arm, own in said.items() if own and np.mean(own) <= HONEST}


def power(rows: Sequence[Row], calibration: Sequence[Row] = ()) -> list[Grid]:
    """A table for each kind of shift, effects by sizes; with a calibration, of tools of honest size only."""
    found = []
    for shift in dict.fromkeys(row["facts"]["shift"] for row in rows):
        own = [row for row in rows if row["facts"]["shift"] == shift]
        title = f"{shift}, share of splits flagged"
        if calibration:
            kept = honest_arms(calibration, own[0]["facts"]["units"])
            left_out = [arm for arm in arms_of(own) if arm not in kept]
            own = [row for row in own if row["arm"] in kept]
            title += f" (left out for false alarms: {', '.join(left_out)})" if left_out else ""
        columned = [{**row, "case": f"{row['facts']['effect']}, n = {row['facts']['n']}"} for row in own]
        found += grids(title, columned, share, width=9)
    return found


def found(rows: Sequence[Row]) -> str:
    """Share of planted copies that were named; where none were planted, the share of honest windows that were."""
    own = [row for row in rows if row.get("planted") is not None]
    if not own:
        return "failed" if rows else ""
    planted, hits, wrong = (sum(row[key] for row in own) for key in ("planted", "found", "wrong"))
    if not planted:
        return f"{wrong / sum(row['honest'] for row in own):.1%} wrong"
    return f"{hits / planted:.0%}" + (f", {wrong} wrong" if wrong else "")


def median(rows: Iterable[Row], key: str) -> float | None:
    """Median of the answers that there are."""
    values = [row[key] for row in rows if not row["error"] and row.get(key) is not None]
    return float(np.median(values)) if values else None


def speed(rows: Sequence[Row], key: str = "seconds") -> list[Grid]:
    """A table for each kind of work: median seconds, ratio to the fastest peer, peak memory."""
    found = []
    what = "in the process" if key == "seconds" else "whole process"
    for kind, members in groupby(sorted(rows, key=lambda row: row["kind"]), key=lambda row: row["kind"]):
        own = list(members)
        own.sort(key=lambda row: row["facts"]["n"])
        sizes = list(dict.fromkeys(row["facts"]["n"] for row in own))
        lines = []
        for arm in arms_of(own):
            cells = []
            for n in sizes:
                here = [row for row in own if row["facts"]["n"] == n]
                cells.append(_pace([row for row in here if row["arm"] == arm], fastest_peer(here, key), key))
            lines.append((arm, *cells))
        columns = ("tool", *(f"{n:,}" for n in sizes))
        found.append(Grid(title=f"{kind}, {what}", columns=columns, rows=tuple(lines)))
    return found


def speed_of_processes(rows: Sequence[Row]) -> list[Grid]:
    """Tables of whole processes, of the tools for which some were timed; none where none were."""
    timed = {row["arm"] for row in rows if row.get("process_seconds") is not None}
    asked = [row for row in rows if row["arm"] in timed and (row["error"] or row.get("process_seconds") is not None)]
    return speed(asked, "process_seconds")


def fastest_peer(rows: Sequence[Row], key: str = "seconds") -> float | None:
    """The least median seconds among tools that are not ours."""
    medians = [median((row for row in rows if row["arm"] == arm), key) for arm in arms_of(rows) if not is_ours(arm)]
    return min((value for value in medians if value is not None), default=None)


def _pace(rows: Sequence[Row], fastest: float | None, key: str) -> str:
    own = median(rows, key)
    if own is None:
        return failure(rows[0]["error"]) if rows else "not asked"
    ratio = "" if not fastest else f", x {own / fastest:.2g}"
    peak = max(row["peak_mb"] for row in rows if not row["error"])
    return f"{own:.3g} s{ratio}, {peak:.0f} MB"


def failure(error: str | None) -> str:
    """An error in a word."""
    if error and "Memory" in error:
        return "out of memory"
    return "too late" if error and error.startswith("no answer") else "failed"


def told(rows: Sequence[Row], cases: Sequence[str] = TYPICAL) -> Grid:
    """What a user of each tool would have read, typically: a verdict of the more frequent kind, and how frequent."""
    lines = []
    for arm in arms_of(rows):
        cells = []
        for case in cases:
            own = [row for row in rows if row["arm"] == arm and row["case"] == case and not row["error"]]
            said = verdicts(own)
            usual = sum(said) * 2 > len(said)
            typical = next((row["told"] for row in own if bool(row["flagged"]) == usual), "")
            cells.append(f"{sum(said)} of {len(said)} flagged: {typical}" if said else "no answer")
        lines.append((arm, *cells))
    return Grid(title="What a user would have been told", columns=("tool", *cases), rows=tuple(lines))


def failures(rows: Sequence[Row]) -> Grid:
    """The first error of each tool that had one, and how often."""
    lines = []
    for arm in arms_of(rows):
        errors = [row["error"] for row in rows if row["arm"] == arm and row["error"]]
        if errors:
            lines.append((arm, str(len(errors)), errors[0]))
    return Grid(title="errors", columns=("tool", "times", "the first one"), rows=tuple(lines))
