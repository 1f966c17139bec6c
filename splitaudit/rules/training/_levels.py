"""What rules on the user's val accuracy share: which one counts, and how exactly so many windows and units know it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.models.outcomes import val_hits
from splitaudit.rule import Context
from splitaudit.rules.training._curves import plateau_of
from splitaudit.stats.course import known, smoothed
from splitaudit.stats.paired import Paired, design_effect, paired_by_unit


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A val accuracy: where it is from, and which windows were right where that is known; shape (n_val,)."""

    value: float
    source: str
    hits: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """How exactly an accuracy on val can be known: independent windows worth as much, and units less one."""

    n: float
    df: int

    def error(self, level: float) -> float:
        """Standard error of an accuracy; not 0 at the ends, where one window more or less was possible."""
        if self.df < 1:
            return float("inf")
        inside = (level * self.n + 1) / (self.n + 2)
        return float(np.sqrt(inside * (1 - inside) / self.n))

    def interval(self, level: float) -> tuple[float, float]:
        """95 % interval of an accuracy."""
        half = self.error(level) * float(special.stdtrit(max(self.df, 1), 0.975))
        return max(0.0, level - half), min(1.0, level + half)


def level_of(val: Profile, ctx: Context) -> Level:
    """The val accuracy that the user's model reaches: by its predictions, as reported, or the best run's.

    Raises
    ------
    NotApplicable
        If the history holds no val accuracy.
    """
    training = ctx.training
    if training.predictions is not None:
        hits = (training.predictions.labels == val.y).astype(np.float64)
        return Level(float(hits.mean()), "by the given predictions", hits)
    if training.observed is not None:
        return Level(training.observed, "as reported")
    levels = []
    for run in training.histories:
        values = run.val_accuracy[known(run.val_accuracy)]
        if len(values):
            found = plateau_of(run, 1 / len(val))
            levels.append(float(smoothed(values).max()) if found is None else found.level)
    if not levels:
        raise NotApplicable("the history has no val accuracy")
    return Level(max(levels), "in the history" if len(levels) == 1 else "in the best run of the history")


def probe_hits(train: Profile, val: Profile, ctx: Context) -> NDArray[np.float64]:
    """In which share of its draws a cheap probe fitted on train is right about each val window; shape (n_val,)."""
    hits: NDArray[np.float64] = val_hits(train, val, ctx).mean(axis=0)
    return hits


def units_of(val: Profile, ctx: Context) -> NDArray[np.int64]:
    """Unit of each val window."""
    return ctx.scheme.units[-len(val) :]


def sampling(train: Profile, val: Profile, ctx: Context) -> Sampling:
    """How exactly val knows an accuracy: the probe's errors tell how far windows of a unit err together."""
    units, n = units_of(val, ctx), len(val)
    df = len(np.unique(units)) - 1
    if not (train.has("labels") and val.has("labels")):
        return Sampling(float(n), df)
    return Sampling(n / design_effect(val_hits(train, val, ctx), units), df)


def shortfall(train: Profile, val: Profile, ctx: Context, level: Level) -> Paired:
    """How far the probe is above a level on the same val windows; paired where it is known which were right."""
    hits, units = probe_hits(train, val, ctx), units_of(val, ctx)
    if level.hits is not None:
        return paired_by_unit(hits - level.hits, units)
    probe = paired_by_unit(hits, units)
    gap = probe.mean - level.value
    error = float(np.hypot(probe.error, sampling(train, val, ctx).error(level.value)))
    pvalue = float(special.stdtr(probe.df, -gap / error)) if probe.df > 0 else 1.0
    return Paired(gap, error, probe.n, probe.df, pvalue)
