"""One reference run on a split: trained, scored by unit and by class, and said in one sentence."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.explained import LearningCurve
from splitaudit.models.fit import Fitted
from splitaudit.models.recipe import Recipe
from splitaudit.models.reference import Plan, follow, plan
from splitaudit.report import Units
from splitaudit.results import Baseline
from splitaudit.rule import Context, Progress, silent
from splitaudit.stats.paired import paired_by_unit
from splitaudit.trained import ClassRecall, TrainedSide
from splitaudit.wording import counted

MODELS = {
    "bilstm": "one-layer bidirectional LSTM",
    "lstm": "one-layer LSTM",
    "gru": "one-layer GRU",
    "attention": "one-layer bidirectional LSTM with attention pooling",
    "cnn_lstm": "convolutions, then a one-layer bidirectional LSTM",
    "spectrogram": "one-layer bidirectional LSTM on spectrograms",
    "convlstm": "one-layer convolutional LSTM",
}


class Shown(Protocol):
    """Is told what a run does."""

    def begin(self, title: str, epochs: int | None = None) -> None:
        """Training begins."""

    def epoch(self, curve: LearningCurve) -> None:
        """An epoch is over."""

    @property
    def wrap(self) -> Progress:
        """Wraps the loop over the ladder."""


class Unshown:
    """Shows nothing."""

    def begin(self, title: str, epochs: int | None = None) -> None:
        """Say nothing."""

    def epoch(self, curve: LearningCurve) -> None:
        """Say nothing."""

    @property
    def wrap(self) -> Progress:
        """Wrap nothing."""
        return silent


def trained(
    train: Profile,
    val: Profile,
    ctx: Context,
    recipe: Recipe,
    *,
    deadline: float | None,
    shown: Shown,
    partial: bool,
) -> Baseline:
    """Train the reference, and say what came of it.

    Parameters
    ----------
    train, val : Profile
    ctx : Context
    recipe : Recipe
    deadline : float, optional
        Value of ``time.monotonic()``.
    shown : Shown
        Is told what goes on.
    partial : bool
        When interrupted after an epoch, return the curve so far instead of raising KeyboardInterrupt.

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    NotApplicable
        If nothing can be learned from the data.
    """
    planned = plan(train, val, ctx, recipe, deadline=deadline)
    shown.begin(f"{MODELS[recipe.network]}, accuracy on train and val", planned.recipe.epochs)
    curves: list[LearningCurve] = []

    def on_epoch(curve: LearningCurve) -> None:
        curves.append(curve)
        shown.epoch(curve)

    try:
        fitted = follow(planned, train, val, ctx, deadline=deadline, on_epoch=on_epoch)
    except KeyboardInterrupt:
        if not partial or not curves:
            raise
        return _interrupted(curves[-1], planned, train, val, ctx)
    return _told(fitted, planned, train, val, ctx)


def _told(fitted: Fitted, planned: Plan, train: Profile, val: Profile, ctx: Context) -> Baseline:
    named = fitted.probabilities.argmax(axis=1)
    found = paired_by_unit(named == val.y, ctx.scheme.units[len(train) :])
    low, high = found.interval() if np.isfinite(found.error) else (0.0, 1.0)
    classes = _classes(named, val)
    made = replace(
        _interrupted(fitted.curve, planned, train, val, ctx),
        val_accuracy=found.mean,
        low=max(0.0, low),
        high=min(1.0, high),
        balanced_accuracy=float(np.mean([each.recall for each in classes])),
        train_accuracy=fitted.train_accuracy,
        best_epoch=fitted.best_epoch,
        stopped=fitted.stopped,
        classes=classes,
    )
    return replace(made, summary=summary(made))


def _interrupted(curve: LearningCurve, planned: Plan, train: Profile, val: Profile, ctx: Context) -> Baseline:
    """What is known without predictions."""
    scheme, last = ctx.scheme, len(curve.epochs) - 1
    units = Units(
        kind=scheme.kind, train=scheme.n_train_units, val=scheme.n_val_units, how=scheme.how, floor=scheme.floor
    )
    made = Baseline(
        train=_side(train, len(planned.rows)),
        val=_side(val, len(val)),
        units=units,
        model=MODELS[planned.recipe.network],
        recipe=asdict(planned.recipe),
        curve=curve,
        val_accuracy=curve.val_accuracy[last] if curve.epochs else float("nan"),
        low=float("nan"),
        high=float("nan"),
        balanced_accuracy=float("nan"),
        train_accuracy=curve.train_accuracy[last] if curve.epochs else float("nan"),
        chance=float(np.mean(val.y == train.label_counts.argmax())),
        best_epoch=0,
        stopped="interrupted",
        seconds=0.0,
    )
    return replace(made, summary=summary(made))


def _side(side: Profile, used: int) -> TrainedSide:
    split = side.split
    return TrainedSide(
        name=split.name,
        source=split.source,
        n_windows=side.losses.n_read,
        n_timesteps=split.n_timesteps,
        n_channels=split.n_channels,
        n_used=used,
    )


def _classes(named: NDArray[np.int64], val: Profile) -> tuple[ClassRecall, ...]:
    """Recall of every class that val holds, and what it is most often taken for."""
    found = []
    for code in np.flatnonzero(val.label_counts):
        of_class = named[val.y == code]
        others = np.bincount(of_class, minlength=len(val.split.classes))
        recall = others[code] / len(of_class)
        others[code] = 0
        taken = int(others.argmax())
        found.append(
            ClassRecall(
                name=val.split.classes[code],
                n_windows=len(of_class),
                recall=float(recall),
                taken_for=val.split.classes[taken] if others[taken] else "",
                share=float(others[taken] / len(of_class)),
            )
        )
    return tuple(found)


def summary(found: Baseline) -> str:
    """Say in one sentence where the run ended."""
    where = f"{found.model}: {_percent(found.val_accuracy)} on val"
    if found.stopped == "interrupted":
        return f"Interrupted after {counted(len(found.curve.epochs), 'epoch')}; {where} so far."
    train = f", {_percent(found.train_accuracy)} on train" if np.isfinite(found.train_accuracy) else ""
    interval = f"95 % interval {100 * found.low:.1f} to {100 * found.high:.1f}"
    return f"{where} ({interval}){train}; always naming one class has {_percent(found.chance)}."


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
