"""What the probe predicts on a split, computed once per run and shared by the rules that need it.

Notation of the docs: ``A_val`` trains on train and predicts val, ``A_cv`` crosses train's units, ``A_rand`` crosses
train's windows at random, ``A_valcv`` crosses val's units.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.models.probe import cross_predict, fit_predict
from splitaudit.rule import Context

Probabilities = NDArray[np.float64]


def val_probabilities(train: Profile, val: Profile, ctx: Context) -> Probabilities:
    """Class probabilities of val windows by a probe fitted on train; shape (n_val, n_classes)."""
    n_classes = len(train.split.classes)

    def make(rng: np.random.Generator) -> Probabilities:
        return fit_predict(train.features, train.y, val.features, n_classes=n_classes, rng=rng, n_jobs=ctx.n_jobs)

    return ctx.once("probe val", make)


def train_probabilities(train: Profile, ctx: Context, *, by_unit: bool = True) -> Probabilities:
    """Out-of-fold class probabilities of train windows by unit or by window; shape (n_train, n_classes).

    Where train is one unit, nothing can be kept apart, and windows are dealt to folds at random.
    """
    by_unit = by_unit and ctx.scheme.kind != "window" and ctx.scheme.n_train_units > 1
    units = ctx.scheme.units[: len(train)] if by_unit else np.arange(len(train))
    return _crossed(train, units, ctx, "probe train by unit" if by_unit else "probe train at random")


def val_cv_probabilities(val: Profile, ctx: Context, *, by_unit: bool = True) -> Probabilities:
    """Out-of-fold class probabilities of val windows inside val, by unit or by window; shape (n_val, n_classes).

    Where val is one unit, windows are dealt to folds at random.
    """
    by_unit = by_unit and ctx.scheme.kind != "window" and ctx.scheme.n_val_units > 1
    units = ctx.scheme.units[-len(val) :] if by_unit else np.arange(len(val))
    return _crossed(val, units, ctx, "probe val by unit" if by_unit else "probe val at random")


def _crossed(side: Profile, units: NDArray[np.int64], ctx: Context, key: str) -> Probabilities:
    n_classes = len(side.split.classes)

    def make(rng: np.random.Generator) -> Probabilities:
        return cross_predict(side.features, side.y, units, n_classes=n_classes, rng=rng, n_jobs=ctx.n_jobs)

    return ctx.once(key, make)


def accuracy(probabilities: Probabilities, y: NDArray[np.int64]) -> float:
    """Share of windows whose most probable class is the label."""
    return float(np.mean(probabilities.argmax(axis=1) == y))
