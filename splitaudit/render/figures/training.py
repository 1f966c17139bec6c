"""Loss and accuracy per epoch: the reference and the user's own runs on the same axes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from splitaudit.evidence import Curve
from splitaudit.explained import Ceiling, LearningCurve
from splitaudit.render.figures.model import SIDES, Band, Chart, Figure, Line, Mark
from splitaudit.report import Finding, ReportData

MAX_RUNS = 4
MARKED = (  # kind of curve, rule, its evidence, what it is called
    ("accuracy", "SA702", "since_epoch", "plateau"),
    ("loss", "SA701", "epoch_of_lowest_val_loss", "diverges"),
)
READING = (
    "Train is blue, val is red; solid lines are the reference network that splitaudit trained, dashed ones your own "
    "runs. Val that levels off while train goes on up is a ceiling; val loss that turns up marks where a run diverges."
)
OWN = "Train is blue, val is red. Val that levels off while train goes on up is a ceiling."


def training(report: ReportData) -> Iterator[Figure]:
    """Yield the figure of all runs, where any epoch of any run is known."""
    found = report.explanation
    curves = [curve for curve in (found.curves if found else ()) if curve.epochs][:MAX_RUNS]
    if not curves:
        yield from _of_exhibits(report)
        return
    ceiling = None if found is None else band_of(found.ceiling)
    panels = []
    for kind in ("accuracy", "loss"):
        lines = tuple(_lines(curves, kind))
        if lines:
            share = kind == "accuracy"
            panels.append(
                Chart(
                    title=f"{kind} per epoch",
                    x_label="epoch",
                    y_label=kind,
                    lines=lines,
                    percent=share,
                    band=ceiling if share else None,
                    marks=tuple(_marks(curves, kind)),
                )
            )
    if panels:
        yield Figure(
            name="training", section="training", title="Training curves", reading=READING, panels=tuple(panels)
        )


def band_of(ceiling: Ceiling | None) -> Band | None:
    """Return the ceiling as a band, where it is known."""
    if ceiling is None or not math.isfinite(ceiling.value + ceiling.low + ceiling.high):
        return None
    return Band(value=ceiling.value, low=ceiling.low, high=ceiling.high, label="ceiling")


def _lines(curves: Sequence[LearningCurve], kind: str) -> Iterator[Line]:
    own = 0
    for curve in curves:
        reference = curve.source == "reference"
        own += not reference
        for side in ("train", "val"):
            values = getattr(curve, f"{side}_{kind}")
            if any(map(math.isfinite, values)):
                yield Line(
                    label=f"{side}, {'reference ' if reference else ''}{curve.name}",
                    x=tuple(map(float, curve.epochs)),
                    y=tuple(values),
                    role=side,
                    dash=0 if reference else own,
                )


def _marks(curves: Sequence[LearningCurve], kind: str) -> Iterator[Mark]:
    """Yield where the val accuracy of each run levels off, or where its val loss turns up."""
    for curve in curves:
        at = curve.plateau_epoch if kind == "accuracy" else curve.divergence_epoch
        if at is not None:
            label = "plateau" if kind == "accuracy" else "diverges"
            yield Mark(x=float(at), label=label if len(curves) == 1 else f"{curve.name} {label}")


def _found(report: ReportData) -> Mapping[str, tuple[Mark, ...]]:
    """Return what rules found of the user's own runs, by the kind of curve: plateau and divergence."""
    found: dict[str, tuple[Mark, ...]] = {}
    for kind, code, key, label in MARKED:
        at = next((_number(f, key) for f in report.findings if f.rule == code), None)
        found[kind] = () if at is None else (Mark(x=at, label=label),)
    return found


def _side(label: str) -> str:
    side = label.partition(",")[0]
    return side if side in SIDES else "other"


def _number(finding: Finding, key: str) -> float | None:
    value = finding.evidence.get(key)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _of_exhibits(report: ReportData) -> Iterator[Figure]:
    """Yield the curves that a rule of the family kept, where nobody asked for an explanation."""
    marks = _found(report)
    for finding in report.ranked("error", "warning", "info", "ok", "accepted"):
        curves = [e for e in finding.exhibits if isinstance(e, Curve)] if finding.family == "training" else []
        if curves:
            panels = tuple(
                Chart(
                    title=curve.title,
                    x_label=curve.x_label,
                    y_label=curve.y_label,
                    lines=tuple(
                        Line(label=label, x=x, y=y, role=_side(label), dash=i // 2)
                        for i, (label, (x, y)) in enumerate(curve.lines.items())
                    ),
                    percent=curve.y_label == "accuracy",
                    marks=marks.get(curve.y_label, ()),
                )
                for curve in curves
            )
            yield Figure(name="training", section="training", title="Training curves", reading=OWN, panels=panels)
            return
