"""What the rules know about one side: moments, features, digests, label counts; each computed once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data import features as windows
from splitaudit.data import scales as raw
from splitaudit.data.features import Feature
from splitaudit.data.split import Split
from splitaudit.data.tables import Moments, Tables, moments
from splitaudit.stats.fingerprints import digests


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What could not be audited on a side because it, or its square, is not finite.

    ``windows`` are rows of the input with such samples, ``per_channel`` counts them per channel of the input,
    ``n_large`` of them are finite and only too large; ``dropped_channels`` were set aside on both sides; ``n_read``
    windows were read. ``channels`` are the names of the input's channels.
    """

    n_read: int
    windows: NDArray[np.int64]
    per_channel: NDArray[np.int64]
    n_samples: int = 0
    n_large: int = 0
    first_timestep: int | None = None
    last_timestep: int | None = None
    dropped_channels: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()

    def channel_name(self, channel: int) -> str | int:
        """Name of a channel of the input where names are known, else its number."""
        return self.channels[channel] if self.channels else channel


def named(losses: Iterable[Losses]) -> str:
    """Say what samples are that could not be audited."""
    held = list(losses)
    large = sum(side.n_large for side in held)
    if not large:
        return "NaN or infinity"
    beyond = f"numbers beyond {raw.LARGEST:.0e}, whose squares overflow".replace("e+", "e")
    return beyond if large == sum(side.n_samples for side in held) else f"NaN, infinity or {beyond}"


@dataclass(eq=False)
class Profile:
    """One side with its cached measurements.

    Parameters
    ----------
    is_val : bool
        Which side it is.
    tables : Tables
        What is measured on both sides alike, held in common.
    losses : Losses
        What was set aside before.
    """

    is_val: bool
    tables: Tables
    losses: Losses

    @property
    def split(self) -> Split:
        """Finite windows, in class and group codes common to both sides."""
        return self.tables.sides[self.is_val]

    @property
    def rows(self) -> slice:
        """Rows of this side in the tables of both."""
        n_train = len(self.tables.sides[0])
        return slice(n_train, None) if self.is_val else slice(n_train)

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

    @property
    def signals(self) -> NDArray[Any]:
        """Windows for features, shape (n, t, c): the samples, or grid means of image windows."""
        return self.tables.signals[self.is_val]

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
        shared = not self.is_val and self.split.image is None
        return self.tables.moments if shared else moments(self.split.X)

    @property
    def ruler(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centre and scale per signal channel, from the train side."""
        return self.tables.ruler

    @property
    def features(self) -> NDArray[np.float32]:
        """Window statistics, shape (n, d); columns as in :attr:`feature_table`."""
        return self.tables.features[self.rows]

    @cached_property
    def feature_table(self) -> list[Feature]:
        """What each column of :attr:`features` measures."""
        return windows.catalogue(self.signals.shape[1], self.signals.shape[2])

    @property
    def spectra(self) -> NDArray[np.float32]:
        """Log power, shape (n, c, n_bins)."""
        return self.tables.spectra[self.rows]

    @cached_property
    def digests(self) -> NDArray[np.uint64]:
        """Content hash of every window, shape (n,): equal for equal samples, whatever the dtype's width."""
        return digests(self.split.X)

    @cached_property
    def label_counts(self) -> NDArray[np.int64]:
        """Windows per class, shape (n_classes,)."""
        return np.bincount(self.y, minlength=len(self.split.classes))


def profiles(train: Split, val: Split, losses: tuple[Losses, Losses], *, n_jobs: int = 1) -> tuple[Profile, Profile]:
    """Profile both sides; they share their tables and the train side's ruler."""
    tables = Tables((train, val), n_jobs)
    return Profile(False, tables, losses[0]), Profile(True, tables, losses[1])
