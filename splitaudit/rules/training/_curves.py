"""What rules on training curves share: ends, wobble, plateaus and the curves to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.training import Floats, History
from splitaudit.evidence import Curve

LAST = 3
MAX_POINTS = 200
MAX_RUNS = 4
MIN_EPOCHS = 5  # of a plateau, and of anything that is said about the course of a run


def known(values: Floats) -> NDArray[np.int64]:
    """Positions of the finite values."""
    return np.flatnonzero(np.isfinite(values))


def ended(values: Floats) -> float:
    """Median of the last three finite values; NaN without any."""
    rows = known(values)[-LAST:]
    return float(np.median(values[rows])) if len(rows) else float("nan")


def smoothed(values: Floats) -> Floats:
    """Running median over three values; the ends as they are."""
    if len(values) < LAST:
        return values
    inner = np.median(np.stack([values[:-2], values[1:-1], values[2:]]), axis=0)
    return np.concatenate([values[:1], inner, values[-1:]])


def wobble(values: Floats) -> float:
    """Standard deviation from epoch to epoch, whatever the trend; robust against single jumps."""
    steps = np.diff(values)
    return float(np.diff(np.percentile(steps, [16, 84]))[0] / 2 / np.sqrt(2)) if len(steps) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Plateau:
    """A level that a run does not leave any more, from one epoch on."""

    run: History
    level: float
    start: int
    n_epochs: int
    span: float


def plateau_of(run: History, resolution: float) -> Plateau | None:
    """The level at which val accuracy stays for at least the last third of a run, or None.

    ``resolution`` is what one val window moves the accuracy.
    """
    rows = known(run.val_accuracy)
    values = run.val_accuracy[rows]
    if len(values) < MIN_EPOCHS:
        return None
    least = max(MIN_EPOCHS, -(-len(values) // 3))
    level = float(np.median(values[-least:]))
    band = max(3 * wobble(values[-2 * least :]), 1.5 * resolution, 0.01)
    outside = np.flatnonzero(np.abs(smoothed(values) - level) > band)
    start = int(outside[-1]) + 1 if len(outside) else 0
    stay = values[start:]
    if len(stay) < least:
        return None
    settled = stay[min(len(stay) // 4, len(stay) - least) :]
    half = len(settled) // 2
    drift = abs(float(settled[half:].mean() - settled[:half].mean()))
    if drift > max(band / 2, resolution):
        return None
    return Plateau(run, float(np.median(stay)), int(run.epochs[rows[start]]), len(stay), float(np.ptp(stay)))


def exhibits(runs: Iterable[History]) -> tuple[Curve, ...]:
    """Accuracy and loss of the first few runs to look at."""
    shown = list(runs)[:MAX_RUNS]
    made = []
    for kind in ("accuracy", "loss"):
        lines = {}
        for run in shown:
            for side in ("train", "val"):
                values = getattr(run, f"{side}_{kind}")
                rows = known(values)
                if len(rows):
                    rows = rows[np.unique(np.linspace(0, len(rows) - 1, MAX_POINTS).round().astype(int))]
                    label = side if len(shown) == 1 else f"{side}, {run.name}"
                    lines[label] = tuple(map(float, run.epochs[rows])), tuple(map(float, values[rows]))
        if lines:
            made.append(Curve(title=f"{kind} by epoch", x_label="epoch", y_label=kind, lines=lines))
    return tuple(made)
