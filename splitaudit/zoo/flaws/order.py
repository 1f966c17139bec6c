"""Flaws of order: a sorted file that was cut, a file that drifts, one cut through a recording, windows that overlap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World, cut, renumbered


def _bare(split: Split) -> Split:
    """Forget where windows come from."""
    return replace(split, groups=None, group_names=(), time=None, recording=None, recording_names=())


def _pool(world: World, rng: np.random.Generator) -> Split:
    """All windows of the world in random order, with nothing known about them."""
    every = _bare(cut(world, tuple(range(len(world.recordings))), stride=world.n_timesteps, name="all"))
    return every.take(rng.permutation(len(every)))


def _cut_at(pool: Split, share: float) -> tuple[Split, Split]:
    n = round(share * len(pool))
    parts = (pool.take(np.arange(n)), pool.take(np.arange(n, len(pool))))
    return replace(renumbered(parts[0]), name="train"), replace(renumbered(parts[1]), name="val")


def sorted_cut(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The file is sorted by class and cut by position (mild: each side is sorted after a random split)."""
    pool = _pool(world, rng)
    assert pool.y is not None
    if severity == "mild":
        sides = [side.take(np.argsort(side.y, kind="stable")) for side in _cut_at(pool, 0.7) if side.y is not None]
        train, val = (renumbered(side) for side in sides)
    else:
        train, val = _cut_at(pool.take(np.argsort(pool.y, kind="stable")), 0.7 if severity == "moderate" else 0.6)
    truth = Truth(flaw="sorted_cut", severity=severity, rules=("SA401",), cause="unshuffled_split")
    return Planted(train=train, val=val, truth=truth)


def drifting_file(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """A channel's level rises along the train file, by several of its standard deviations."""
    rise = {"mild": 1.0, "moderate": 4.0, "severe": 10.0}[severity]
    train, val = _cut_at(_pool(world, rng), 0.7)
    channel = int(rng.integers(train.n_channels))
    X = train.X.copy()
    scale = X[:, :, channel].mean(axis=1).std()
    X[:, :, channel] += (rise * scale * np.linspace(-0.5, 0.5, len(X)))[:, None].astype(np.float32)
    truth = Truth(
        flaw="drifting_file",
        severity=severity,
        rules=("SA402",),
        cause="unshuffled_split",
        channels=(world.channels[channel],),
    )
    return Planted(train=train.with_X(X), val=val, truth=truth)


def cut_recording(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """All windows follow each other in one recording that ages; the last part of it is validation.

    From three fifths on the sensor slowly loses its gain, and more and more windows belong to the next class, as where
    a protocol changes in the course of a study.
    """
    changed = {"mild": 0.2, "moderate": 0.6, "severe": 1.0}[severity]
    pool = _pool(world, rng)
    assert pool.y is not None
    age = np.clip((np.linspace(0, 1, len(pool)) - 0.6) / 0.2, 0, 1)
    center = pool.X.mean(axis=(0, 1))
    X = center + (pool.X - center) * np.exp(-changed * age)[:, None, None]
    moved = rng.random(len(pool)) < changed * age
    time = np.arange(len(pool), dtype=np.float64) * world.n_timesteps
    aged = replace(
        pool.with_X(X.astype(np.float32)), y=np.where(moved, (pool.y + 1) % len(pool.classes), pool.y), time=time
    )
    train, val = _cut_at(aged, 0.7)
    truth = Truth(flaw="cut_recording", severity=severity, rules=("SA403",), cause="unshuffled_split")
    return Planted(train=train, val=val, truth=truth)


def heavy_overlap(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Windows of few recordings are cut with a stride of few samples."""
    stride = {"mild": 16, "moderate": 1, "severe": 1}[severity]
    subjects = np.unique([recording.subject for recording in world.recordings])
    chosen = rng.permutation(subjects)[:3]
    sides = []
    n_val = {"mild": 5, "moderate": 3, "severe": 2}[severity]
    for name, part, length in (("train", chosen[:2], 10), ("val", chosen[2:], n_val)):
        rows = tuple(i for i, r in enumerate(world.recordings) if r.subject in part)[:2]
        side = _bare(cut(world, rows[: len(part)], stride=stride, name=name))
        keep = min(len(side), length * world.n_timesteps // stride)
        sides.append(renumbered(side.take(np.arange(keep))))
    truth = Truth(flaw="heavy_overlap", severity=severity, rules=("SA404",))
    return Planted(train=sides[0], val=sides[1], truth=truth)


FLAWS: tuple[Flaw, ...] = (sorted_cut, drifting_file, cut_recording, heavy_overlap)
EXPLAINED: tuple[Explained, ...] = (Explained(flaw=cut_recording, cause="unshuffled_split"),)
