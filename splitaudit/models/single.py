"""What one channel alone can do: linear discriminants on the statistics of each channel and their squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.models.probe import unit_folds
from splitaudit.rule import Context

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Samples = NDArray[np.float32]

MAX_FIT = 3000
N_FOLDS = 5
RIDGE = 1e-2
FAR = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class SingleChannels:
    """Whether each window is classified right from one channel alone.

    Parameters
    ----------
    rows : ndarray of int64 of shape (m,)
        The train windows that were used; of more than 3,000 a random part.
    train : ndarray of bool of shape (m, c)
        Right by a model that saw no window of the same unit.
    val : ndarray of bool of shape (n_val, c)
        Right by a model of train.
    """

    rows: IntArray
    train: NDArray[np.bool_]
    val: NDArray[np.bool_]


def single_channels(train: Profile, val: Profile, ctx: Context) -> SingleChannels:
    """Classify the windows of both sides from each signal channel alone, once per run."""
    return ctx.once("single channels", lambda rng: _single_channels(train, val, ctx, rng))


def _single_channels(train: Profile, val: Profile, ctx: Context, rng: np.random.Generator) -> SingleChannels:
    rows = np.arange(len(train))
    if len(rows) > MAX_FIT:
        rows = np.sort(rng.choice(rows, MAX_FIT, replace=False))
    y = train.y[rows]
    units = ctx.scheme.units[rows]
    if len(np.unique(units)) < 2:
        units = np.arange(len(rows))
    folds = unit_folds(y, units, n_folds=N_FOLDS, rng=rng)
    n_classes, n_channels = len(train.split.classes), train.signals.shape[2]
    right_train = np.zeros((len(rows), n_channels), dtype=bool)
    right_val = np.zeros((len(val), n_channels), dtype=bool)
    for c in range(n_channels):
        ours, theirs = _columns(train, val, c, rows)
        whole = _Sums.of(ours, y, n_classes)
        for _, held in folds:
            fitted = whole.without(_Sums.of(ours[held], y[held], n_classes))
            right_train[held, c] = fitted.classify(ours[held]) == y[held]
        right_val[:, c] = whole.classify(theirs) == val.y
    return SingleChannels(rows, right_train, right_val)


def _columns(train: Profile, val: Profile, channel: int, rows: IntArray) -> tuple[Samples, Samples]:
    """A channel's statistics and first and last sample in train sd, and their squares; (n, 2 d)."""
    chosen = [j for j, feature in enumerate(train.feature_table) if feature.channels == (channel,)]
    center, scale = train.ruler[0][channel], train.ruler[1][channel]
    raw = []
    for side, own in ((train, rows), (val, slice(None))):
        ends = np.clip((side.signals[:, [0, -1], channel][own].astype(np.float64) - center) / scale, -FAR, FAR)
        raw.append(np.concatenate([side.features[:, chosen][own], ends.astype(np.float32)], axis=1))
    mean, sd = raw[0].mean(axis=0), raw[0].std(axis=0)
    out = []
    for values in raw:
        z = np.clip((values - mean) / np.where(sd > 1e-6, sd, 1.0), -5.0, 5.0)
        out.append(np.concatenate([z, z * z - 1.0], axis=1))
    return out[0], out[1]


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """What linear discriminants need of some windows: counts (k,) and sums (k, d) by class, sums of products (d, d).

    References
    ----------
    Fisher, R. A. (1936). The use of multiple measurements in taxonomic problems. Annals of Eugenics 7, 179-188.
    """

    counts: FloatArray
    sums: FloatArray
    products: FloatArray

    @classmethod
    def of(cls, values: Samples, y: IntArray, n_classes: int) -> _Sums:
        member = (y[:, None] == np.arange(n_classes)).astype(np.float32)
        sums, products = member.T @ values, values.T @ values
        return cls(member.sum(axis=0, dtype=np.float64), sums.astype(np.float64), products.astype(np.float64))

    def without(self, part: _Sums) -> _Sums:
        """Return the sums over all windows but those of ``part``; a fold is left out in no time."""
        return _Sums(self.counts - part.counts, self.sums - part.sums, self.products - part.products)

    def classify(self, values: Samples) -> IntArray:
        """Class with the largest discriminant for every row (m, d), among classes that occur."""
        known = np.flatnonzero(self.counts > 0)
        means = self.sums[known] / self.counts[known, None]
        n = self.counts.sum()
        within = (self.products - (self.counts[known, None] * means).T @ means) / n + RIDGE * np.eye(len(self.products))
        weights = np.linalg.solve(within, means.T)
        level = np.log(self.counts[known] / n) - 0.5 * (means.T * weights).sum(axis=0)
        chosen: IntArray = known[(values @ weights + level).argmax(axis=1)]
        return chosen
