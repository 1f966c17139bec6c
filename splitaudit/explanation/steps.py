"""The steps of an explanation, chosen one after the other by what is left of the budget and what is still open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from splitaudit.explanation import catalog
from splitaudit.explanation.diagnosis import table
from splitaudit.explanation.experiment import ExperimentSpec
from splitaudit.explanation.plan import Speed, best_next
from splitaudit.explanation.run import NO_TIME, REFERENCE, Run

LEAST_REFERENCE = 8.0  # seconds without which a network learns nothing
LEAST_LADDER = 20.0


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work, as progress shows it: what, and how many seconds of the budget are left."""

    name: str
    left: float
    work: Callable[[], None]


class Steps:
    """The steps of a run, chosen one after the other by what is left and what is open."""

    def __init__(self, run_: Run) -> None:
        self.run = run_

    def __iter__(self) -> Iterator[Step]:
        run_ = self.run
        specs = list(catalog.all_experiments())
        yield from self._probes(specs)
        networks = [("ladder", run_.climb, LEAST_LADDER), (REFERENCE, run_.reference, LEAST_REFERENCE)]
        for name, work, least in networks if run_.ladder_first else networks[::-1]:
            if run_.left() < least:
                run_.skip(name, NO_TIME)
                continue
            yield Step(name, run_.left(), work)

    def _probes(self, specs: list[ExperimentSpec]) -> Iterator[Step]:
        run_ = self.run
        yield self._step(specs.pop(0))
        if run_.done and next(iter(run_.done.values())).status != "done":
            for spec in specs:
                yield self._step(spec)  # each says for itself why it cannot be applied
            return
        speed = Speed.of(run_.lab)
        while specs:
            chosen = best_next(specs, speed, run_.diagnosis(), table(), run_.left())
            if chosen is None:
                run_.leave(specs)
                return
            specs.remove(chosen)
            yield self._step(chosen)

    def _step(self, spec: ExperimentSpec) -> Step:
        return Step(spec.name, self.run.left(), lambda: self.run.experiment(spec))
