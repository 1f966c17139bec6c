"""An experiment: a page, its cost, and a function that changes one thing and measures what that does.

A file in ``experiments/`` reads::

    '''One sentence that asks the question.

    ## How
    ## Outcomes
    ## Limits
    ## References
    '''

    @experiment(fits=6, needs=("labels",))
    def reshuffle(lab: Lab) -> Measured: ...

The module's docstring is the page, the function's name the experiment's. An experiment measures; what its outcomes mean
for the causes stands in ``likelihoods.json`` (:mod:`splitaudit.explanation.diagnosis`).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from splitaudit.explained import Outcome
from splitaudit.explanation.lab import Lab


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one experiment found: outcomes by name, and one sentence."""

    outcomes: Mapping[str, Outcome]
    summary: str


Measure = Callable[[Lab], Measured]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentSpec:
    """One experiment.

    Parameters
    ----------
    name : str
        Such as ``"drop-channel"``.
    page : str
        What it asks, how, and what its outcomes mean.
    fits : float
        How many fits of the probe it takes, for the plan.
    passes : float
        How many times it computes window statistics of a whole side anew.
    measure : callable
        The function.
    """

    name: str
    page: str
    fits: float
    passes: float
    measure: Measure

    @property
    def question(self) -> str:
        """The first sentence of the page."""
        return self.page.strip().splitlines()[0]

    def __call__(self, lab: Lab) -> Measured:
        """Run it with a random stream of its own."""
        return self.measure(lab.of(f"experiment {self.name}"))


def experiment(*, fits: float = 0.0, passes: float = 0.0) -> Callable[[Measure], ExperimentSpec]:
    """Turn a measuring function into an :class:`ExperimentSpec`; parameters as there."""

    def decorate(function: Measure) -> ExperimentSpec:
        page = inspect.getdoc(sys.modules[function.__module__]) or ""
        name = function.__name__.replace("_", "-")
        return ExperimentSpec(name=name, page=page, fits=fits, passes=passes, measure=function)

    return decorate
