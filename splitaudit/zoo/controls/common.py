"""What the healthy controls share: worlds split by subject, sides thinned, changed alike, stripped of metadata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split, make_split
from splitaudit.zoo import signals
from splitaudit.zoo.world import Planted, Truth, healthy

Control = Callable[[np.random.Generator], Planted]
Sides = tuple[Split, Split]
Samples = NDArray[np.floating[Any]]
GROUPED = ("ar", "ecg", "pendulum", "regimes", "tones", "bursts")


def sound(name: str, sides: Sides) -> Planted:
    """Say that nothing is wrong with a split."""
    return Planted(train=sides[0], val=sides[1], truth=Truth(flaw=name, severity="mild", cause="healthy"))


def some_base(rng: np.random.Generator) -> str:
    """Draw a base process."""
    return GROUPED[int(rng.integers(len(GROUPED)))]


def by_subject(rng: np.random.Generator, base: str = "", *, val_share: float = 0.35, **size: int) -> Sides:
    """Split a base process (any, by default) by subject."""
    return healthy(signals.make(base or some_base(rng), rng, **size), rng, val_share=val_share)


def map_samples(sides: Sides, change: Callable[[Samples], NDArray[Any]]) -> Sides:
    """Change the samples (n, t, c) of both sides in the same way."""
    return sides[0].with_X(change(sides[0].X)), sides[1].with_X(change(sides[1].X))


def bare(sides: Sides) -> Sides:
    """Strip groups, time and recordings."""

    def strip(side: Split) -> Split:
        return replace(side, groups=None, group_names=(), time=None, recording=None, recording_names=())

    return strip(sides[0]), strip(sides[1])


def thin(sides: Sides, keep: Callable[[Split], NDArray[np.bool_]]) -> Sides:
    """Keep the windows of a mask on each side."""
    return sides[0].take(keep(sides[0])), sides[1].take(keep(sides[1]))


def spread(side: Split) -> NDArray[np.float64]:
    """Return the standard deviation of each channel over all samples."""
    sd: NDArray[np.float64] = side.X.reshape(-1, side.n_channels).astype(np.float64).std(axis=0)
    return sd


def cut_in_time(
    signal: Samples, label: NDArray[np.int64], *, n_timesteps: int, stride: int, gap: int, share: float = 0.6
) -> Sides:
    """Cut one recording (n, c) into an earlier and a later part with a gap; windows are labelled by majority."""
    border = int(share * len(signal))
    sides = []
    for name, first, last in (("train", 0, border), ("val", border + gap, len(signal))):
        starts = np.arange(first, last - n_timesteps + 1, stride)
        X = np.stack([signal[s : s + n_timesteps] for s in starts]).astype(np.float32)
        y = np.array([np.bincount(label[s : s + n_timesteps]).argmax() for s in starts])
        names = [f"class {k}" for k in range(int(label.max()) + 1)]
        sides.append(make_split(X, y, time=starts, class_names=names, name=name))
    return sides[0], sides[1]


def windows_apart(
    rng: np.random.Generator, n_train: int, n_val: int, base: str = "tones", *, n_timesteps: int = 64
) -> Sides:
    """Draw windows at random that are all independent of each other: each comes from a recording of its own."""
    n = n_train + n_val
    world = signals.make(base, rng, n_subjects=n, windows_per_subject=1, n_timesteps=n_timesteps)
    X = np.stack([r.signal for r in world.recordings])
    y = np.array([int(np.bincount(r.label).argmax()) for r in world.recordings])
    sides = [
        make_split(X[rows], y[rows], channel_names=world.channels, class_names=world.classes, name=name)
        for rows, name in ((slice(0, n_train), "train"), (slice(n_train, n), "val"))
    ]
    return sides[0], sides[1]
