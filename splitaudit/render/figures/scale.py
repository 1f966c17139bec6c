"""Axes: from values to places, and round numbers to mark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from splitaudit.render.words import number

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MAX_TICKS = 6


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from ``low`` to ``high`` that is drawn from ``start`` to ``stop``."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Return where a value is drawn, inside the axis."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.stop - self.start)


def limits(values: Sequence[float], *, percent: bool = False, zero: bool = False) -> tuple[float, float]:
    """Return an axis that holds values with some room; shares stay between 0 and 1, counts begin at 0."""
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
    low, high = (0.0 if zero else low - room), high + room
    if percent:
        low, high = max(0.0, low), min(1.0, high)
    return (low, high) if high > low and math.isfinite(high - low) else (low - 0.5, low + 0.5)


def ticks(low: float, high: float, most: int = MAX_TICKS) -> list[float]:
    """Return at most so many round numbers between two values."""
    span = high - low
    if not 0 < span < math.inf:
        return [low]
    power = 10.0 ** math.floor(math.log10(span / most))
    size = next((power * step for step in STEPS if span / (power * step) <= most), power * 20)
    first = math.ceil(low / size - 1e-9)
    last = math.floor(high / size + 1e-9)
    return [size * k for k in range(first, last + 1)]


def level(share: float) -> str:
    """Write a share as a level."""
    return f"{100 * share:.1f} %"


def shown(value: float, *, percent: bool = False) -> str:
    """Write the number at a tick."""
    value = 0.0 if abs(value) < 1e-12 else float(f"{value:.6g}")
    return f"{100 * value:.4g} %" if percent else number(value)
