"""Which experiment next: the one that says most about what is still open, per second, as long as the budget lasts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from splitaudit.explanation.diagnosis import Diagnosis, Table
from splitaudit.explanation.experiment import ExperimentSpec
from splitaudit.explanation.lab import Lab

SAMPLE = 200
LEAST = 0.02  # seconds; what costs nothing is done first


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of one fit of the probe and of one pass over a side's windows, measured on this machine and split."""

    fit: float
    pass_: float

    @classmethod
    def of(cls, lab: Lab) -> Speed:
        """Time one fit on the rows that experiments use, and the statistics of some windows."""
        own = lab.rows
        started = time.perf_counter()
        lab.score(lab.train.features[own], lab.train.y[own], lab.val.features[:SAMPLE], lab.val.y[:SAMPLE])
        fitted = time.perf_counter()
        some = lab.train.signals[own[:SAMPLE]]
        lab.measured(some)
        return cls(fitted - started, (time.perf_counter() - fitted) * len(own) / max(len(some), 1))

    def cost(self, spec: ExperimentSpec) -> float:
        """Seconds that an experiment will take."""
        return spec.fits * self.fit + spec.passes * self.pass_


def best_next(
    specs: Sequence[ExperimentSpec], speed: Speed, diagnosis: Diagnosis, table: Table, left: float
) -> ExperimentSpec | None:
    """The experiment that separates the causes that are still open most per second; None if none fits into ``left``."""
    affordable = [spec for spec in specs if speed.cost(spec) <= left]
    if not affordable:
        return None
    worth = [_worth(spec, diagnosis, table) / max(speed.cost(spec), LEAST) for spec in affordable]
    return affordable[int(np.argmax(worth))]


def _worth(spec: ExperimentSpec, diagnosis: Diagnosis, table: Table) -> float:
    """How far an experiment's outcomes can move the odds between causes, weighted by how probable both are."""
    p = diagnosis.probabilities
    total = 1e-6
    for key, ratios in table.ratios.items():
        if key.rpartition(".")[0] == spec.name:
            spread = np.abs(ratios.rows[:, :, None] - ratios.rows[:, None, :]).mean(axis=0)
            total += float(p @ spread @ p)
    return total
