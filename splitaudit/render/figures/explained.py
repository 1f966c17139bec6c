"""Figures of an explanation: causes as bars, the learners and the ladder against the ceiling, where errors sit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from splitaudit.explained import Ceiling, ErrorSlice, Explanation
from splitaudit.render import measures
from splitaudit.render.figures.model import Band, Figure, Row, Rows, Value
from splitaudit.render.figures.training import band_of
from splitaudit.report import ReportData
from splitaudit.wording import probability

MAX_ROWS, MAX_PARTS = 40, 20
MARGIN = 0.05
PART = (("val", "persistent errors"), ("rest", "persistent errors elsewhere in val"))
ACCURACY = ("other", "accuracy of the learners")


def causes(report: ReportData) -> Iterator[Figure]:
    """Yield the causes that are left as bars of their probability."""
    found = report.explanation
    left = [] if found is None else measures.by_status(found, "named", "possible")
    rows = tuple(
        Row(
            label=cause.name,
            text=f"{probability(cause.probability)}, {cause.status}",
            values=(Value(value=cause.probability, role="named" if cause.status == "named" else "other"),),
        )
        for cause in left
        if math.isfinite(cause.probability)
    )
    if rows:
        yield Figure(
            name="causes",
            section="causes",
            title="Causes by probability",
            reading="The longer the bar, the more the experiments speak for that cause; probabilities of all causes "
            "add up to 100 %. Below each cause that is left stands what speaks for it and against it.",
            panels=(Rows(title="probability of each cause", rows=rows),),
        )


def learners(report: ReportData) -> Iterator[Figure]:
    """Yield the val accuracy of each learner against the ceiling."""
    ceiling = report.explanation.ceiling if report.explanation else None
    known = {name: v for name, v in (ceiling.learners if ceiling else {}).items() if math.isfinite(v)}
    if ceiling is None or not known:
        return
    rows = [Row(label=k, text=measures.percent(v), values=(Value(value=v, role="val"),)) for k, v in known.items()]
    if ceiling.observed is not None and math.isfinite(ceiling.observed):
        value = Value(value=ceiling.observed, role="named")
        rows.append(Row(label="your model, as you report it", text=measures.percent(ceiling.observed), values=(value,)))
    yield Figure(
        name="ceiling",
        section="ceiling",
        title="Every learner against the ceiling",
        reading="Each dot is the val accuracy of a learner of another build. Dots inside the grey band stop at the "
        "same ceiling, so another model is not the remedy; dots apart say that the model matters.",
        panels=(_dots("val accuracy of each learner", rows, ceiling),),
        text=_sentences(measures.said_of_learners(ceiling)),
    )


def ladder(report: ReportData) -> Iterator[Figure]:
    """Yield the configurations of the ladder with their intervals against the ceiling."""
    found = report.explanation.ladder if report.explanation else None
    if report.explanation is None or found is None:
        return
    rows = [
        Row(
            label=f"{row.step}: {row.configuration}",
            text=f"{measures.percent(row.val_accuracy)} ({measures.interval(row.low, row.high)})",
            values=(Value(value=row.val_accuracy, low=row.low, high=row.high, role="val"),),
        )
        for row in found.rows
        if math.isfinite(row.val_accuracy)
    ]
    if rows:
        yield Figure(
            name="ladder",
            section="ladder",
            title="The ladder of suggestions",
            reading="Each row is one suggestion against a plateau, run: its val accuracy with the 95 % interval. Where "
            "all intervals lie over the grey band of the ceiling, none of them helps.",
            panels=(_dots("val accuracy of each configuration", rows, report.explanation.ceiling),),
            text=_sentences(measures.said_of_ladder(found)),
        )


def errors(report: ReportData) -> Iterator[Figure]:
    """Yield how many persistent errors each part of val holds against what the rest of val has."""
    found = report.explanation
    if found is None:
        return
    panels = tuple(_parts(found))
    if panels:
        yield Figure(
            name="errors",
            section="errors",
            title="Accuracy by group and class, and where the persistent errors sit",
            reading="Persistent errors are val windows that at least half of the learners get wrong. The red bar is "
            "their share in a part of val, the dot their share in the rest of val: bars far beyond the dot hold the "
            "trouble.",
            panels=panels,
        )


def _parts(found: Explanation) -> Iterator[Rows]:
    # a regime is no part of a whole that is listed: it is there only if it is beyond chance
    pool = (*found.parts, *(each for each in found.slices if not found.parts or each.kind == "regime"))
    kinds = (("group", "group"), ("class", "class"), ("time", "stretch"), ("regime", "kind of window"))
    for kind, called in kinds:
        parts = [part for part in pool if part.kind == kind and math.isfinite(part.error_rate)]
        shown = _worst(parts)
        if shown:
            note = "" if len(shown) == len(parts) else f"The {len(shown)} worst of {len(parts)} are shown."
            names = (ACCURACY, *PART) if any(math.isfinite(part.accuracy) for part in shown) else PART
            title = f"accuracy and persistent errors by {called}"
            yield Rows(title=title, rows=tuple(map(_part, shown)), note=note, names=names)


def _worst(parts: Sequence[ErrorSlice]) -> list[ErrorSlice]:
    return sorted(parts, key=lambda part: -part.error_rate)[:MAX_PARTS]


def _part(part: ErrorSlice) -> Row:
    rest = f", else {_whole(part.expected)}" if math.isfinite(part.expected) else ""
    text = f"errors {_whole(part.error_rate)} of {part.n_windows:,}{rest}"
    values = [Value(value=part.error_rate, role="val"), Value(value=part.expected, role="rest")]
    if math.isfinite(part.accuracy):
        text = f"{_whole(part.accuracy)}; {text}"
        values.insert(0, Value(value=part.accuracy, role="other"))
    return Row(label=part.name or part.kind, text=text, values=tuple(values))


def _whole(share: float) -> str:
    return f"{100 * share:.0f} %"


def _dots(title: str, rows: list[Row], ceiling: Ceiling | None) -> Rows:
    """Put rows of accuracies on an axis that holds all of them and the ceiling."""
    band: Band | None = band_of(ceiling)
    ends = [v for row in rows for value in row.values for v in (value.value, *(value.interval or ()))]
    ends += [band.low, band.high] if band else []
    low, high = max(0.0, min(ends) - MARGIN), min(1.0, max(ends) + MARGIN)
    note = f"{len(rows) - MAX_ROWS} more are not shown." if len(rows) > MAX_ROWS else ""
    return Rows(title=title, rows=tuple(rows[:MAX_ROWS]), low=low, high=high, bars=False, band=band, note=note)


def _sentences(said: Iterable[str]) -> str:
    return ". ".join(f"{text[0].upper()}{text[1:].rstrip('.')}" for text in said)
