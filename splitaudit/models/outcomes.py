"""What the probe predicts on a split, computed once per run and shared by the rules that need it.

Notation of the docs: ``A_val`` trains on train and predicts val, ``A_cv`` crosses train's units, ``A_rand`` crosses
train's windows at random, ``A_valcv`` crosses val's units. A ``draw`` beyond 0 is the same with other folds and trees.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.models.probe import cross_predict, fit_predict
from splitaudit.rule import Context

Probabilities = NDArray[np.float64]

ENOUGH = 1200
MOST_ASKED, MOST_CROSSED = 8, 4


def val_probabilities(train: Profile, val: Profile, ctx: Context, *, draw: int = 0) -> Probabilities:
    """Class probabilities of val windows by a probe fitted on train; shape (n_val, n_classes)."""
    n_classes = len(train.split.classes)

    def make(rng: np.random.Generator) -> Probabilities:
        return fit_predict(train.features, train.y, val.features, n_classes=n_classes, rng=rng, n_jobs=ctx.n_jobs)

    return ctx.once(_drawn("probe val", draw), make)


def val_hits(train: Profile, val: Profile, ctx: Context) -> NDArray[np.float64]:
    """Which val windows a probe fitted on train is right about, over as many draws as few windows need; (k, n_val)."""
    asked = (val_probabilities(train, val, ctx, draw=draw) for draw in draws(len(val), most=MOST_ASKED))
    return np.array([said.argmax(axis=1) == val.y for said in asked], dtype=np.float64)


def train_probabilities(train: Profile, ctx: Context, *, by_unit: bool = True, draw: int = 0) -> Probabilities:
    """Out-of-fold class probabilities of train windows by unit or by window; shape (n_train, n_classes).

    Where train is one unit, nothing can be kept apart, and windows are dealt to folds at random.
    """
    by_unit = by_unit and ctx.scheme.kind != "window" and ctx.scheme.n_train_units > 1
    units = ctx.scheme.units[: len(train)] if by_unit else np.arange(len(train))
    return _crossed(train, units, ctx, _drawn("probe train by unit" if by_unit else "probe train at random", draw))


def val_cv_probabilities(val: Profile, ctx: Context, *, by_unit: bool = True, draw: int = 0) -> Probabilities:
    """Out-of-fold class probabilities of val windows inside val, by unit or by window; shape (n_val, n_classes).

    Where val is one unit, windows are dealt to folds at random.
    """
    by_unit = by_unit and ctx.scheme.kind != "window" and ctx.scheme.n_val_units > 1
    units = ctx.scheme.units[-len(val) :] if by_unit else np.arange(len(val))
    return _crossed(val, units, ctx, _drawn("probe val by unit" if by_unit else "probe val at random", draw))


def draws(n: int, *, most: int = MOST_CROSSED) -> range:
    """Draws that a measurement on so many windows needs, for its folds and trees not to decide about it.

    What they add to an accuracy falls with the windows it is taken over; from 1,200 windows on one draw will do. Draws
    that take a fit for every fold are fewer than ``MOST_ASKED``, those of a side that is asked as a whole.
    """
    return range(int(np.clip(np.ceil(ENOUGH / max(n, 1)), 1, most)))


def _drawn(key: str, draw: int) -> str:
    return key if draw == 0 else f"{key}, draw {draw}"


def _crossed(side: Profile, units: NDArray[np.int64], ctx: Context, key: str) -> Probabilities:
    n_classes = len(side.split.classes)

    def make(rng: np.random.Generator) -> Probabilities:
        return cross_predict(side.features, side.y, units, n_classes=n_classes, rng=rng, n_jobs=ctx.n_jobs)

    return ctx.once(key, make)


def accuracy(probabilities: Probabilities, y: NDArray[np.int64]) -> float:
    """Share of windows whose most probable class is the label."""
    return float(np.mean(probabilities.argmax(axis=1) == y))
