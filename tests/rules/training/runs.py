"""Trainings for the tests of the rules on them: curves of sound and of spoiled runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from splitaudit.data.split import Split
from splitaudit.data.training import History, Predictions, Training
from tests.support import grouped_split, iid_split

SPLITS = (iid_split, grouped_split)


def approach(start: float, end: float, n: int, half: float = 4.0) -> np.ndarray:
    """A curve that goes from ``start`` to ``end``, half of what is left every ``half`` epochs."""
    return end + (start - end) * 0.5 ** (np.arange(n) / half)


def history(name: str = "run", **curves: object) -> History:
    """A run with some curves; the others are NaN."""
    n = len(next(iter(curves.values())))
    keys = ("train_accuracy", "val_accuracy", "train_loss", "val_loss")
    values = {key: np.asarray(curves.get(key, np.full(n, np.nan)), dtype=np.float64) for key in keys}
    return History(name=name, epochs=np.arange(1, n + 1), **values)


def sound(seed: int = 0, *, level: float = 0.97, n: int = 40, n_val: int = 150, name: str = "run") -> History:
    """Train goes to 99 %, val to ``level``, where it stays while its loss rises a little."""
    rng = np.random.default_rng([seed, 700])
    shaky = approach(0.34, level, n) + 0.01 * rng.normal(size=n)
    return history(
        name,
        train_accuracy=approach(0.34, 0.99, n),
        val_accuracy=np.round(np.clip(shaky, 0, 1) * n_val) / n_val,
        train_loss=approach(1.1, 0.02, n),
        val_loss=approach(1.1, 0.3, n) * (1 + 0.15 * np.linspace(0, 1, n)) * np.exp(0.02 * rng.normal(size=n)),
    )


def said(val: Split, accuracy: float, seed: int = 0) -> Predictions:
    """Probabilities whose labels are right as often as ``accuracy`` says, wherever the windows are."""
    rng = np.random.default_rng([seed, 701])
    k = len(val.classes)
    wrong = rng.permutation(len(val)) >= round(accuracy * len(val))
    labels = np.where(wrong, (val.y + rng.integers(1, k, len(val))) % k, val.y)
    sure = rng.uniform(0.5, 0.95, len(val))
    probabilities = np.repeat(((1 - sure) / (k - 1))[:, None], k, axis=1)
    probabilities[np.arange(len(val)), labels] = sure
    return Predictions(labels=labels, probabilities=probabilities)


def always(val: Split, code: int) -> Predictions:
    """One answer for every window."""
    return Predictions(labels=np.full(len(val), code))


def healthy(val: Split, seed: int = 0) -> Training:
    """What belongs to a sound training on one of ``SPLITS``."""
    return Training(
        histories=(sound(seed, n_val=len(val)),), predictions=said(val, 0.97, seed) if len(val.classes) > 1 else None
    )


def uneven(make, seed: int = 0) -> tuple[Split, Split]:
    """One of ``SPLITS``, of which class 0 keeps all windows and each other class every second one."""
    sides = []
    for side in make(seed):
        turn = np.zeros(len(side), dtype=int)
        for code in range(3):
            turn[side.y == code] = np.arange((side.y == code).sum())
        sides.append(side.take(np.flatnonzero((side.y == 0) | (turn % 2 == 0))))
    train, val = (replace(side, rows=np.arange(len(side))) for side in sides)
    return train, val


def share(side: Split, code: int) -> float:
    return float(np.mean(side.y == code))
