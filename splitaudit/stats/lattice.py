"""How finely values are resolved: the step of their grid, or the bits of their mantissa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MIN_LEVELS = 6
SINGLE = 2.0**-23


@dataclass(frozen=True, slots=True)
class Resolution:
    """Step of a sample.

    Parameters
    ----------
    step : float
        Distance of neighbouring values: of the grid, or of floating-point numbers at the median magnitude.
    origin : float
        A point of the grid.
    bits : int
        Bits of the mantissa in use, 0 for a grid.
    levels : int
        How many distinct values were seen.
    """

    step: float
    origin: float
    bits: int
    levels: int

    def holds(self, values: NDArray[Any]) -> float:
        """Share of some values that this resolution can express."""
        some = np.asarray(values, dtype=np.float64)
        if self.bits:
            return float(np.mean(_trailing_zeros(some) >= 53 - self.bits))
        away = (some - self.origin) / self.step
        blur = 0.02 + 4 * SINGLE * np.abs(some).max(initial=0.0) / self.step
        return float(np.mean(np.abs(away - np.round(away)) <= min(blur, 0.25)))


def resolution(values: NDArray[Any]) -> Resolution | None:
    """Find the resolution of a sample; None where it has too few distinct values to tell.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Finite numbers; a few thousand suffice.

    Notes
    -----
    The step of a grid is the mean gap of neighbouring values in units of the smallest gap, accepted if every value is a
    whole number of steps away from the first, up to the noise of float32 (a grid that was scaled is still found).
    """
    levels = np.unique(np.asarray(values, dtype=np.float64))
    if len(levels) < MIN_LEVELS:
        return None
    noise = 2 * SINGLE * float(np.abs(levels).max())
    gaps = np.diff(levels)
    gaps = gaps[gaps > noise]
    if len(gaps) >= MIN_LEVELS - 1:
        smallest = float(gaps.min())
        if smallest > 10 * noise:
            step = float(gaps.sum() / np.round(gaps / smallest).sum())
            grid = Resolution(step, float(levels[0]), 0, len(levels))
            if grid.holds(levels) == 1.0:
                return grid
    bits = 53 - int(_trailing_zeros(levels).min())
    magnitude = float(np.median(np.abs(levels)))
    exponent = np.floor(np.log2(magnitude)) if magnitude > 0 else -126.0
    return Resolution(float(2.0 ** (exponent - bits + 1)), 0.0, bits, len(levels))


def _trailing_zeros(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Zero bits at the end of the 53-bit mantissas of float64 numbers; 53 for zero."""
    mantissa, _ = np.frexp(values)
    whole = np.abs(mantissa * 2.0**53).astype(np.int64)
    lowest = whole & -whole
    return np.where(whole == 0, 53, np.round(np.log2(np.maximum(lowest, 1)))).astype(np.int64)
