"""Healthy splits by subject: subjects differ, strongly at times, but those of val are drawn like those of train."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.zoo import signals
from splitaudit.zoo.controls.common import (
    GROUPED,
    Control,
    Sides,
    bare,
    by_subject,
    map_samples,
    some_base,
    sound,
    spread,
    thin,
)
from splitaudit.zoo.world import Planted, cut


def _plain(base: str) -> Control:
    def control(rng: np.random.Generator) -> Planted:
        return sound(f"plain_{base}", by_subject(rng, base))

    control.__name__ = f"plain_{base}"
    control.__doc__ = f"Split the base process {base!r} by subject."
    return control


def _vary(sides: Sides, rng: np.random.Generator, *, offset: float, gain: float) -> Sides:
    """Give each subject further offsets (in sd of the channel) and gains (log sd)."""
    sd = spread(sides[0])
    level = sides[0].X.mean(axis=(0, 1), dtype=np.float64)

    def change(side: Split) -> Split:
        assert side.groups is not None
        c, n = side.n_channels, len(side.group_names)
        gains, offsets = np.exp(gain * rng.normal(size=(n, 1, c))), offset * sd * rng.normal(size=(n, 1, c))
        X = level + (side.X - level) * gains[side.groups] + offsets[side.groups]
        return side.with_X(X.astype(np.float32))

    return change(sides[0]), change(sides[1])


def strong_subjects_5v5(rng: np.random.Generator) -> Planted:
    """Five subjects against five, offsets of 0.7 sd and gains of 25 %: each is recognisable, the sides are alike."""
    sides = by_subject(rng, val_share=0.5, n_subjects=10)
    return sound("strong_subjects_5v5", _vary(sides, rng, offset=0.7, gain=0.25))


def strong_subjects_12v6(rng: np.random.Generator) -> Planted:
    """Twelve subjects against six, offsets of 0.7 sd and gains of 25 %."""
    return sound("strong_subjects_12v6", _vary(by_subject(rng), rng, offset=0.7, gain=0.25))


def few_subjects_3v2(rng: np.random.Generator) -> Planted:
    """Three subjects against two: hardly anything can be said, and nothing is wrong."""
    return sound("few_subjects_3v2", by_subject(rng, val_share=0.4, n_subjects=5))


def many_subjects(rng: np.random.Generator) -> Planted:
    """Forty subjects with eight windows each."""
    return sound("many_subjects", by_subject(rng, n_subjects=40, windows_per_subject=8))


def uneven_sizes(rng: np.random.Generator) -> Planted:
    """Val is a tenth of train, and some subjects have a fifth of the windows of others."""

    def keep(side: Split) -> NDArray[np.bool_]:
        assert side.groups is not None
        share = rng.uniform(0.2, 1.0, len(side.group_names))
        return rng.random(len(side)) < share[side.groups]

    sides = by_subject(rng, val_share=0.14, n_subjects=22)
    return sound("uneven_sizes", thin(sides, keep))


def imbalanced_classes(rng: np.random.Generator) -> Planted:
    """90, 8 and 2 % of the windows belong to the three classes, on both sides."""

    def keep(side: Split) -> NDArray[np.bool_]:
        assert side.y is not None
        return rng.random(len(side)) < np.array([1.0, 8 / 90, 2 / 90])[side.y]

    sides = by_subject(rng, windows_per_subject=120)
    return sound("imbalanced_classes", thin(sides, keep))


def two_classes(rng: np.random.Generator) -> Planted:
    """Only two of the classes occur."""
    left_out = int(rng.integers(3))

    def keep(side: Split) -> NDArray[np.bool_]:
        assert side.y is not None
        mask: NDArray[np.bool_] = side.y != left_out
        return mask

    return sound("two_classes", thin(by_subject(rng), keep))


def patchy_labels(rng: np.random.Generator) -> Planted:
    """Every subject does mostly one or two of the things: class shares differ between sides as subjects do."""

    def keep(side: Split) -> NDArray[np.bool_]:
        assert side.groups is not None
        assert side.y is not None
        share = rng.dirichlet([1.0, 1.0, 1.0], len(side.group_names))
        share /= share.max(axis=1, keepdims=True)
        return rng.random(len(side)) < share[side.groups, side.y]

    return sound("patchy_labels", thin(by_subject(rng, n_subjects=30), keep))


def overlapping_by_subject(rng: np.random.Generator) -> Planted:
    """Windows overlap by half inside each side, as most people cut them; no subject is on both."""
    world = signals.make(some_base(rng), rng)
    chosen = rng.permutation(18)[:6]
    sides = []
    for name, inside in (("train", False), ("val", True)):
        own = tuple(i for i, r in enumerate(world.recordings) if (r.subject in chosen) == inside)
        sides.append(cut(world, own, stride=world.n_timesteps // 2, name=name))
    return sound("overlapping_by_subject", (sides[0], sides[1]))


def drifting_sessions(rng: np.random.Generator) -> Planted:
    """Sensors warm up along every session by two sd, alike for everybody: drift in time, none between the sides."""
    sides = by_subject(rng)
    sd = spread(sides[0])
    channel = int(rng.integers(sides[0].n_channels))

    def change(side: Split) -> Split:
        assert side.time is not None
        X = side.X.copy()
        progress = (side.time[:, None] + np.arange(side.n_timesteps)) / side.time.max()
        X[:, :, channel] += 2.0 * sd[channel] * progress
        return side.with_X(X)

    return sound("drifting_sessions", (change(sides[0]), change(sides[1])))


def overlapping_classes(rng: np.random.Generator) -> Planted:
    """Bury the classes in noise, on both sides alike: a low accuracy that no other split would raise."""
    sides = by_subject(rng)
    sd = spread(sides[0])
    return sound(
        "overlapping_classes",
        map_samples(sides, lambda X: (X + 1.2 * sd * rng.normal(size=X.shape)).astype(np.float32)),
    )


def no_metadata(rng: np.random.Generator) -> Planted:
    """Split by subject, in file order, without saying which window is whose."""
    sides = by_subject(rng)

    def ordered(side: Split) -> Split:
        assert side.recording is not None
        assert side.time is not None
        return side.take(np.lexsort([side.time, side.recording]))

    return sound("no_metadata", bare((ordered(sides[0]), ordered(sides[1]))))


CONTROLS: tuple[Control, ...] = (
    *(_plain(base) for base in GROUPED),
    strong_subjects_5v5,
    strong_subjects_12v6,
    few_subjects_3v2,
    many_subjects,
    uneven_sizes,
    imbalanced_classes,
    two_classes,
    patchy_labels,
    overlapping_by_subject,
    drifting_sessions,
    overlapping_classes,
    no_metadata,
)
