"""What rules on training curves share: plateaus and the curves to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from splitaudit.data.training import History
from splitaudit.evidence import Curve
from splitaudit.stats.course import known, levels_off

MAX_POINTS = 200
MAX_RUNS = 4


@dataclass(frozen=True, slots=True)
class Plateau:
    """A level that a run does not leave any more, from one epoch on."""

    run: History
    level: float
    start: int
    n_epochs: int
    span: float


def plateau_of(run: History, resolution: float) -> Plateau | None:
    """Return the level that a run does not leave any more, or None: see :func:`splitaudit.stats.course.levels_off`."""
    found = levels_off(run.val_accuracy, resolution)
    if found is None:
        return None
    return Plateau(run, found.value, int(run.epochs[found.start]), found.n_epochs, found.span)


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
