"""What people keep of a training run, made up: curves per epoch and predictions of a sound model.

A sound model is a forest on window features; a curve rises to where that forest stands. Accuracies are shares of whole
numbers of windows, as they are in life.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.finite import finite_part
from splitaudit.data.profile import profiles
from splitaudit.data.split import Split, comparable
from splitaudit.data.training import History, Predictions, Training

Floats = NDArray[np.float64]
N_TREES = 40


def forest(train: Split, val: Split, rng: np.random.Generator) -> Floats:
    """Class probabilities of the val windows by a sound model of train, shape (n_val, n_classes of train)."""
    from sklearn.ensemble import ExtraTreesClassifier

    ours, theirs = profiles(*finite_part(*comparable(train, val)))
    model = ExtraTreesClassifier(N_TREES, min_samples_leaf=2, n_jobs=1, random_state=int(rng.integers(2**31 - 1)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes")
        model.fit(ours.features, ours.y)
    out = np.zeros((len(val), len(ours.split.classes)))
    out[:, model.classes_.astype(int)] = model.predict_proba(theirs.features)
    return out


def accuracy(probabilities: Floats, val: Split) -> float:
    """Share of val windows that are predicted right."""
    assert val.y is not None
    return float(np.mean(probabilities.argmax(axis=1) == val.y))


def curve(
    rng: np.random.Generator, *, start: float, end: float, half: float, n_epochs: int, n_windows: int, wobble: float
) -> Floats:
    """Return an accuracy per epoch that goes from ``start`` to ``end``, half of the way every ``half`` epochs."""
    way = 1 - 0.5 ** (np.arange(n_epochs) / half)
    shaky = start + (end - start) * way + wobble * rng.normal(size=n_epochs) * (0.3 + 0.7 * (1 - way))
    counted: Floats = np.round(np.clip(shaky, 0, 1) * n_windows) / n_windows
    return counted


def loss_of(accuracy_per_epoch: Floats, n_classes: int, rng: np.random.Generator) -> Floats:
    """Return a cross-entropy that goes with an accuracy."""
    gap = np.clip(1 - accuracy_per_epoch, 0.003, 1)
    loss: Floats = np.log(n_classes) * gap * 1.3 * np.exp(0.03 * rng.normal(size=len(gap)))
    return loss


def history(
    rng: np.random.Generator,
    train_accuracy: Floats,
    val_accuracy: Floats,
    n_classes: int,
    *,
    val_loss: Floats | None = None,
    name: str = "run",
) -> History:
    """Put curves together; the log may hold no losses."""
    n = len(train_accuracy)
    losses = rng.random() < 0.7 or val_loss is not None
    nothing = np.full(n, np.nan)
    own = loss_of(val_accuracy, n_classes, rng) if val_loss is None else val_loss
    return History(
        name=name,
        epochs=np.arange(1, n + 1, dtype=np.int64),
        train_accuracy=train_accuracy,
        val_accuracy=val_accuracy,
        train_loss=loss_of(train_accuracy, n_classes, rng) if losses else nothing,
        val_loss=own if losses else nothing,
    )


def sound_history(train: Split, val: Split, level: float, rng: np.random.Generator) -> History:
    """Return a run that ends where a sound model stands: train near 1, val at ``level``, a little above or below."""
    k, n_epochs = max(2, len(train.classes)), int(rng.integers(25, 120))
    half = float(rng.uniform(2, 6))
    reached = float(rng.uniform(0.97, 1.0))
    level = level + float(rng.normal(0, 0.01))
    ours = curve(rng, start=1 / k, end=reached, half=half, n_epochs=n_epochs, n_windows=len(train), wobble=0.015)
    theirs = curve(rng, start=1 / k, end=level, half=0.8 * half, n_epochs=n_epochs, n_windows=len(val), wobble=0.03)
    rising = loss_of(theirs, k, rng) * (1 + rng.uniform(0, 0.25) * np.linspace(0, 1, n_epochs))
    return history(rng, ours, theirs, k, val_loss=rising)


def sound_training(train: Split, val: Split, rng: np.random.Generator) -> Training:
    """Return what somebody with a sound model has: a log, predictions or just the accuracy, or several of them."""
    probabilities = forest(train, val, rng)
    level = accuracy(probabilities, val)
    return kept(
        rng,
        history=sound_history(train, val, level, rng),
        predictions=predictions(probabilities, rng),
        observed=level,
    )


def predictions(probabilities: Floats, rng: np.random.Generator) -> Predictions:
    """Predictions of probabilities; some people keep the labels only."""
    bare = rng.random() < 0.4
    return Predictions(
        labels=probabilities.argmax(axis=1).astype(np.int64), probabilities=None if bare else probabilities
    )


def kept(
    rng: np.random.Generator, *, history: History | None, predictions: Predictions | None, observed: float | None
) -> Training:
    """Return some of what there was: most people keep only one thing."""
    parts = [part for part in (history, predictions, observed) if part is not None]
    chosen = rng.random(len(parts)) < 0.5
    chosen[int(rng.integers(len(parts)))] = True
    have = [part for part, keep in zip(parts, chosen, strict=True) if keep]
    return Training(
        histories=(history,) if history is not None and any(part is history for part in have) else (),
        predictions=predictions if any(part is predictions for part in have) else None,
        observed=observed if any(part is observed for part in have) else None,
    )
