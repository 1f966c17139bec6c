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
from splitaudit.explanation.ladder_words import Level, answer
from splitaudit.explanation.rungs import WINDOW, Rung, rungs
from splitaudit.models.fit import Fitted, fit, seconds_per_epoch
from splitaudit.models.holdout import thinned
from splitaudit.models.loop import OF_A_STEP
from splitaudit.models.reference import need_classes, seed_of
from splitaudit.rule import Context, Progress, generator, silent
from splitaudit.stats.agreement import mean_kappa
from splitaudit.stats.paired import paired_by_unit

IntArray = NDArray[np.int64]
MAX_TRAIN, MAX_VAL = 1000, 2000
FULL_TRAIN = 3000
SLACK = 2.0  # how far a cost that is scaled from another network's may be off
ENOUGH = 0.75  # of the way from chance to the median train accuracy, from which on a configuration learns
MUTED = "does not learn"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climb:
    """What came of one rung: its row, and which val windows it gets right."""

    rung: Rung
    row: LadderRow
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    """What every rung works on: rows of both sides, val's units, seeds."""

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
        """What the rung will take, by timing a few steps."""
        t, c = self.train.split.X.shape[1:]
        n = 2 * rung.recipe.batch_size
        epoch = seconds_per_epoch(
            rung.recipe,
            (n, t, c),
            n_classes=len(self.train.split.classes),
            image=self.train.split.image,
        )
        return epoch / n * rung.recipe.epochs * (len(self.rows) + OF_A_STEP * len(self.val_rows))

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
            seed=seed_of(self.ctx, f"ladder {rung.start}"),
            deadline=self.deadline,
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
        Train on up to 3,000 windows instead of 1,000, and twice as long.
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
    rng = generator(ctx.seed, "ladder rows")
    task = _Task(
        train=train,
        val=val,
        ctx=ctx,
        rows=thinned(ctx.scheme.units[: len(train)], FULL_TRAIN if full else MAX_TRAIN, rng),
        val_rows=thinned(ctx.scheme.units[len(train) :], MAX_VAL, rng),
        deadline=deadline,
    )
    listed = [rung.sized(len(task.rows), full=full) for rung in listed]
    climbs: list[Climb] = []
    not_run: list[str] = []
    try:
        for rung in progress(listed, "ladder"):
            reason = _too_costly(task, rung, climbs)
            if reason:
                not_run.append(f"{rung.configuration} ({reason})")
            else:
                climbs.append(task.run(rung))
    except KeyboardInterrupt:
        if not partial:
            raise
        seen = {climb.rung.configuration for climb in climbs}
        left = [rung.configuration for rung in listed if rung.configuration not in seen]
        known = {entry.partition(" (")[0] for entry in not_run}
        not_run += [f"{name} (interrupted)" for name in left if name not in known]
    return summarise(climbs, task.val_units, chance=_chance(train, val, task.val_rows), not_run=not_run)


def _too_costly(task: _Task, rung: Rung, climbs: list[Climb]) -> str:
    """Say why a rung does not fit in the time that is left, or nothing where it does."""
    if task.deadline is None:
        return ""
    left = task.deadline - time.monotonic()
    if left <= 0:
        return "no time left"
    wanted = 0.0
    if climbs:  # even to time a few steps of a wide network takes long
        first = climbs[0]
        wanted = first.row.seconds * _work(rung, task) / _work(first.rung, task) / SLACK
    if wanted <= left:
        wanted = task.seconds(rung)
    return f"needs about {wanted:.0f} s, {left:.0f} s were left" if wanted > left else ""


def _work(rung: Rung, task: _Task) -> float:
    """Multiplications of a recurrent network, up to a factor that all have in common."""
    recipe = rung.recipe
    ways = 1 if recipe.network in ("lstm", "gru") else 2
    width = task.train.split.n_channels * task.train.split.n_timesteps / recipe.max_steps
    return recipe.epochs * recipe.layers * ways * recipe.hidden * (recipe.hidden + max(width, 1.0))


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

    A configuration learns if its train accuracy is at least three quarters of the way from that of the most frequent
    class to the median of all. Those that do not are listed last under "does not learn" and kept out of the figures,
    as are truncated windows, which hold less to learn from.

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
    reached = [climb.row.train_accuracy for climb in climbs if not climb.rung.mute]
    bar = chance[0] + ENOUGH * max(0.0, float(np.median(reached)) - chance[0]) if reached else math.nan
    learns = [not climb.rung.mute and climb.row.train_accuracy >= bar for climb in climbs]
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
    levels = [Level(climb.row.configuration, climb.row.val_accuracy, climb.rung.recipe) for climb in alike]
    return replace(ladder, text=answer(ladder, levels, n_val=len(units), chance=chance[1]))


def _by_sampling(alike: list[Climb], units: IntArray) -> float:
    """Standard error of val accuracy between units, typical of the configurations."""
    if not alike:
        return math.nan
    found = float(np.median([paired_by_unit(climb.right, units).error for climb in alike]))
    return found if math.isfinite(found) else math.nan
