"""Is the ceiling a local minimum? Run what people suggest against it, and see whether anything moves.

Every configuration trains on the same part of train and is asked about the same val windows. If all that learn end
alike, no further apart than so few val windows allow, and fail on the same windows, the ceiling is no matter of the
learner.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.explained import Ladder, LadderRow
from splitaudit.explanation.ladder_words import answer
from splitaudit.explanation.rungs import BASE, WINDOW, Rung, rungs
from splitaudit.models.fit import Fitted, fit, seconds_per_epoch
from splitaudit.models.holdout import thinned
from splitaudit.models.loop import OF_A_STEP
from splitaudit.models.reference import need_classes, seed_of
from splitaudit.rule import Context, Progress, generator, silent
from splitaudit.stats.agreement import mean_kappa
from splitaudit.stats.paired import paired_by_unit

IntArray = NDArray[np.int64]
MAX_TRAIN, MAX_VAL = 1000, 2000
FULL_TRAIN, FULL_EPOCHS = 3000, 30
MUTED = "does not learn"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climb:
    """What came of one rung: its row, and which val windows it gets right."""

    rung: Rung
    row: LadderRow
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    """What every rung works on: rows of both sides, val's units, seeds, threads."""

    train: Profile
    val: Profile
    ctx: Context
    rows: IntArray
    val_rows: IntArray
    deadline: float | None

    @property
    def val_units(self) -> IntArray:
        return self.ctx.scheme.units[len(self.train) :][self.val_rows]

    def seconds(self, rung: Rung) -> float:
        """What the rung will take."""
        t, c = self.train.split.X.shape[1:]
        n = 2 * rung.recipe.batch_size
        per_window = seconds_per_epoch(
            rung.recipe,
            (n, t, c),
            n_classes=len(self.train.split.classes),
            n_threads=self.ctx.n_jobs,
            image=self.train.split.image,
        )
        per_window /= n
        return per_window * rung.recipe.epochs * (len(self.rows) + OF_A_STEP * len(self.val_rows))

    def run(self, rung: Rung) -> Climb:
        """Train the rung; the time may cut it short."""
        fitted = fit(
            rung.recipe,
            self.train.split.X[self.rows],
            self.train.y[self.rows],
            self.val.split.X[self.val_rows],
            self.val.y[self.val_rows],
            n_classes=len(self.train.split.classes),
            units=self.ctx.scheme.units[: len(self.train)][self.rows],
            seed=seed_of(self.ctx, f"ladder {rung.another_seed}"),
            deadline=self.deadline,
            n_threads=self.ctx.n_jobs,
            image=self.train.split.image,
        )
        right = fitted.probabilities.argmax(axis=1) == self.val.y[self.val_rows]
        return Climb(rung=rung, row=_row(rung, fitted, right, self.val_units), right=right)


def run_ladder(
    train: Profile,
    val: Profile,
    ctx: Context,
    *,
    deadline: float | None = None,
    progress: Progress = silent,
    full: bool = False,
    partial: bool = False,
) -> Ladder:
    """Run the configurations that the time allows for, and sum them up.

    Parameters
    ----------
    train, val : Profile
    ctx : Context
    deadline : float, optional
        Value of ``time.monotonic()`` to be kept; what does not fit is listed in ``not_run``.
    progress : callable
        Wraps the loop over configurations.
    full : bool
        Train on up to 3,000 windows over 30 epochs instead of 1,000 over 16.
    partial : bool
        When interrupted, return what was run so far instead of raising KeyboardInterrupt.

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    NotApplicable
        If a side has no labels, or there is nothing to tell apart.
    """
    need_classes(train, val)
    listed = rungs(len(train.split.classes), images=train.split.image is not None)
    if full:
        listed = [replace(rung, recipe=replace(rung.recipe, epochs=FULL_EPOCHS)) for rung in listed]
    rng = generator(ctx.seed, "ladder rows")
    task = _Task(
        train=train,
        val=val,
        ctx=ctx,
        rows=thinned(ctx.scheme.units[: len(train)], FULL_TRAIN if full else MAX_TRAIN, rng),
        val_rows=thinned(ctx.scheme.units[len(train) :], MAX_VAL, rng),
        deadline=deadline,
    )
    climbs: list[Climb] = []
    not_run: list[str] = []
    try:
        for rung in progress(listed, "ladder"):
            done = _affordable(task, rung, not_run)
            if done is not None:
                climbs.append(done)
    except KeyboardInterrupt:
        if not partial:
            raise
        seen = {climb.rung.configuration for climb in climbs}
        left = [rung.configuration for rung in listed if rung.configuration not in seen]
        known = {entry.partition(" (")[0] for entry in not_run}
        not_run += [f"{name} (interrupted)" for name in left if name not in known]
    return summarise(climbs, task.val_units, chance=_chance(train, val, task.val_rows), not_run=not_run)


def _affordable(task: _Task, rung: Rung, not_run: list[str]) -> Climb | None:
    """Run a rung if it fits in the time that is left; else note why not."""
    if task.deadline is not None:
        left = task.deadline - time.monotonic()
        wanted = task.seconds(rung) if left > 0 else math.inf
        if wanted > left:
            short = "no time left" if left <= 0.5 else f"needs about {wanted:.0f} s, {left:.0f} s were left"
            not_run.append(f"{rung.configuration} ({short})")
            return None
    climb = task.run(rung)
    return climb


def _row(rung: Rung, fitted: Fitted, right: NDArray[np.bool_], units: IntArray) -> LadderRow:
    found = paired_by_unit(right, units)
    low, high = found.interval() if math.isfinite(found.error) else (0.0, 1.0)
    return LadderRow(
        step=rung.step,
        configuration=rung.configuration,
        val_accuracy=found.mean,
        low=max(0.0, low),
        high=min(1.0, high),
        train_accuracy=fitted.train_accuracy,
        epochs=len(fitted.curve.epochs),
        seconds=fitted.seconds,
    )


def _chance(train: Profile, val: Profile, rows: IntArray) -> tuple[float, float]:
    """Accuracy of always naming train's most frequent class: on train, and on the val windows asked about."""
    named = int(train.label_counts.argmax())
    return float(train.label_counts[named] / len(train)), float(np.mean(val.y[rows] == named))


def summarise(
    climbs: Iterable[Climb], units: IntArray, *, chance: tuple[float, float], not_run: Iterable[str] = ()
) -> Ladder:
    """Sum up: how far apart configurations end, what sampling alone would give, whether they fail alike.

    A configuration learns if its train accuracy is at least half of the way from that of the most frequent class to
    the best of all. Those that do not are listed last under "does not learn" and kept out of the figures, as are
    truncated windows, which hold less to learn from.

    Parameters
    ----------
    climbs : iterable of Climb
    units : ndarray of int64 of shape (n_val,)
        Unit of each val window asked about.
    chance : tuple of float
        Accuracy of naming train's most frequent class, on train and on val.
    not_run : iterable of str
    """
    climbs = list(climbs)
    best = max((climb.row.train_accuracy for climb in climbs if not climb.rung.mute), default=math.nan)
    bar = chance[0] + (best - chance[0]) / 2
    learns = [not climb.rung.mute and climb.row.train_accuracy >= bar and best > chance[0] for climb in climbs]
    alike = [climb for climb, does in zip(climbs, learns, strict=True) if does and climb.rung.step != WINDOW]
    accuracies = np.array([climb.row.val_accuracy for climb in alike])
    rows = [climb.row for climb, does in zip(climbs, learns, strict=True) if does]
    order = {step: place for place, step in reversed(list(enumerate(row.step for row in rows)))}
    rows.sort(key=lambda row: (row.step == WINDOW, order[row.step]))  # stable: one step after the other
    rows += [replace(climb.row, step=MUTED) for climb, does in zip(climbs, learns, strict=True) if not does]
    ladder = Ladder(
        rows=tuple(rows),
        spread=float(accuracies.std(ddof=1)) if len(alike) > 1 else math.nan,
        by_sampling=_by_sampling(alike, units),
        agreement=mean_kappa(np.stack([climb.right for climb in alike])) if len(alike) > 1 else math.nan,
        text="",
        not_run=tuple(not_run),
    )
    return replace(ladder, text=answer(ladder, [climb.row for climb in alike], len(units), chance[1]))


def _by_sampling(alike: list[Climb], units: IntArray) -> float:
    """Standard error of val accuracy between units, typical of the configurations."""
    if not alike:
        return math.nan
    typical = np.mean([climb.right for climb in alike], axis=0)
    single = [paired_by_unit(climb.right, units).error for climb in alike] or [typical.std()]
    found = float(np.median(single))
    return found if math.isfinite(found) else math.nan


__all__ = ["BASE", "Climb", "run_ladder", "summarise"]
