"""Leaks through the samples: copies on the other side, true, noisy, rescaled, shifted or relabelled; shared samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.zoo.world import Flaw, Planted, Severity, Truth, World, cut, recordings_of

SHARE = {"mild": 0.03, "moderate": 0.15, "severe": 0.4}
MAX_SHIFT = 3
VAL_SHARE = 0.35


def copied_windows(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Replace some val windows by train windows, labels with them: 3, 15 or 40 %."""
    rows, source = _drawn(train, val, severity, rng)
    return _planted("copied_windows", severity, ("SA301",), train, _copied(train, val, rows, source), rows, source)


def conflicting_copies(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Replace some val windows by train windows and label them otherwise: 3, 15 or 40 %."""
    rows, source = _drawn(train, val, severity, rng)
    copied = _copied(train, val, rows, source)
    assert copied.y is not None
    y = copied.y.copy()
    y[rows] = (y[rows] + rng.integers(1, len(world.classes), len(rows))) % len(world.classes)
    return _planted(
        "conflicting_copies",
        severity,
        ("SA301", "SA308"),
        train,
        replace(copied, y=y),
        rows,
        source,
        cause="label_noise",
    )


def near_copies(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Replace some val windows by train windows with white noise 30 dB below the signal: 3, 15 or 40 %."""
    rows, source = _drawn(train, val, severity, rng)
    X = train.X[source].astype(np.float64)
    changed = X + _noise(X, 30.0, rng)
    return _near("near_copies", severity, train, val, rows, source, changed)


def scaled_copies(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Replace some val windows by train windows of another level and gain per window and channel: 3, 15 or 40 %."""
    rows, source = _drawn(train, val, severity, rng)
    X = train.X[source].astype(np.float64)
    level = X.mean(axis=1, keepdims=True)
    gain = np.exp(0.3 * rng.normal(size=level.shape))
    moved = 0.5 * X.std(axis=1, keepdims=True) * rng.normal(size=level.shape)
    changed = level + moved + gain * (X - level)
    return _near("scaled_copies", severity, train, val, rows, source, changed)


def rounded_copies(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Replace some val windows by train windows as another export rounded them, to 1/200 sd: 3, 15 or 40 %."""
    rows, source = _drawn(train, val, severity, rng)
    step = train.X.std(axis=(0, 1), dtype=np.float64) / 200
    changed = np.round(train.X[source] / step) * step
    return _near("rounded_copies", severity, train, val, rows, source, changed)


def shifted_copies(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Replace some val windows by train windows cut up to three samples off, with noise 30 dB below: 3, 15 or 40 %."""
    rows, source = _drawn(train, val, severity, rng)
    assert train.time is not None
    start = train.time[source].astype(np.int64)
    at = recordings_of(train)[source]
    room = np.array([len(world.recordings[r].signal) for r in at]) - world.n_timesteps
    shift = rng.integers(1, MAX_SHIFT + 1, len(rows))
    begin = np.where(start + shift <= room, start + shift, start - shift)
    cuts = [world.recordings[r].signal[b : b + world.n_timesteps] for r, b in zip(at, begin, strict=True)]
    X = np.stack(cuts).astype(np.float64)
    return _near("shifted_copies", severity, train, val, rows, source, X + _noise(X, 30.0, rng))


def overlapping_split(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Cut overlapping windows, forget whose they are and draw the sides.

    10, 50 or 75 % of a window are its neighbour's. In the mild case three quarters of the subjects stay on their side.
    """
    stride = round({"mild": 0.9, "moderate": 0.5, "severe": 0.25}[severity] * world.n_timesteps)
    sides, rows = _overlapping(world, stride, 0.25 if severity == "mild" else 1.0, rng)
    truth = Truth(
        flaw="overlapping_split",
        severity=severity,
        rules=("SA303",),
        cause="leakage_overlap",
        val_windows=rows,
        details={"stride": stride},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def overlapping_standardised(
    world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator
) -> Planted:
    """Do as in overlapping_split, and bring every window to mean 0 and spread 1 by itself."""
    planted = overlapping_split(world, train, val, severity, rng)
    sides = []
    for side in (planted.train, planted.val):
        X = side.X.astype(np.float64)
        X -= X.mean(axis=1, keepdims=True)
        sides.append(side.with_X((X / np.maximum(X.std(axis=1, keepdims=True), 1e-9)).astype(np.float32)))
    truth = replace(planted.truth, flaw="overlapping_standardised")
    return Planted(train=sides[0], val=sides[1], truth=truth)


FLAWS: tuple[Flaw, ...] = (
    copied_windows,
    conflicting_copies,
    near_copies,
    scaled_copies,
    rounded_copies,
    shifted_copies,
    overlapping_split,
    overlapping_standardised,
)


def _drawn(
    train: Split, val: Split, severity: Severity, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Val windows that shall be copies, and the train windows they shall copy."""
    count = max(1, round(SHARE[severity] * len(val)))
    rows = np.sort(rng.choice(len(val), count, replace=False))
    return rows.astype(np.int64), rng.choice(len(train), count, replace=count > len(train)).astype(np.int64)


def _noise(X: NDArray[np.float64], decibel: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """White noise so far below each channel of each window."""
    spread = X.std(axis=1, keepdims=True)
    noise: NDArray[np.float64] = 10 ** (-decibel / 20) * spread * rng.normal(size=X.shape)
    return noise


def _copied(train: Split, val: Split, rows: NDArray[np.int64], source: NDArray[np.int64]) -> Split:
    """Val with samples and labels of train in some rows; whose and when they claim to be stays."""
    assert train.y is not None
    assert val.y is not None
    X, y = val.X.copy(), val.y.copy()
    X[rows], y[rows] = train.X[source], train.y[source]
    return replace(val.with_X(X), y=y)


def _near(
    name: str,
    severity: Severity,
    train: Split,
    val: Split,
    rows: NDArray[np.int64],
    source: NDArray[np.int64],
    changed: NDArray[np.float64],
) -> Planted:
    spoiled = _copied(train, val, rows, source)
    X = spoiled.X.copy()
    X[rows] = changed
    cause = "leakage_near_duplicates"
    return _planted(name, severity, ("SA302",), train, spoiled.with_X(X), rows, source, cause=cause)


def _planted(
    name: str,
    severity: Severity,
    rules: tuple[str, ...],
    train: Split,
    val: Split,
    rows: NDArray[np.int64],
    source: NDArray[np.int64],
    *,
    cause: str = "leakage_duplicates",
) -> Planted:
    truth = Truth(
        flaw=name,
        severity=severity,
        rules=rules,
        cause=cause,
        train_windows=source,
        val_windows=rows,
        details={"share": len(rows) / len(val)},
    )
    return Planted(train=train, val=val, truth=truth)


def _overlapping(
    world: World, stride: int, mixed: float, rng: np.random.Generator
) -> tuple[tuple[Split, Split], NDArray[np.int64]]:
    """Draw windows of a share of the subjects and else whole subjects, and say which val windows overlap."""
    whole = cut(world, tuple(range(len(world.recordings))), stride=stride, name="train")
    assert whole.groups is not None
    assert whole.time is not None
    subjects = rng.permutation(len(whole.group_names))
    torn, kept = np.split(subjects, [max(1, round(mixed * len(subjects)))])
    drawn = rng.random(len(whole)) < VAL_SHARE
    inside = np.where(np.isin(whole.groups, torn), drawn, np.isin(whole.groups, kept[: len(kept) // 3]))
    ours, theirs = (rng.permutation(np.flatnonzero(side)) for side in (~inside, inside))
    place = recordings_of(whole) * (1 << 20) + (whole.time / stride).astype(np.int64)
    reach = (world.n_timesteps - 1) // stride
    beside = [np.isin(place[theirs] + k, place[ours]) for k in range(-reach, reach + 1) if k]
    bare = replace(whole, groups=None, group_names=(), time=None, recording=None, recording_names=())
    sides = bare.take(ours), replace(bare.take(theirs), name="val")
    return sides, np.flatnonzero(np.any(beside, axis=0))
