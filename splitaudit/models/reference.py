"""The reference: the one-layer bidirectional LSTM on a split, from two profiles to curves and val's probabilities."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.models.fit import Fitted, OnEpoch, fit, seconds_per_epoch
from splitaudit.models.holdout import thinned
from splitaudit.models.loop import OF_A_STEP
from splitaudit.models.recipe import Recipe
from splitaudit.rule import Context, generator

IntArray = NDArray[np.int64]
REFERENCE = Recipe()
MAX_WINDOWS = 6000
PASSES = 60_000  # windows seen in all from which on fewer epochs do
LEAST_EPOCHS = 12
LEAST_WINDOWS = 8
RESERVE = 0.85  # share of the time that is planned


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Which train windows a run uses, and how it trains on them."""

    recipe: Recipe
    rows: IntArray


def reference(
    train: Profile,
    val: Profile,
    ctx: Context,
    recipe: Recipe = REFERENCE,
    *,
    deadline: float | None = None,
    on_epoch: OnEpoch | None = None,
) -> Fitted:
    """Train the reference on train and predict val.

    Of more than 6,000 train windows a random part is used, evenly from every unit. Where the time until ``deadline``
    (a value of ``time.monotonic()``) is too short for that, there are fewer epochs, and fewer windows; where it is not,
    the result depends on the seed alone. One thread does the work, whatever ``ctx.n_jobs`` allows: between the short
    steps of a recurrent network threads mostly wait for each other, and on a busy machine they do so for minutes.

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    NotApplicable
        If a side has no labels, or there is nothing to tell apart.
    """
    planned = plan(train, val, ctx, recipe, deadline=deadline)
    return follow(planned, train, val, ctx, deadline=deadline, on_epoch=on_epoch)


def follow(
    planned: Plan,
    train: Profile,
    val: Profile,
    ctx: Context,
    *,
    deadline: float | None = None,
    on_epoch: OnEpoch | None = None,
) -> Fitted:
    """Train as planned; parameters as for :func:`reference`."""
    units = ctx.scheme.units[: len(train)]
    return fit(
        planned.recipe,
        train.split.X[planned.rows],
        train.y[planned.rows],
        val.split.X,
        val.y,
        n_classes=len(train.split.classes),
        units=units[planned.rows],
        seed=seed_of(ctx, "reference"),
        deadline=deadline,
        on_epoch=on_epoch,
        image=train.split.image,
    )


def need_classes(train: Profile, val: Profile) -> None:
    """Refuse sides that nothing can be learned from.

    Raises
    ------
    NotApplicable
        If a side has no labels, or train fewer than 8 windows or a single class.
    """
    for side in (train, val):
        if side.split.y is None:
            raise NotApplicable(f"{side.split.source or side.split.name}: there are no labels (y)")
    n, classes = len(train), int((train.label_counts > 0).sum())
    if n < LEAST_WINDOWS or classes < 2:
        raise NotApplicable(
            f"{train.split.source or train.split.name}: {n} windows of {classes} classes, expected at least "
            f"{LEAST_WINDOWS} of two classes to train on"
        )


def seed_of(ctx: Context, key: str) -> int:
    """Seed of one training run."""
    return int(generator(ctx.seed, key).integers(2**31 - 1))


def plan(train: Profile, val: Profile, ctx: Context, recipe: Recipe, *, deadline: float | None = None) -> Plan:
    """Choose windows and epochs that the time allows for; refuses what :func:`need_classes` refuses."""
    need_classes(train, val)
    units, rng = ctx.scheme.units[: len(train)], generator(ctx.seed, "reference rows")
    most = min(len(train), MAX_WINDOWS)
    epochs = min(recipe.epochs, max(LEAST_EPOCHS, round(PASSES / most)))
    if deadline is not None:
        per_window = _seconds_per_window(train, recipe)
        watched = OF_A_STEP * per_window * len(val)
        seconds = RESERVE * (deadline - time.monotonic()) - watched
        fit_in = int(seconds / max(per_window * most + watched, 1e-9))
        if fit_in < epochs:
            epochs = max(min(epochs, LEAST_EPOCHS), fit_in)
        if fit_in < LEAST_EPOCHS:
            affordable = (seconds / epochs - watched) / max(per_window, 1e-9)
            most = min(most, max(LEAST_WINDOWS * len(train.split.classes), int(affordable)))
    return Plan(recipe=replace(recipe, epochs=epochs), rows=thinned(units, most, rng))


def _seconds_per_window(train: Profile, recipe: Recipe) -> float:
    shape: Any = train.split.X.shape
    n = 2 * recipe.batch_size
    return (
        seconds_per_epoch(
            recipe,
            (n, *shape[1:]),
            n_classes=max(2, len(train.split.classes)),
            image=train.split.image,
        )
        / n
    )
