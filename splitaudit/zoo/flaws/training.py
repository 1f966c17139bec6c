"""Faults of the training, not of the split: a head that cannot decide, a run cut short, one that went on too long."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.data.training import Predictions, Training
from splitaudit.zoo import records
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World

Floats = NDArray[np.float64]


def one_unit_softmax(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The head has one unit and a softmax, which is always 1: every window gets the same class, from the first epoch.

    Mild: only part of what was recorded is there.
    """
    k = len(train.classes)
    constant = 1 if k == 2 else int(rng.integers(k))
    ours, theirs = _share(train, constant), _share(val, constant)
    n = int(rng.integers(15, 60))
    flat = records.history(rng, np.full(n, ours), np.full(n, theirs), k, val_loss=np.full(n, np.log(k)))
    said = Predictions(labels=np.full(len(val), constant, dtype=np.int64), one_unit=k == 2)
    training = Training(histories=(flat,), predictions=said, observed=theirs)
    return _planted("one_unit_softmax", ("SA703",), train, val, severity, rng, training)


def stopped_early(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The learning rate is far too small: train accuracy is still rising when the run ends.

    Three quarters, half or a quarter of the way to a sound model; mild: only part of what was recorded is there.
    """
    way = {"mild": 0.75, "moderate": 0.5, "severe": 0.25}[severity]
    k, n = len(train.classes), int(rng.integers(30, 120))
    sound = records.forest(train, val, rng)
    level = records.accuracy(sound, val)
    chance = max(_share(val, c) for c in range(k))
    least = min(1 / k, chance)
    reached = chance + way * max(level - chance, 0.0)
    ours = _still_rising(rng, least, reached + 0.02, n, len(train))
    theirs = _still_rising(rng, least, reached, n, len(val))
    said = _worsened(sound, val, reached, rng)
    training = Training(
        histories=(records.history(rng, ours, theirs, k),), predictions=said, observed=_right(said, val)
    )
    return _planted("stopped_early", ("SA704", "SA706"), train, val, severity, rng, training)


def overfitted_run(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The run went on for too long: train accuracy is 1, val loss diverges, val accuracy falls from its best.

    It falls by 7, 13 or 22 points; mild: only part of what was recorded is there.
    """
    fall = {"mild": 0.07, "moderate": 0.13, "severe": 0.22}[severity] * float(rng.uniform(0.9, 1.2))
    k, n = len(train.classes), int(rng.integers(50, 150))
    sound = records.forest(train, val, rng)
    level = records.accuracy(sound, val)
    half = float(rng.uniform(2, 5))
    ours = records.curve(rng, start=1 / k, end=1.0, half=half, n_epochs=n, n_windows=len(train), wobble=0.005)
    best = records.curve(rng, start=1 / k, end=level, half=half, n_epochs=n, n_windows=len(val), wobble=0.02)
    after = np.clip((np.arange(n) - 6 * half) / (n - 6 * half), 0, 1)
    theirs = np.round(np.clip(best - fall * after**0.7, 0, 1) * len(val)) / len(val)
    loss = records.loss_of(best, k, rng) * (1 + 3.5 * after)
    said = _worsened(sound, val, float(theirs[-1]), rng)
    log = records.history(rng, ours, theirs, k, val_loss=loss)
    training = Training(histories=(log,), predictions=said, observed=_right(said, val))
    return _planted("overfitted_run", ("SA701",), train, val, severity, rng, training)


def dead_network(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The network died, or never learned: it says train's most frequent class whatever it sees.

    Mild: only part of what was recorded is there.
    """
    assert train.y is not None
    k, n = len(train.classes), int(rng.integers(20, 80))
    common = int(np.bincount(train.y, minlength=k).argmax())
    ours, theirs = _share(train, common), _share(val, common)
    spent = max(2, int(rng.integers(2, 6)))  # epochs until it is dead
    before = np.round(np.clip(ours - 0.06 * rng.random(spent), 0, 1) * len(train)) / len(train)
    early = np.round(np.clip(theirs - 0.06 * rng.random(spent), 0, 1) * len(val)) / len(val)
    flat = records.history(
        rng,
        np.concatenate([before, np.full(n, ours)]),
        np.concatenate([early, np.full(n, theirs)]),
        k,
        val_loss=np.concatenate([np.full(spent, 1.1 * np.log(k)), np.full(n, np.log(k))]),
    )
    prior = np.bincount(train.y, minlength=k) / len(train)
    said = Predictions(
        labels=np.full(len(val), common, dtype=np.int64),
        probabilities=np.tile(prior, (len(val), 1)) if rng.random() < 0.5 else None,
    )
    training = Training(histories=(flat,), predictions=said, observed=theirs)
    return _planted("dead_network", ("SA705",), train, val, severity, rng, training)


FLAWS: tuple[Flaw, ...] = (one_unit_softmax, stopped_early, overfitted_run, dead_network)
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=one_unit_softmax, cause="model_fault", severities=("mild", "severe")),
    Explained(flaw=stopped_early, cause="model_fault"),
    Explained(flaw=overfitted_run, cause="model_fault"),
    Explained(flaw=dead_network, cause="model_fault", severities=("mild", "severe")),
)


def _planted(
    name: str,
    rules: tuple[str, ...],
    train: Split,
    val: Split,
    severity: Severity,
    rng: np.random.Generator,
    training: Training,
) -> Planted:
    val_accuracy = training.observed
    if severity == "mild":
        history = training.histories[0]
        training = records.kept(rng, history=history, predictions=training.predictions, observed=training.observed)
    truth = Truth(
        flaw=name,
        severity=severity,
        rules=rules,
        cause="model_fault",
        details={"val_accuracy": val_accuracy},
    )
    return Planted(train=train, val=val, truth=truth, training=training)


def _share(side: Split, code: int) -> float:
    assert side.y is not None
    return float(np.mean(side.y == code))


def _right(said: Predictions, val: Split) -> float:
    assert val.y is not None
    return float(np.mean(said.labels == val.y))


def _still_rising(rng: np.random.Generator, start: float, end: float, n_epochs: int, n_windows: int) -> Floats:
    """Return an accuracy that has not bent yet at the end."""
    rise = np.linspace(0, 1, n_epochs) ** float(rng.uniform(0.8, 1.2))
    shaky = start + (end - start) * rise + 0.008 * rng.normal(size=n_epochs)
    counted: Floats = np.round(np.clip(shaky, 0, 1) * n_windows) / n_windows
    return counted


def _worsened(sound: Floats, val: Split, level: float, rng: np.random.Generator) -> Predictions:
    """Predictions that are right as often as ``level`` says: those of a sound model, the least sure ones spoiled."""
    assert val.y is not None
    labels = sound.argmax(axis=1).astype(np.int64)
    right = np.flatnonzero(labels == val.y)
    surplus = max(0, len(right) - round(level * len(val)))
    doubt = 1 - sound[right].max(axis=1) + 0.3 * rng.random(len(right))
    spoiled = right[np.argsort(-doubt, kind="stable")[:surplus]]
    k = sound.shape[1]
    labels[spoiled] = (labels[spoiled] + rng.integers(1, k, len(spoiled))) % k if k > 1 else labels[spoiled]
    return Predictions(labels=labels)
