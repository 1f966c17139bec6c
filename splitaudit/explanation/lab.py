"""The lab: what every experiment works with, and the measurements that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from splitaudit.data import features as windows
from splitaudit.data.profile import Profile
from splitaudit.data.training import Training
from splitaudit.errors import NotApplicable
from splitaudit.explained import Outcome
from splitaudit.models.outcomes import MOST_ASKED, draws, train_probabilities, val_cv_probabilities, val_probabilities
from splitaudit.models.probe import fit_predict, unit_folds
from splitaudit.report import Finding
from splitaudit.rule import Context
from splitaudit.stats.paired import Paired, paired_by_unit
from splitaudit.stats.shift import shift_test

T = TypeVar("T")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Features = NDArray[np.float32]
Folds = list[tuple[Ints, Ints]]

N_FOLDS = 4
MAX_ROWS = 1500
MIN_WINDOWS = 8
FAR = 100.0  # standard errors; farther is no farther


@dataclass(frozen=True, kw_only=True, eq=False)
class Lab:
    """What an experiment gets.

    Parameters
    ----------
    train, val : Profile
        Both sides, comparable and finite.
    ctx : Context
        Units, seed, threads, and the memo that holds what the audit's rules computed already.
    findings : mapping of str to Finding
        What the audit said, by rule code.
    """

    train: Profile
    val: Profile
    ctx: Context
    findings: Mapping[str, Finding] = field(default_factory=dict)

    def of(self, name: str) -> Lab:
        """Return the lab of one experiment: the same, with a random stream of its own."""
        return replace(self, ctx=self.ctx.of(name))

    @property
    def rng(self) -> np.random.Generator:
        """The experiment's own random stream."""
        return self.ctx.rng

    @property
    def training(self) -> Training:
        """What is known of the user's own training."""
        return self.ctx.training

    @property
    def groups_known(self) -> bool:
        """Whether both sides say to which group or recording their windows belong, and train holds several of them."""
        train, val = (
            side.split.recording if side.split.groups is None else side.split.groups for side in (self.train, self.val)
        )
        return train is not None and val is not None and len(np.unique(train)) > 1

    @property
    def n_classes(self) -> int:
        """Classes of both sides together."""
        return len(self.train.split.classes)

    @property
    def train_units(self) -> Ints:
        """Unit of each train window."""
        return self.ctx.scheme.units[: len(self.train)]

    @property
    def val_units(self) -> Ints:
        """Unit of each val window."""
        return self.ctx.scheme.units[len(self.train) :]

    def once(self, key: str, make: Callable[[np.random.Generator], T]) -> T:
        """Compute something that several experiments share."""
        return self.ctx.once(f"lab {key}", make)

    # What the probe says and how often it is right, over as many draws of folds and trees as few windows need.

    @cached_property
    def said_val(self) -> list[Floats]:
        """Class probabilities of val by a probe of train, (n_val, n_classes) for each draw."""
        again = draws(len(self.val), most=MOST_ASKED)
        return [val_probabilities(self.train, self.val, self.ctx, draw=k) for k in again]

    @cached_property
    def said_cv(self) -> list[Floats]:
        """The same inside train, units kept apart."""
        return [train_probabilities(self.train, self.ctx, draw=k) for k in draws(len(self.train))]

    @cached_property
    def said_val_cv(self) -> list[Floats]:
        """The same inside val, units kept apart."""
        return [val_cv_probabilities(self.val, self.ctx, draw=k) for k in draws(len(self.val))]

    @cached_property
    def hits_val(self) -> Floats:
        """A_val: fitted on train, asked on val; share of the draws in which each window is right."""
        return self._right(self.said_val, self.val)

    @cached_property
    def right_val(self) -> NDArray[np.bool_]:
        """Whether the first draw is right about each window of val: what one learner says."""
        right: NDArray[np.bool_] = self.said_val[0].argmax(axis=1) == self.val.y
        return right

    @cached_property
    def hits_cv(self) -> Floats:
        """A_cv: inside train, units kept apart."""
        return self._right(self.said_cv, self.train)

    @cached_property
    def hits_random(self) -> Floats:
        """A_rand: inside train, windows dealt to folds at random."""
        said = (train_probabilities(self.train, self.ctx, by_unit=False, draw=k) for k in draws(len(self.train)))
        return self._right(said, self.train)

    @cached_property
    def hits_val_cv(self) -> Floats:
        """A_valcv: inside val, units kept apart."""
        return self._right(self.said_val_cv, self.val)

    @cached_property
    def hits_val_random(self) -> Floats:
        """The same with windows dealt to folds at random."""
        said = (val_cv_probabilities(self.val, self.ctx, by_unit=False, draw=k) for k in draws(len(self.val)))
        return self._right(said, self.val)

    @staticmethod
    def _right(said: Iterable[Floats], side: Profile) -> Floats:
        right: Floats = np.mean([each.argmax(axis=1) == side.y for each in said], axis=0)
        return right

    @cached_property
    def chance(self) -> float:
        """Accuracy on val of always naming val's most frequent class."""
        return float(self.val.label_counts.max() / len(self.val))

    @cached_property
    def chance_train(self) -> float:
        """Share of train's most frequent class."""
        return float(self.train.label_counts.max() / len(self.train))

    def need_two_classes(self) -> None:
        """Refuse to work where a side cannot be classified.

        Raises
        ------
        NotApplicable
            If a side has one class or hardly any window.
        """
        for side in (self.train, self.val):
            if not side.has("labels"):
                raise NotApplicable(f"there are no labels in {side.split.name}")
            present = int((side.label_counts > 0).sum())
            if len(side) < MIN_WINDOWS or present < 2:
                raise NotApplicable(
                    f"{side.split.name} has {len(side)} windows of {present} classes, of which nothing can be learned"
                )

    def predict(self, fit: Features, y: Ints, new: Features) -> Floats:
        """Fit the probe and predict probabilities."""
        return fit_predict(fit, y, new, n_classes=self.n_classes, rng=self.rng, n_jobs=self.ctx.n_jobs)

    def score(self, fit: Features, y: Ints, new: Features, new_y: Ints) -> NDArray[np.bool_]:
        """Fit the probe and say which windows it gets right."""
        right: NDArray[np.bool_] = self.predict(fit, y, new).argmax(axis=1) == new_y
        return right

    def measured(self, X: NDArray[Any]) -> Features:
        """Window statistics of changed windows (n, t, c), with train's ruler."""
        return windows.compute(X, *self.train.ruler, n_jobs=self.ctx.n_jobs)

    @cached_property
    def rows(self) -> Ints:
        """Train windows that experiments with many fits use: all, or a random part of 1,500."""
        n = len(self.train)
        if n <= MAX_ROWS:
            return np.arange(n)
        return self.once("rows", lambda rng: np.sort(rng.choice(n, MAX_ROWS, replace=False)))

    @cached_property
    def rows_in_order(self) -> Ints:
        """:attr:`rows` in the order of time where that is one for all of train, else of the file."""
        split = self.train.split
        clocks = [codes for codes in (split.groups, split.recording) if codes is not None]
        if split.time is None or any(len(np.unique(codes)) > 1 for codes in clocks):
            return self.rows
        return self.rows[np.argsort(split.time[self.rows], kind="stable")]

    @cached_property
    def val_rows(self) -> Ints:
        """Val windows that experiments with many fits ask about."""
        n = len(self.val)
        if n <= MAX_ROWS:
            return np.arange(n)
        return self.once("val rows", lambda rng: np.sort(rng.choice(n, MAX_ROWS, replace=False)))

    def apart(self, theirs: Features, ours: Features | None = None) -> float:
        """How far units of the sides are apart in the twentieth of window statistics that differs most.

        ``theirs`` are those of the val windows at :attr:`val_rows`, as they are or changed, ``ours`` those of train at
        :attr:`rows` if they are changed. Log10 of the mean absolute t between units; 0 where a side has one unit.
        """
        own, rows, n = self.rows, self.val_rows, len(self.train)
        keep = np.zeros(len(self.ctx.scheme.units), dtype=bool)
        keep[own] = True
        keep[n + rows] = True
        scheme = self.ctx.scheme.restrict(keep)
        if min(scheme.n_train_units, scheme.n_val_units) < 2:
            return 0.0
        ours = self.train.features[own] if ours is None else ours
        test = shift_test(np.concatenate([ours, theirs]), scheme, ranks=False)
        t = np.sort(np.abs(np.nan_to_num(test.statistics, posinf=FAR, neginf=FAR)))[::-1]
        return float(np.log10(np.clip(t[: max(3, len(t) // 20)].mean(), 0.1, FAR)))

    @cached_property
    def folds(self) -> Folds:
        """Folds over :attr:`rows` (positions in it) that keep units apart."""
        return self._folds("folds")

    @cached_property
    def other_folds(self) -> Folds:
        """The same, drawn anew."""
        return self._folds("other folds")

    def _folds(self, key: str) -> Folds:
        units = self.train_units[self.rows]
        if len(np.unique(units)) < 2:
            units = np.arange(len(self.rows))
        y = self.train.y[self.rows]
        return self.once(key, lambda rng: unit_folds(y, units, n_folds=N_FOLDS, rng=rng))


def accuracy(hits: NDArray[Any], units: Ints, text: str = "") -> Outcome:
    """Share of hits with its 95 % interval between units."""
    found = paired_by_unit(hits, units)
    low, high = _bounds(found)
    return Outcome(value=found.mean, low=max(0.0, low), high=min(1.0, high), unit="accuracy", text=text)


def difference(after: NDArray[Any], before: NDArray[Any], units: Ints, text: str = "") -> Outcome:
    """Mean difference of paired hits with its 95 % interval between units."""
    found = paired_by_unit(after.astype(np.float64) - before, units)
    low, high = _bounds(found)
    return Outcome(value=found.mean, low=low, high=high, unit="difference of accuracy", text=text)


def _bounds(found: Paired) -> tuple[float, float]:
    """Interval of a mean; a whole point wide each way where too few units were seen to say better."""
    if not np.isfinite(found.error):
        return found.mean - 1, found.mean + 1
    return found.interval()


def number(value: float, unit: str = "", text: str = "") -> Outcome:
    """An outcome without an interval."""
    return Outcome(value=float(value), unit=unit, text=text)


def extrapolated(accuracies: Sequence[float]) -> float:
    """Gain of another doubling after three that doubled, if errors go on to fall by the same factor.

    References
    ----------
    Hestness, J. et al. (2017). Deep learning scaling is predictable, empirically. arXiv:1712.00409.
    """
    errors = np.clip(1 - np.array(accuracies), 1e-3, 1.0)
    steps = np.clip(errors[1:] / errors[:-1], 0.3, 1.0)
    return float(errors[-1] * (1 - np.sqrt(steps[0] * steps[1])))
