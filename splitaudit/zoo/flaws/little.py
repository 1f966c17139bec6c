"""Too little to learn from: few windows, windows cut too short, signals that say nothing, one class for all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo.tools import Floats, changed, labels, moments
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World


def few_windows(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Train keeps 12, 7 or 4 windows per class, of all subjects."""
    return _thinned("few_windows", train, val, severity, rng, {"mild": 12, "moderate": 7, "severe": 4}[severity])


def few_beginnings(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Train keeps 16, 9 or 5 windows per class, only a stretch of each recording."""
    number = {"mild": 16, "moderate": 9, "severe": 5}[severity]
    assert train.recording is not None
    assert train.time is not None
    inside = np.lexsort([train.time, train.recording])
    place = np.empty(len(train), dtype=np.int64)
    for r in np.unique(train.recording):
        rows = inside[train.recording[inside] == r]
        place[rows] = (np.arange(len(rows)) - rng.integers(len(rows))) % len(rows)
    return _thinned("few_beginnings", train, val, severity, rng, number, place)


def cut_short(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Windows hold only a quarter, an eighth or a sixteenth of the time that the phenomenon takes."""
    part = {"mild": 4, "moderate": 8, "severe": 16}[severity]
    length = max(4, train.n_timesteps // part)
    start = int(rng.integers(train.n_timesteps - length + 1))
    ours, theirs = (side.with_X(side.X[:, start : start + length]) for side in (train, val))
    truth = Truth(
        flaw="cut_short",
        severity=severity,
        rules=("SA210",),
        cause="uninformative_window",
        details={"part": length / train.n_timesteps},
    )
    return Planted(train=ours, val=theirs, truth=truth)


def buried_signal(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Noise, white and slow, of 4, 8 or 20 standard deviations buries the signal on both sides."""
    size = {"mild": 4.0, "moderate": 8.0, "severe": 20.0}[severity]
    sd = moments(train)[1]
    sides = []
    for side in (train, val):
        n, T, c = side.X.shape
        noise = rng.normal(size=(n, T, c)) + rng.normal(size=(n, 1, c)) + rng.normal(size=(n, T, c)).cumsum(1) / T**0.5
        sides.append(changed(side, side.X + size * sd * noise))
    truth = Truth(flaw="buried_signal", severity=severity, rules=("SA210",), cause="uninformative_window")
    return Planted(train=sides[0], val=sides[1], truth=truth)


def unrelated_labels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The label depends on what the window does not hold: it is shuffled in 90, 95 or 100 % of the windows."""
    share = {"mild": 0.9, "moderate": 0.95, "severe": 1.0}[severity]
    sides = []
    for side in (train, val):
        y = labels(side).copy()
        rows = np.flatnonzero(rng.random(len(y)) < share)
        y[rows] = rng.permutation(y[rows])
        sides.append(replace(side, y=y))
    truth = Truth(flaw="unrelated_labels", severity=severity, rules=("SA505",), cause="uninformative_window")
    return Planted(train=sides[0], val=sides[1], truth=truth)


def majority_says_all(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """One class has 65, 75 or 88 % of the windows of both sides, and the signal says next to nothing about it."""
    share = {"mild": 0.65, "moderate": 0.75, "severe": 0.88}[severity]
    k = len(world.classes)
    common = int(np.bincount(labels(train), minlength=k).argmax())
    told = rng.random() < 0.5  # the labels are right, but noise hides what they say
    one = _hidden_majority if told else _drawn_majority
    sides = [one(side, common, k, share, moments(train)[1], rng) for side in (train, val)]
    truth = Truth(
        flaw="majority_says_all",
        severity=severity,
        rules=("SA504",),
        cause="majority_ceiling",
        details={"share": share, "buried": told},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


FLAWS: tuple[Flaw, ...] = ()
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=few_windows, cause="insufficient_data", hard=True),
    Explained(flaw=few_beginnings, cause="insufficient_data", subjects=True, recordings=True, hard=True),
    Explained(flaw=cut_short, cause="uninformative_window"),
    Explained(flaw=buried_signal, cause="uninformative_window"),
    Explained(flaw=unrelated_labels, cause="uninformative_window"),
    Explained(flaw=majority_says_all, cause="majority_ceiling"),
)


def _hidden_majority(side: Split, common: int, k: int, share: float, sd: Floats, rng: np.random.Generator) -> Split:
    y = labels(side)
    rare = rng.permutation(np.flatnonzero(y != common))[: max(k, round((1 - share) / share * (y == common).sum()))]
    side = side.take(np.sort(np.concatenate([np.flatnonzero(y == common), rare])))
    noise = rng.normal(size=side.X.shape) + rng.normal(size=(len(side), 1, side.n_channels))
    return changed(side, side.X + 10 * sd * noise)


def _drawn_majority(side: Split, common: int, k: int, share: float, sd: Floats, rng: np.random.Generator) -> Split:
    others = rng.choice(np.delete(np.arange(k), common), len(side))
    return replace(side, y=np.where(rng.random(len(side)) < share, common, others))


def _thinned(
    name: str,
    train: Split,
    val: Split,
    severity: Severity,
    rng: np.random.Generator,
    number: int,
    place: np.ndarray | None = None,
) -> Planted:
    """Keep about ``number`` windows per class, in the proportions of train, the first by ``place`` or any."""
    y, k = labels(train), len(train.classes)
    wanted = np.maximum(4, np.round(number * k * np.bincount(y, minlength=k) / len(y))).astype(np.int64)
    order = rng.permutation(len(train)) if place is None else np.argsort(place + rng.random(len(train)), kind="stable")
    kept = np.concatenate([order[y[order] == c][: wanted[c]] for c in range(k)])
    truth = Truth(
        flaw=name, severity=severity, rules=("SA506",), cause="insufficient_data", details={"kept": len(kept)}
    )
    return Planted(train=train.take(np.sort(kept)), val=val, truth=truth)
