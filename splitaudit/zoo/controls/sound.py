"""Sound splits of any world, with the parameters of a flaw: nothing is wrong, however it looks."""

from __future__ import annotations

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo import records
from splitaudit.zoo.tools import changed, labels, moments
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World


def sound_split(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Nothing is wrong."""
    return _sound("sound_split", train, val, severity)


def sound_training(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Nothing is wrong, and somebody's run went well: train near 99 %, val where it can be."""
    planted = _sound("sound_training", train, val, severity)
    return Planted(train=train, val=val, truth=planted.truth, training=records.sound_training(train, val, rng))


def own_levels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Everybody is recognised by their levels, of 0.2, 0.4 or 0.6 standard deviations, but does things alike."""
    size = {"mild": 0.2, "moderate": 0.4, "severe": 0.6}[severity]
    sd, sides = moments(train)[1], []
    for side in (train, val):
        n = max(1, len(side.group_names))
        who = side.groups if side.groups is not None else np.zeros(len(side), dtype=np.int64)
        sides.append(changed(side, side.X + (size * sd * rng.normal(size=(n, 1, side.n_channels)))[who]))
    return _sound("own_levels", sides[0], sides[1], severity)


def overlapping_kinds(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The classes overlap: noise of 0.6, 1 or 1.5 standard deviations on both sides, as the phenomenon has it."""
    size = {"mild": 0.6, "moderate": 1.0, "severe": 1.5}[severity]
    sd = moments(train)[1]
    sides = [changed(side, side.X + size * sd * rng.normal(size=side.X.shape)) for side in (train, val)]
    return _sound("overlapping_kinds", sides[0], sides[1], severity)


def clear_kinds(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The task is easy: every class has its own pattern in every channel, of 0.7, 1.2 or 2 standard deviations."""
    size = {"mild": 0.7, "moderate": 1.2, "severe": 2.0}[severity]
    sd, sides = moments(train)[1], []
    shape = (len(world.classes), 1, train.n_channels)
    cycles, phase, plain = rng.integers(1, 4, shape), rng.random(shape), rng.uniform(0.4, 1.0, shape[1:])
    along = np.arange(train.n_timesteps)[:, None] / train.n_timesteps
    pattern = size * sd * plain * np.sqrt(2) * np.sin(2 * np.pi * (cycles * along + phase))
    for side in (train, val):
        loud = np.exp(0.25 * rng.normal(size=(len(side), 1, 1)))
        sides.append(changed(side, side.X + loud * pattern[labels(side)]))
    return _sound("clear_kinds", sides[0], sides[1], severity)


def rare_classes(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Some classes are rare on both sides alike: the rarest 2, 4 or 8 times as rare as it was."""
    ratio = {"mild": 2.0, "moderate": 4.0, "severe": 8.0}[severity]
    k = len(world.classes)
    keep = ratio ** -np.linspace(0, 1, k)[rng.permutation(k)]
    sides = [side.take(np.flatnonzero(rng.random(len(side)) < keep[labels(side)])) for side in (train, val)]
    return _sound("rare_classes", sides[0], sides[1], severity)


FLAWS: tuple[Flaw, ...] = (sound_split, sound_training, own_levels, overlapping_kinds, rare_classes)
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=sound_split, cause="healthy", severities=("moderate",)),
    Explained(flaw=sound_training, cause="healthy", severities=("moderate",)),
    Explained(flaw=own_levels, cause="healthy", subjects=True, named=True),
    Explained(flaw=overlapping_kinds, cause="healthy"),
    Explained(flaw=clear_kinds, cause="healthy"),
    Explained(flaw=rare_classes, cause="healthy"),
)


def _sound(name: str, train: Split, val: Split, severity: Severity) -> Planted:
    return Planted(train=train, val=val, truth=Truth(flaw=name, severity=severity, cause="healthy"))
