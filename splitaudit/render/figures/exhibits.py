"""Figures of what the rules show: where the sides differ, distributions, the adversary, leaked pairs, label shares."""

from __future__ import annotations

import math
from collections.abc import Iterator

from splitaudit.evidence import Curve, Exhibit, Grid, Histogram, Table
from splitaudit.render import measures
from splitaudit.render.figures.model import SIDES, Chart, Figure, Heat, Line, Panel, Row, Rows, Value
from splitaudit.report import Finding, ReportData

MAX_HEAT_ROWS = 48
FULL_SCALE_SD = 1.6
MAP, ADVERSARY, SPECTRUM, LABELS = "SA102", "SA101", "SA103", "SA501"
LEAKS = ("SA301", "SA302", "SA303")
SHARES = "class shares"
FLAT = 1e-9


def where(report: ReportData) -> Iterator[Figure]:
    """Yield the map of channels and time steps."""
    yield from _figure(
        report,
        (MAP,),
        Grid,
        Figure(
            name="map",
            section="map",
            title="Where the sides differ: channel by time",
            reading="A row per channel, time inside the window from left to right. The stronger the colour, the "
            "further apart train and val are there, in standard deviations of train; a pale map means that they agree.",
            panels=(),
        ),
    )


def distributions(report: ReportData) -> Iterator[Figure]:
    """Yield the distributions of what differs most, and windows of both sides."""
    yield from _figure(
        report,
        (MAP,),
        Curve,
        Figure(
            name="distributions",
            section="distributions",
            title="What differs most, on both sides",
            reading="Distribution functions first: a curve says which share of windows lies below a value; the "
            "upright line is the KS distance, where the two are furthest apart. Then windows that are typical of each "
            "side, as they are.",
            panels=(),
        ),
        told=False,
    )
    yield from _figure(
        report,
        (SPECTRUM,),
        Curve,
        Figure(
            name="spectrum",
            section="distributions",
            title="Spectra",
            reading="Mean power of train and val by frequency, of the channel that differs most. Lines that part at "
            "high frequencies point to a filter, shifted peaks to another rate.",
            panels=(),
        ),
    )


def adversary(report: ReportData) -> Iterator[Figure]:
    """Yield the ROC curves of the classifier that tells the sides apart."""
    yield from _figure(
        report,
        (ADVERSARY,),
        Curve,
        Figure(
            name="roc",
            section="adversary",
            title="Can a classifier tell val from train?",
            reading="On the diagonal it guesses. A curve by window far above it only says that these very subjects or "
            "recordings are recognisable; the one by unit says that val as a whole is different.",
            panels=(),
        ),
    )


def leaks(report: ReportData) -> Iterator[Figure]:
    """Yield leaked pairs drawn over each other."""
    yield from _figure(
        report,
        LEAKS,
        Curve,
        Figure(
            name="leaks",
            section="leaks",
            title="Leaked pairs, drawn over each other",
            reading="Each panel lays a val window (red, dashed) over the train window that it came from (blue). Where "
            "the two lines run together the model has seen the answer in train.",
            panels=(),
        ),
    )


def overlap(report: ReportData) -> Iterator[Figure]:
    """Yield how many samples val windows share with train, and how far apart in time they are."""
    yield from _figure(
        report,
        ("SA303", "SA305"),
        Histogram,
        Figure(
            name="overlap",
            section="units",
            title="Overlap of the sides",
            reading="How many val windows share how many samples with a train window, or how far in time the nearest "
            "train window lies. Val windows that share samples, or start less than a window apart, were seen in part.",
            panels=(),
        ),
        told=False,
    )


def labels(report: ReportData) -> Iterator[Figure]:
    """Yield the share of each class on both sides."""
    found = next((f for f in report.findings if f.rule == LABELS), None)
    table = next((e for e in (found.exhibits if found else ()) if isinstance(e, Table) and e.title == SHARES), None)
    known = (row for row in (table.rows if table else ()) if all(isinstance(share, float) for share in row[1:]))
    rows = tuple(_share(*row) for row in known)
    if found is None or not rows:
        return
    n_classes = len({*report.train.classes, *report.val.classes})
    note = "" if len(rows) >= n_classes else f"The {len(rows)} classes that differ most, of {n_classes}."
    names = tuple((side, side) for side in SIDES)
    top = max(v.value for row in rows for v in row.values)
    high = min(1.0, 1.1 * top) or 1.0
    panel = Rows(title="share of windows per class", rows=rows, high=high, note=note, names=names)
    yield Figure(
        name="labels",
        section="labels",
        title="Label shares",
        reading="Two bars per class, train above val. Bars of different length mean that accuracy changes although "
        "nothing about the signals did.",
        panels=(panel,),
        text=found.message,
    )


def _share(name: object, train: float, val: float) -> Row:
    values = (Value(value=train, role="train"), Value(value=val, role="val"))
    return Row(label=str(name), text=f"train {measures.percent(train)}, val {measures.percent(val)}", values=values)


def _figure(
    report: ReportData, codes: tuple[str, ...], kind: type[Exhibit], frame: Figure, *, told: bool = True
) -> Iterator[Figure]:
    """Fill a figure with the exhibits of one kind of some rules, where there are any; ``told`` adds what they say."""
    found = [f for f in report.findings if f.rule in codes]
    shown = [(f, panel_of(e)) for f in found for e in f.exhibits if isinstance(e, kind)]
    panels = tuple(panel for _, panel in shown if panel is not None)
    if panels:
        said = dict.fromkeys(f.message for f, panel in shown if told and panel is not None)
        yield Figure(
            name=frame.name,
            section=frame.section,
            title=frame.title,
            reading=frame.reading,
            panels=panels,
            text=" ".join(f"{text.rstrip('.')}." for text in said),
        )


def further(finding: Finding) -> Iterator[Exhibit]:
    """Yield the exhibits of a finding that no figure of the page shows: tables, and what other rules draw."""
    drawn: dict[str, tuple[type, ...]] = {
        MAP: (Grid, Curve),
        ADVERSARY: (Curve,),
        SPECTRUM: (Curve,),
        **dict.fromkeys(LEAKS, (Curve,)),
        "SA303": (Curve, Histogram),
        "SA305": (Histogram,),
    }
    for exhibit in finding.exhibits:
        own = finding.family == "training" and isinstance(exhibit, Curve)
        if not own and not isinstance(exhibit, drawn.get(finding.rule, ())):
            yield exhibit


def panel_of(exhibit: Exhibit) -> Panel | None:
    """Return an exhibit as a panel; a table is none, nor is what has nothing to draw."""
    if isinstance(exhibit, Curve):
        return _chart(exhibit)
    if isinstance(exhibit, Histogram):
        return _stairs(exhibit)
    return heat_of(exhibit) if isinstance(exhibit, Grid) else None


def _chart(curve: Curve) -> Chart | None:
    dashes: dict[str, int] = {}
    lines = []
    for label, (x, y) in curve.lines.items():
        side = next((side for side in SIDES if label.startswith(side)), "other")
        dash = dashes.setdefault(side, -1) + 1
        dashes[side] = dash
        role = "chance" if label == "chance" else "named" if label.startswith("KS distance") else side
        over = 1 if side == "val" and curve.title.startswith("val ") else 0  # drawn over a train window
        lines.append(Line(label=label, x=tuple(x), y=tuple(y), role=role, dash=2 if role == "chance" else dash + over))
    made = Chart(
        title=curve.title, x_label=curve.x_label, y_label=curve.y_label, lines=tuple(lines), percent=_shares(curve)
    )
    return made if made.known()[0] else None


def _shares(curve: Curve) -> bool:
    return curve.y_label.startswith(("share", "accuracy"))


def _stairs(histogram: Histogram) -> Chart | None:
    """Return counts as stairs: every edge with the count that follows it, the last with none."""
    edges = [edge for edge in histogram.edges if math.isfinite(edge)]
    lines = tuple(
        Line(
            label=label,
            x=tuple(edges),
            y=(*counts[: len(edges) - 1], 0.0),
            role=label if label in SIDES else "other",
            dash=0,
        )
        for label, counts in histogram.counts.items()
    )
    if len(edges) < 2 or not lines:
        return None
    return Chart(title=histogram.title, x_label=histogram.x_label, y_label="windows", lines=lines, stairs=True)


def heat_of(grid: Grid) -> Heat | None:
    """Return a grid as a map of its strongest rows, in their own order."""
    if not grid.values or not grid.column_labels:
        return None
    strength = [max((v for v in row if math.isfinite(v)), default=0.0) for row in grid.values]
    kept = sorted(sorted(range(len(strength)), key=lambda r: -strength[r])[:MAX_HEAT_ROWS])
    largest = max(strength)
    hidden = len(grid.values) - len(kept)
    return Heat(
        title=grid.title,
        row_labels=tuple(grid.row_labels[r] for r in kept),
        column_labels=grid.column_labels,
        values=tuple(grid.values[r] for r in kept),
        unit=grid.unit,
        full=FULL_SCALE_SD if grid.unit.endswith("sd") else max(largest, FLAT),
        note=f"{hidden:,} more rows are not shown, they are paler than these." if hidden else "",
    )
