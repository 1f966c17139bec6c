"""Level, spread and range of every window in the units of the input: what the rules on normalisation look at.

Features (:mod:`splitaudit.data.features`) are measured with the train side's ruler and clipped; these are not, so a factor
of a million or a mean of exactly zero can be seen. All arithmetic is in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.features import chunks

Floats = NDArray[np.float64]


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


def scales(X: NDArray[Any]) -> Scales:
    """Measure every window.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
        Finite numbers.
    """
    n, t, c = X.shape
    out = {name: np.empty((n, c)) for name in ("mean", "sd", "minimum", "maximum")}
    counts = {name: np.empty((n, c), dtype=np.int32) for name in ("at_minimum", "at_maximum")}
    for rows in chunks(n, t * c):
        block = np.ascontiguousarray(X[rows].transpose(0, 2, 1))
        for end, extreme in (("minimum", block.min(axis=2)), ("maximum", block.max(axis=2))):
            out[end][rows] = extreme
            counts[f"at_{end}"][rows] = np.count_nonzero(block == extreme[:, :, None], axis=2)
        values = block.astype(np.float64)
        mean = values.mean(axis=2)
        values -= mean[:, :, None]
        out["mean"][rows] = mean
        out["sd"][rows] = np.sqrt(np.einsum("nct,nct->nc", values, values) / t)
    same = out["minimum"] == out["maximum"]
    out["sd"][same] = 0.0
    out["mean"][same] = out["minimum"][same]
    return Scales(**out, **counts)
