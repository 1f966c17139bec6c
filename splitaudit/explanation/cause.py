"""A cause: a page, what to do, and a function that says where it sits.

A file in ``causes/`` reads::

    '''One sentence that says what holds validation back.

    ## Signature
    ## What would decide
    ## What to do
    '''

    @cause(remedy="...", decides="...")
    def label_noise(case: Case) -> Place: ...

How likely a cause is, the table of likelihood ratios says (:mod:`splitaudit.explanation.diagnosis`).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import NotApplicable
from splitaudit.explained import Experiment
from splitaudit.explanation.lab import Lab
from splitaudit.models.outcomes import val_cv_probabilities, val_probabilities
from splitaudit.place import MAX_ROWS, Place
from splitaudit.stats.paired import UnitMeans

GRAVE = {"error": 0, "warning": 1, "accepted": 2, "info": 3}
NOWHERE = Place()
HALF = 0.5  # of the draws of the probe
CLEARLY_LESS = 0.8  # of the probability of the likeliest class
LEAST = 0.04  # share of val's windows below which they are no place but chance


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """What a cause may look at to say where it sits."""

    lab: Lab
    experiments: Mapping[str, Experiment]

    @staticmethod
    def nowhere() -> Place:
        """No place at all."""
        return NOWHERE

    def place_of(self, *codes: str) -> Place:
        """Place of the gravest finding among some rules, the first of equals; nowhere if none has one."""
        found = [self.lab.findings[code] for code in codes if code in self.lab.findings]
        placed = [f for f in found if f.severity in GRAVE and f.where != NOWHERE]
        return min(placed, key=lambda f: GRAVE[f.severity]).where if placed else NOWHERE

    def channel(self, experiment: str, outcome: str) -> tuple[str | int, ...]:
        """The channel that an experiment names."""
        done = self.experiments.get(experiment)
        if done is None or outcome not in done.outcomes or self.lab.train.split.image is not None:
            return ()
        return (self.lab.train.split.channel_name(int(done.outcomes[outcome].value)),)

    def against_train(self) -> Place:
        """Val windows whose label is not what train calls them."""
        return self._windows(self.lab.hits_val < HALF) if self._labelled else NOWHERE

    def contradicted(self) -> Place:
        """Val windows to whose label train and val, asked together, give clearly less than to another."""
        lab = self.lab
        if not self._labelled:
            return NOWHERE
        said = val_probabilities(lab.train, lab.val, lab.ctx) + val_cv_probabilities(lab.val, lab.ctx, by_unit=False)
        own = said[np.arange(len(said)), lab.val.y]
        return self._windows(own < CLEARLY_LESS * said.max(axis=1))

    @property
    def _labelled(self) -> bool:
        try:
            self.lab.need_two_classes()
        except NotApplicable:
            return False
        return True

    def _windows(self, mask: NDArray[np.bool_]) -> Place:
        if mask.mean() < LEAST:
            return NOWHERE
        rows = self.lab.val.split.rows[mask]
        return Place(val_windows=tuple(rows[:MAX_ROWS].tolist()), n_val_windows=len(rows))

    def worst_groups(self) -> Place:
        """The val groups that lie far below what groups of train reach, with their windows."""
        lab = self.lab
        if lab.val.split.groups is None or not self._labelled:
            return NOWHERE
        theirs = UnitMeans.of(lab.val.groups, lab.hits_val)
        mean = float(lab.hits_cv.mean())
        noise = np.sqrt(max(mean * (1 - mean), 0.02) / theirs.sizes)
        bad = theirs.names[(mean - theirs.means) > np.maximum(2 * noise, 0.1)]
        if not len(bad):
            return NOWHERE
        rows = lab.val.split.rows[np.isin(lab.val.groups, bad)]
        names = lab.val.split.group_names
        return Place(
            groups=tuple(names[g] for g in bad),
            val_windows=tuple(rows[:MAX_ROWS].tolist()),
            n_val_windows=len(rows),
        )


Locate = Callable[[Case], Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseSpec:
    """One cause: name, page, what to do, what would decide, which outcome says what it costs, and where it sits.

    ``rises`` and ``falls`` are the outcomes (``"experiment.outcome"``) by which it is recognised: its odds may only
    grow, or only fall, with their value.
    """

    name: str
    page: str
    remedy: str
    decides: str
    costs: str
    rises: tuple[str, ...]
    falls: tuple[str, ...]
    needs: tuple[str, ...]
    locate: Locate

    @property
    def title(self) -> str:
        """The first sentence of the page."""
        return self.page.strip().splitlines()[0]


def cause(
    *,
    remedy: str,
    decides: str,
    costs: str = "",
    rises: tuple[str, ...] = (),
    falls: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
) -> Callable[[Locate], CauseSpec]:
    """Turn a locating function into a :class:`CauseSpec`.

    Parameters
    ----------
    remedy : str
        What to do, in one or two sentences.
    decides : str
        The measurement that would tell it from its neighbours where the data at hand do not.
    costs : str
        The outcome (``"experiment.outcome"``) that says what the cause costs, in accuracy.
    rises, falls : tuple of str
        Outcomes with which its odds may only grow, or only fall; the table of ratios is learned so.
    needs : tuple of str
        Beginnings of outcomes without any of which it cannot be judged.
    """

    def decorate(function: Locate) -> CauseSpec:
        page = inspect.getdoc(sys.modules[function.__module__]) or ""
        return CauseSpec(
            name=function.__name__,
            page=page,
            remedy=remedy,
            decides=decides,
            costs=costs,
            rises=rises,
            falls=falls,
            needs=needs,
            locate=function,
        )

    return decorate
