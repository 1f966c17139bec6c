"""What the rules know about one side: moments, features, digests, label counts; each computed once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data import features as windows
from splitaudit.data import scales as raw
from splitaudit.data.features import Feature
from splitaudit.data.split import Split
from splitaudit.stats.fingerprints import digests

MAX_SIGNALS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Per-channel summaries over all samples of a side; every field has shape (c,)."""

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What could not be audited on a side because it was not finite.

    ``windows`` are rows of the input with NaN or infinity, ``per_channel`` counts non-finite samples per channel of the
    input, ``dropped_channels`` were set aside on both sides; ``n_read`` windows were read. ``channels`` are the names
    of the input's channels.
    """

    n_read: int
    windows: NDArray[np.int64]
    per_channel: NDArray[np.int64]
    n_samples: int = 0
    first_timestep: int | None = None
    last_timestep: int | None = None
    dropped_channels: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()

    def channel_name(self, channel: int) -> str | int:
        """Name of a channel of the input where names are known, else its number."""
        return self.channels[channel] if self.channels else channel


@dataclass(eq=False)
class Profile:
    """One side with its cached measurements.

    Parameters
    ----------
    split : Split
        Finite windows, in class and group codes common to both sides.
    reference : Split
        The train side: gives the centre and scale with which features are measured.
    losses : Losses
        What was set aside before.
    n_jobs : int
        Threads for the features.
    """

    split: Split
    reference: Split
    losses: Losses
    n_jobs: int = 1
    _ruler: tuple[NDArray[np.float64], NDArray[np.float64]] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.split)

    def has(self, need: str) -> bool:
        """Whether this side has ``"labels"``, ``"groups"``, ``"time"`` or several ``"channels"``."""
        have = {
            "labels": self.split.y is not None,
            "groups": self.split.groups is not None,
            "time": self.split.time is not None,
            "channels": self.split.n_channels > 1,
        }
        return have[need]

    @property
    def y(self) -> NDArray[np.int64]:
        """Class codes; only for rules that need labels."""
        assert self.split.y is not None
        return self.split.y

    @property
    def groups(self) -> NDArray[np.int64]:
        """Group codes; only for rules that need groups."""
        assert self.split.groups is not None
        return self.split.groups

    @cached_property
    def signals(self) -> NDArray[Any]:
        """Windows for features, shape (n, t, c): the samples, or grid means of image windows."""
        split = self.split
        if split.image is None:
            return split.X
        return _pooled(split.X, split.image)

    def place(self, channels: Iterable[int]) -> tuple[int, ...]:
        """Signal channels as channels of the split; none for image windows, whose signals are cells of a grid."""
        return tuple(int(c) for c in channels) if self.split.image is None else ()

    @property
    def samples(self) -> NDArray[Any]:
        """Windows by sensor channel, shape (n, t, c): the pixels of image windows are samples of their channel."""
        return raw.samples(self.split.X, self.split.image)

    @cached_property
    def scales(self) -> raw.Scales:
        """Level, spread and range of every window and sensor channel, in the units of the input."""
        return raw.scales(self.samples)

    @cached_property
    def moments(self) -> Moments:
        """Per-channel mean, standard deviation, minimum and maximum."""
        return _moments(self.split.X)

    @cached_property
    def ruler(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centre and scale per signal channel, from the train side."""
        if self._ruler is not None:
            return self._ruler
        reference = self.reference
        moments = _moments(reference.X if reference.image is None else _pooled(reference.X, reference.image))
        floor = 1e-12 * np.maximum(np.abs(moments.mean), 1e-300)
        scale = np.where(moments.sd > floor, moments.sd, 1.0)
        return moments.mean, scale

    @cached_property
    def features(self) -> NDArray[np.float32]:
        """Window statistics, shape (n, d); columns as in :attr:`feature_table`."""
        return windows.compute(self.signals, *self.ruler, n_jobs=self.n_jobs)

    @cached_property
    def feature_table(self) -> list[Feature]:
        """What each column of :attr:`features` measures."""
        return windows.catalogue(self.signals.shape[1], self.signals.shape[2])

    @cached_property
    def spectra(self) -> NDArray[np.float32]:
        """Log power, shape (n, c, n_bins)."""
        return windows.spectra(self.signals, *self.ruler, n_jobs=self.n_jobs)

    @cached_property
    def digests(self) -> NDArray[np.uint64]:
        """Content hash of every window, shape (n,): equal for equal samples, whatever the dtype's width."""
        return digests(self.split.X)

    @cached_property
    def label_counts(self) -> NDArray[np.int64]:
        """Windows per class, shape (n_classes,)."""
        return np.bincount(self.y, minlength=len(self.split.classes))


def _moments(X: NDArray[Any]) -> Moments:
    n, t, c = X.shape
    total, lowest, highest = np.zeros(c), np.full(c, np.inf), np.full(c, -np.inf)
    for rows in windows.chunks(n, t * c):
        block = X[rows].reshape(-1, c)
        total += block.sum(axis=0, dtype=np.float64)
        lowest, highest = np.minimum(lowest, block.min(axis=0)), np.maximum(highest, block.max(axis=0))
    mean = total / (n * t)
    scatter = np.zeros(c)
    for rows in windows.chunks(n, t * c):
        deviation = X[rows].reshape(-1, c) - mean
        scatter += np.einsum("ij,ij->j", deviation, deviation)
    return Moments(mean=mean, sd=np.sqrt(scatter / (n * t)), minimum=lowest, maximum=highest)


def _pooled(X: NDArray[Any], image: tuple[int, int, int]) -> NDArray[Any]:
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


def profiles(train: Split, val: Split, losses: tuple[Losses, Losses], *, n_jobs: int = 1) -> tuple[Profile, Profile]:
    """Profile both sides with the train side's ruler."""
    ours = Profile(split=train, reference=train, losses=losses[0], n_jobs=n_jobs)
    theirs = Profile(split=val, reference=train, losses=losses[1], n_jobs=n_jobs, _ruler=ours.ruler)
    return ours, theirs
