"""What flaws share: labels and moments of a side, windows without metadata, a file that is cut by position."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.zoo.world import World, cut, renumbered

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def labels(side: Split) -> Integers:
    """Class codes of a side that has them."""
    assert side.y is not None
    return side.y


def moments(side: Split) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each channel over all samples; the latter never 0."""
    samples = side.X.reshape(-1, side.n_channels).astype(np.float64)
    return samples.mean(axis=0), np.maximum(samples.std(axis=0), 1e-9)


def changed(side: Split, X: NDArray[np.floating]) -> Split:
    """Return a side with other samples, in the dtype it had."""
    if np.issubdtype(side.X.dtype, np.integer):
        X = np.round(X)
    return side.with_X(X.astype(side.X.dtype))


def bare(side: Split) -> Split:
    """Forget whose windows they are, and when and where they were recorded."""
    return replace(side, groups=None, group_names=(), time=None, recording=None, recording_names=())


def whole(world: World, stride: int | None = None) -> Split:
    """Cut all recordings into windows."""
    return cut(world, tuple(range(len(world.recordings))), stride=stride or world.n_timesteps, name="train")


def pool_in_order(world: World, rng: np.random.Generator, bout: int = 4) -> Split:
    """Bare windows of the whole world as if one long session held them: stretches of ``bout`` windows, shuffled."""
    every = bare(whole(world))
    stretches = np.array_split(np.arange(len(every)), max(1, len(every) // bout))
    order = np.concatenate([stretches[k] for k in rng.permutation(len(stretches))])
    return every.take(order)


def cut_at(pool: Split, share: float) -> tuple[Split, Split]:
    """Train is the first part of a file, val the rest."""
    n = round(share * len(pool))
    parts = (pool.take(np.arange(n)), pool.take(np.arange(n, len(pool))))
    return replace(renumbered(parts[0]), name="train"), replace(renumbered(parts[1]), name="val")


def per_subject(side: Split) -> Integers:
    """Code of each window's subject."""
    assert side.groups is not None
    return side.groups
