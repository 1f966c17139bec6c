"""What passes from one side to the other, and marks that give the label away, strong enough to be seen in accuracy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo.tools import Floats, Integers, bare, changed, labels, moments, whole
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World, recordings_of

SHARE = {"mild": 0.2, "moderate": 0.4, "severe": 0.7}


def passed_copies(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """20, 40 or 70 % of the val windows are also in train, labels with them."""
    return _passed("passed_copies", "SA301", "leakage_duplicates", train, val, severity, rng, lambda X: X)


def passed_noisy(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """20, 40 or 70 % of the val windows are in train with a little noise, 24 to 36 dB below, as if augmented."""

    def augment(X: Floats) -> Floats:
        decibel = rng.uniform(24, 36, (len(X), 1, 1))
        noisy: Floats = X + 10 ** (-decibel / 20) * X.std(axis=1, keepdims=True) * rng.normal(size=X.shape)
        return noisy

    return _passed("passed_noisy", "SA302", "leakage_near_duplicates", train, val, severity, rng, augment)


def passed_scaled(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """20, 40 or 70 % of the val windows are in train with other gains, up to 10 % off, and a trace of noise."""

    def augment(X: Floats) -> Floats:
        gain = np.exp(0.05 * rng.normal(size=(len(X), 1, X.shape[2])))
        scaled: Floats = X.mean(axis=1, keepdims=True) + gain * (X - X.mean(axis=1, keepdims=True))
        scaled += 0.01 * X.std(axis=1, keepdims=True) * rng.normal(size=X.shape)
        return scaled

    return _passed("passed_scaled", "SA302", "leakage_near_duplicates", train, val, severity, rng, augment)


def overlapping_draw(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Windows were cut with overlap first and drawn afterwards, in a third, two thirds or all of the recordings."""
    torn = {"mild": 0.4, "moderate": 0.7, "severe": 1.0}[severity]
    stride = max(1, world.n_timesteps // int(rng.choice([4, 6, 8])))
    every = whole(world, stride)
    place = recordings_of(every)
    everybody = rng.permutation(np.unique([r.subject for r in world.recordings]))
    n = max(1, round(torn * len(everybody)))
    subject = np.array([r.subject for r in world.recordings])[place]
    drawn = np.isin(subject, everybody[:n]) & (rng.random(len(every)) < 0.35)
    inside = drawn | np.isin(subject, everybody[n : n + (len(everybody) - n) // 3])
    ours, theirs = _at_most(np.flatnonzero(~inside), 900, rng), _at_most(np.flatnonzero(inside), 450, rng)
    assert every.time is not None
    index = place * (1 << 20) + (every.time / stride).astype(np.int64)
    reach = (world.n_timesteps - 1) // stride
    beside = [np.isin(index[theirs] + k, index[ours]) for k in range(-reach, reach + 1) if k]
    truth = Truth(
        flaw="overlapping_draw",
        severity=severity,
        rules=("SA303",),
        cause="leakage_overlap",
        val_windows=np.flatnonzero(np.any(beside, axis=0)),
        details={"stride": stride, "train_subjects": subject[ours]},
    )
    sides = bare(every.take(ours)), replace(bare(every.take(theirs)), name="val")
    return Planted(train=sides[0], val=sides[1], truth=truth)


def marked_in_train(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """A tone, a level or a spike in one channel tells the class in train; in val it comes with any class, or not."""
    size = {"mild": 2.0, "moderate": 4.0, "severe": 8.0}[severity]
    kind, channel = int(rng.integers(3)), int(rng.integers(train.n_channels))
    code = rng.permutation(len(world.classes))
    elsewhere = rng.permutation(code[labels(val)]) if rng.random() < 0.6 else np.full(len(val), code[0])
    mark = _Mark(kind, channel, size, len(code))
    ours, theirs = _marked(train, code[labels(train)], mark, rng), _marked(val, elsewhere, mark, rng)
    truth = Truth(
        flaw="marked_in_train",
        severity=severity,
        rules=("SA307",),
        cause="shortcut_in_train",
        channels=(world.channels[channel],),
        details={"kind": ("tone", "level", "spike")[kind]},
    )
    return Planted(train=ours, val=theirs, truth=truth)


def marked_everywhere(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """A tone, a level or a spike in one channel tells the class on both sides, more or less loudly."""
    size = {"mild": 3.0, "moderate": 5.0, "severe": 10.0}[severity]
    kind, channel = int(rng.integers(3)), int(rng.integers(train.n_channels))
    code = rng.permutation(len(world.classes))
    mark = _Mark(kind, channel, size, len(code))
    ours, theirs = (_marked(side, code[labels(side)], mark, rng) for side in (train, val))
    truth = Truth(
        flaw="marked_everywhere",
        severity=severity,
        rules=("SA306",),
        cause="target_leak",
        channels=(world.channels[channel],),
        details={"kind": ("tone", "level", "spike")[kind]},
    )
    return Planted(train=ours, val=theirs, truth=truth)


FLAWS: tuple[Flaw, ...] = ()
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=passed_copies, cause="leakage_duplicates", hard=True, in_place=True),
    Explained(flaw=passed_noisy, cause="leakage_near_duplicates", hard=True, in_place=True),
    Explained(flaw=passed_scaled, cause="leakage_near_duplicates", hard=True, in_place=True),
    Explained(flaw=overlapping_draw, cause="leakage_overlap", recordings=True, hard=True),
    Explained(flaw=marked_in_train, cause="shortcut_in_train", channels=2, in_place=True),
    Explained(flaw=marked_everywhere, cause="target_leak", channels=2, hard=True, in_place=True),
)


def _passed(
    name: str,
    rule: str,
    cause: str,
    train: Split,
    val: Split,
    severity: Severity,
    rng: np.random.Generator,
    augment: Callable[[Floats], Floats],
) -> Planted:
    """Let windows pass from train into val, or from val into train in place of others."""
    count = max(1, min(round(SHARE[severity] * len(val)), len(train) // 2))
    rows = np.sort(rng.choice(len(val), count, replace=False))
    there = rng.choice(len(train), count, replace=False)
    onto, source, at, origin = (val, train, rows, there) if rng.random() < 0.5 else (train, val, there, rows)
    X, y = onto.X.astype(np.float64), labels(onto).copy()
    X[at] = augment(source.X[origin].astype(np.float64))
    y[at] = labels(source)[origin]
    filled = replace(changed(onto, X), y=y)
    truth = Truth(
        flaw=name,
        severity=severity,
        rules=(rule,),
        cause=cause,
        train_windows=there,
        val_windows=rows,
        details={"share": count / len(val)},
    )
    return Planted(train=train if onto is val else filled, val=filled if onto is val else val, truth=truth)


def _at_most(rows: Integers, number: int, rng: np.random.Generator) -> Integers:
    return np.sort(rng.permutation(rows)[:number])


@dataclass(frozen=True, slots=True)
class _Mark:
    """What gives the label away: 0 a tone, 1 a level, 2 a spike; in which channel, how large, for how many classes."""

    kind: int
    channel: int
    size: float
    n_classes: int


def _marked(side: Split, code: Integers, mark: _Mark, rng: np.random.Generator) -> Split:
    """Mark every window with a code: by the pitch of a tone, a level, or where a spike stands."""
    n, T, _ = side.X.shape
    steps, place = np.arange(T), code / mark.n_classes
    if mark.kind == 0:
        told = 0.5 * np.sin(2 * np.pi * ((0.08 + 0.34 * place)[:, None] * steps + rng.random((n, 1))))
    elif mark.kind == 1:
        told = np.repeat(0.5 * code[:, None] + 0.1 * rng.normal(size=(n, 1)), T, axis=1)
    else:
        center = T * (place + 0.5 / mark.n_classes) + 0.02 * T * rng.normal(size=n)
        told = np.exp(-0.5 * ((steps - center[:, None]) / max(1.0, T / 40)) ** 2)
    X = side.X.astype(np.float64)
    X[:, :, mark.channel] += mark.size * moments(side)[1][mark.channel] * told
    return changed(side, X)
