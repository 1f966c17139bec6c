"""Level, spread and range of every window in the units of the input: what the rules on normalisation look at.

Features (:mod:`splitaudit.data.features`) are measured with the train side's ruler; these are not, so a factor of a
million or a mean of exactly zero can be seen. All arithmetic is in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.features import chunks
from splitaudit.stats.units import Scheme

Floats = NDArray[np.float64]
LARGEST = 1e140  # squares of larger numbers, summed, leave float64
FIELDS = ("mean", "sd", "minimum", "maximum", "at_minimum", "at_maximum")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scales:
    """Per window and channel, each of shape (n, c).

    ``at_minimum`` and ``at_maximum`` count the samples of a window that equal its minimum and maximum.
    """

    mean: Floats
    sd: Floats
    minimum: Floats
    maximum: Floats
    at_minimum: NDArray[np.int32]
    at_maximum: NDArray[np.int32]

    @property
    def level(self) -> Floats:
        """Mean of each channel over all samples, shape (c,)."""
        level: Floats = self.mean.mean(axis=0)
        return level

    @property
    def total(self) -> Floats:
        """Standard deviation of each channel over all samples, shape (c,)."""
        total: Floats = np.sqrt((self.sd**2).mean(axis=0) + self.mean.var(axis=0))
        return total


def samples(X: NDArray[Any], image: tuple[int, int, int] | None) -> NDArray[Any]:
    """View windows by sensor: (n, t, c) as they are; the pixels of image windows become samples of their channel."""
    return X if image is None else X.reshape(len(X), -1, image[2])


def usable(X: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each sample can be computed with: it is finite, and so are sums of its square."""
    if X.dtype.kind != "f" or X.dtype.itemsize < 8:
        return np.asarray(np.isfinite(X))
    return np.asarray(np.abs(X) <= LARGEST)


def scales(X: NDArray[Any]) -> Scales:
    """Measure every window.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
        Finite numbers.
    """
    n, t, c = X.shape
    out: dict[str, NDArray[Any]] = {name: np.empty((n, c)) for name in FIELDS[:4]}
    out |= {name: np.empty((n, c), dtype=np.int32) for name in FIELDS[4:]}
    for rows in chunks(n, t * c):
        block = np.ascontiguousarray(X[rows].transpose(0, 2, 1))
        for end, extreme in (("minimum", block.min(axis=2)), ("maximum", block.max(axis=2))):
            out[end][rows] = np.clip(extreme.astype(np.float64), -LARGEST, LARGEST)
            out[f"at_{end}"][rows] = np.count_nonzero(block == extreme[:, :, None], axis=2)
        values = np.clip(block.astype(np.float64), -LARGEST, LARGEST)
        mean = values.mean(axis=2)
        values -= mean[:, :, None]
        out["mean"][rows] = mean
        out["sd"][rows] = np.sqrt(np.einsum("nct,nct->nc", values, values) / t)
    same = out["minimum"] == out["maximum"]
    out["sd"][same] = 0.0
    out["mean"][same] = out["minimum"][same]
    return Scales(**out)


def joined(parts: Sequence[Scales]) -> Scales:
    """Windows of several sides as one."""
    return Scales(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in FIELDS})


def across_channels(scales: Scales) -> Scales:
    """The same windows with all channels thrown together into one, shape (n, 1)."""
    mean = scales.mean.mean(axis=1, keepdims=True)
    square = (scales.sd**2 + (scales.mean - mean) ** 2).mean(axis=1, keepdims=True)
    low, high = scales.minimum.min(axis=1, keepdims=True), scales.maximum.max(axis=1, keepdims=True)
    return Scales(
        mean=mean,
        sd=np.sqrt(square),
        minimum=low,
        maximum=high,
        at_minimum=(scales.at_minimum * (scales.minimum == low)).sum(axis=1, keepdims=True),
        at_maximum=(scales.at_maximum * (scales.maximum == high)).sum(axis=1, keepdims=True),
    )


def standardised_alone(train: Scales, val: Scales) -> str | None:
    """``"train"`` or ``"val"`` if that side looks standardised, roughly, and the other in no uniform way does not."""
    looks = []
    for side in (train, val):
        live = side.total > 1e-9 * np.abs(side.level)
        near = (np.abs(side.level) <= 0.5) & (side.total >= 0.5) & (side.total <= 2.0)
        looks.append(bool(near[live].all()) and bool(live.any()))
    if looks[0] == looks[1]:
        return None
    live = (train.total > 0) & (val.total > 0)
    factors = np.log(val.total[live] / train.total[live])
    # one common factor is a unit, several are a scaler
    if len(factors) < 2 or (np.abs(factors) > 0.3).mean() <= 0.5 or np.ptp(factors) <= 0.5:
        return None
    return "train" if looks[0] else "val"


def sampling_errors(train: Scales, val: Scales, scheme: Scheme) -> tuple[Floats, Floats, Floats]:
    """How far mean and standard deviation would move if other, exchangeable units had been drawn.

    For channels near mean 0 and standard deviation 1. Where there are too few units, windows stand in for them, which
    gives too small an error rather than too large a one.

    Returns
    -------
    tuple of three ndarray of shape (2, c)
        For train, for val and for both together: standard error of the mean, of the standard deviation.
    """
    both = joined([train, val])
    values = np.clip(np.concatenate([both.mean, both.sd**2 + both.mean**2], axis=1), -1e12, 1e12)
    means, is_val = scheme.unit_means(values), scheme.origin
    if len(means) < 4:
        means, is_val = values, scheme.is_val
    scatter = np.zeros(values.shape[1])
    for side in (is_val, ~is_val):
        scatter += ((means[side] - means[side].mean(axis=0)) ** 2).sum(axis=0)
    spread = np.sqrt(scatter / max(len(means) - 2, 1)).reshape(2, -1)
    spread[1] /= 2.0  # d sd = d variance / 2 near 1
    n, m = int((~is_val).sum()), int(is_val.sum())
    return spread / np.sqrt(n), spread / np.sqrt(m), spread / np.sqrt(n + m)
