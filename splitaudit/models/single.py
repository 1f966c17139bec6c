"""What one channel alone can do: a quadratic ridge classifier on the statistics of each channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.models.probe import unit_folds
from splitaudit.rule import Context

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Samples = NDArray[np.float32]

MAX_FIT = 3000
N_FOLDS = 5
RIDGE = 1e-2
FAR = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class SingleChannels:
    """Whether each window is classified right from one channel alone.

    Parameters
    ----------
    rows : ndarray of int64 of shape (m,)
        The train windows that were used; of more than 3,000 a random part.
    train : ndarray of bool of shape (m, c)
        Right by a model that saw no window of the same unit.
    val : ndarray of bool of shape (n_val, c)
        Right by a model of train.
    """

    rows: IntArray
    train: NDArray[np.bool_]
    val: NDArray[np.bool_]


def single_channels(train: Profile, val: Profile, ctx: Context) -> SingleChannels:
    """Classify the windows of both sides from each signal channel alone, once per run."""
    return ctx.once("single channels", lambda rng: _single_channels(train, val, ctx, rng))


def _single_channels(train: Profile, val: Profile, ctx: Context, rng: np.random.Generator) -> SingleChannels:
    rows = np.arange(len(train))
    if len(rows) > MAX_FIT:
        rows = np.sort(rng.choice(rows, MAX_FIT, replace=False))
    y = train.y[rows]
    units = ctx.scheme.units[rows]
    if len(np.unique(units)) < 2:
        units = np.arange(len(rows))
    folds = unit_folds(y, units, n_folds=N_FOLDS, rng=rng)
    target = (y[:, None] == np.arange(len(train.split.classes))).astype(np.float64)
    n_channels = train.signals.shape[2]
    right_train = np.zeros((len(rows), n_channels), dtype=bool)
    right_val = np.zeros((len(val), n_channels), dtype=bool)
    for c in range(n_channels):
        ours, theirs = _columns(train, val, c, rows)
        for held, fitted in _out_of_fold(ours, target, folds):
            right_train[held, c] = fitted.argmax(axis=1) == y[held]
        weights = _solve(_gram(ours), _product(ours, target), len(ours))
        right_val[:, c] = (theirs @ weights.astype(np.float32)).argmax(axis=1) == val.y
    return SingleChannels(rows, right_train, right_val)


def _columns(train: Profile, val: Profile, channel: int, rows: IntArray) -> tuple[Samples, Samples]:
    """A constant, a channel's statistics and first and last sample in train sd, and their squares; (n, 2 d + 1)."""
    chosen = [j for j, feature in enumerate(train.feature_table) if feature.channels == (channel,)]
    center, scale = train.ruler[0][channel], train.ruler[1][channel]
    raw = []
    for side, own in ((train, rows), (val, slice(None))):
        ends = np.clip((side.signals[own][:, [0, -1], channel].astype(np.float64) - center) / scale, -FAR, FAR)
        raw.append(np.concatenate([side.features[own][:, chosen], ends.astype(np.float32)], axis=1))
    mean, sd = raw[0].mean(axis=0), raw[0].std(axis=0)
    out = []
    for values in raw:
        z = np.clip((values - mean) / np.where(sd > 1e-6, sd, 1.0), -5.0, 5.0)
        out.append(np.concatenate([np.ones((len(z), 1), dtype=np.float32), z, z * z - 1.0], axis=1))
    return out[0], out[1]


def _out_of_fold(
    values: Samples, target: FloatArray, folds: list[tuple[IntArray, IntArray]]
) -> list[tuple[IntArray, FloatArray]]:
    """Scores of the rows of each fold by the other folds; Gram matrices are added up once."""
    gram, moment = _gram(values), _product(values, target)
    found = []
    for fit, held in folds:
        part = values[held]
        weights = _solve(gram - _gram(part), moment - _product(part, target[held]), len(fit))
        found.append((held, part @ weights))
    return found


def _gram(values: Samples) -> FloatArray:
    return (values.T @ values).astype(np.float64)


def _product(values: Samples, target: FloatArray) -> FloatArray:
    return (values.T @ target.astype(np.float32)).astype(np.float64)


def _solve(gram: FloatArray, moment: FloatArray, n: int) -> FloatArray:
    penalty = RIDGE * n * np.eye(len(gram))
    penalty[0, 0] = 1e-9 * n  # the constant is not shrunk
    return np.asarray(np.linalg.solve(gram + penalty, moment), dtype=np.float64)
