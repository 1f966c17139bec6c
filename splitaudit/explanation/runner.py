"""Run experiments: each is timed, none takes the others with it, all are accounted for."""

from __future__ import annotations

import time

from splitaudit.errors import NotApplicable
from splitaudit.explained import Experiment
from splitaudit.explanation.experiment import ExperimentSpec
from splitaudit.explanation.lab import Lab


def run(spec: ExperimentSpec, lab: Lab) -> Experiment:
    """Run one experiment; one that cannot be applied, or breaks, says why."""
    started = time.perf_counter()
    try:
        found = spec(lab)
    except NotApplicable as reason:
        return _without(spec, "not applicable", str(reason), started)
    except MemoryError:
        return _without(spec, "not applicable", "there is not enough memory", started)
    except Exception as error:  # as with rules: an experiment that breaks must not take the others with it
        return _without(spec, "crashed", " ".join(f"{type(error).__name__}: {error}".split()), started)
    return Experiment(
        name=spec.name,
        status="done",
        seconds=time.perf_counter() - started,
        outcomes=found.outcomes,
        summary=found.summary,
    )


def _without(spec: ExperimentSpec, status: str, reason: str, started: float) -> Experiment:
    return Experiment(name=spec.name, status=status, seconds=time.perf_counter() - started, reason=reason)
