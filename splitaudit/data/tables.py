"""Window statistics of both sides in one table each, measured with the train side's ruler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data import features as windows
from splitaudit.data.split import Split

MAX_SIGNALS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Per-channel summaries over all samples of a side; every field has shape (c,)."""

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]


@dataclass(eq=False)
class Tables:
    """What is measured on the windows of train and val alike; every table has train's rows first.

    Parameters
    ----------
    sides : tuple of Split
        Train and val, finite, of the same shape.
    n_jobs : int
        Threads.
    """

    sides: tuple[Split, Split]
    n_jobs: int = 1

    @cached_property
    def signals(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Windows for features per side, shape (n, t, c): the samples, or grid means of image windows."""
        train, val = (side.X if side.image is None else _grid_means(side.X, side.image) for side in self.sides)
        return train, val

    @cached_property
    def moments(self) -> Moments:
        """Moments of train's signals."""
        return moments(self.signals[0])

    @cached_property
    def ruler(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centre and scale per signal channel, from the train side."""
        mean, sd = self.moments.mean, self.moments.sd
        floor = 1e-12 * np.maximum(np.abs(mean), 1e-300)
        return mean, np.where(sd > floor, sd, 1.0)

    @cached_property
    def features(self) -> NDArray[np.float32]:
        """Window statistics, shape (n_train + n_val, d)."""
        table = self._measured(windows.compute)
        windows.flatten_noise(table)
        return table

    @cached_property
    def spectra(self) -> NDArray[np.float32]:
        """Log power, shape (n_train + n_val, c, n_bins)."""
        return self._measured(windows.spectra)

    def _measured(self, measure: Callable[..., NDArray[np.float32]]) -> NDArray[np.float32]:
        """Measure both sides into one array: side by side they would be held twice when they are joined."""
        train, val = self.signals
        width = measure(train[:1], *self.ruler).shape[1:]
        table = np.empty((len(train) + len(val), *width), dtype=np.float32)
        for signals, part in ((train, table[: len(train)]), (val, table[len(train) :])):
            measure(signals, *self.ruler, n_jobs=self.n_jobs, out=part)
        return table


def moments(X: NDArray[Any]) -> Moments:
    """Per-channel mean, standard deviation, minimum and maximum of windows (n, t, c)."""
    n, t, c = X.shape
    # cell by cell first: a reduction to so few channels would be slow
    total, lowest, highest = np.zeros(t * c), np.full(t * c, np.inf), np.full(t * c, -np.inf)
    for rows in windows.chunks(n, t * c):
        block = X[rows].reshape(-1, t * c)
        total += block.sum(axis=0, dtype=np.float64)
        np.minimum(lowest, block.min(axis=0), out=lowest)
        np.maximum(highest, block.max(axis=0), out=highest)
    mean = total.reshape(t, c).sum(axis=0) / (n * t)
    scatter = np.zeros(t * c)
    for rows in windows.chunks(n, t * c):
        deviation = X[rows].reshape(-1, t * c) - np.tile(mean, t)
        scatter += np.einsum("ij,ij->j", deviation, deviation)
    return Moments(
        mean=mean,
        sd=np.sqrt(scatter.reshape(t, c).sum(axis=0) / (n * t)),
        minimum=lowest.reshape(t, c).min(axis=0),
        maximum=highest.reshape(t, c).max(axis=0),
    )


def _grid_means(X: NDArray[Any], image: tuple[int, int, int]) -> NDArray[Any]:
    """Mean over a coarse grid of pixels, so that an image window has few signal channels."""
    height, width, depth = image
    grid = max(1, int(np.sqrt(MAX_SIGNALS / depth)))
    parts = []
    frames = X.reshape(X.shape[0], X.shape[1], height, width, depth)
    for ys in np.array_split(np.arange(height), min(grid, height)):
        for xs in np.array_split(np.arange(width), min(grid, width)):
            cell = frames[:, :, ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
            parts.append(cell.mean(axis=(2, 3), dtype=np.float64).astype(np.float32))
    return np.concatenate(parts, axis=2)
