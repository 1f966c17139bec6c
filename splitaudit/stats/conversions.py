"""Conversions between units that sensors are read in, and which of them a measured factor could be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Conversion:
    """``new = factor * old + offset``, and what old and new are called."""

    factor: float
    offset: float
    old: str
    new: str

    @property
    def inverse(self) -> Conversion:
        """The way back."""
        return Conversion(1.0 / self.factor, -self.offset / self.factor, self.new, self.old)

    def __str__(self) -> str:
        shift = f" and {self.offset:+.6g}" if self.offset else ""
        return f"{self.factor:.6g}{shift} ({self.old} to {self.new})"


# in the order of how common they are: of two that fit equally well the first is named
COMMON = (
    Conversion(9.80665, 0.0, "g", "m/s²"),
    Conversion(180.0 / np.pi, 0.0, "radians", "degrees"),
    Conversion(1e3, 0.0, "units", "thousandths, such as V and mV"),
    Conversion(1e6, 0.0, "units", "millionths, such as V and µV"),
    Conversion(100.0, 0.0, "units", "hundredths, such as m and cm or hPa and Pa"),
    Conversion(1.8, 32.0, "degrees Celsius", "degrees Fahrenheit"),
    Conversion(1.0, 273.15, "degrees Celsius", "kelvin"),
    Conversion(3.6, 0.0, "m/s", "km/h"),
    Conversion(60.0, 0.0, "minutes", "seconds"),
    Conversion(10.0, 0.0, "units", "tenths"),
    Conversion(255.0, 0.0, "fractions", "8-bit codes"),
    Conversion(32768.0, 0.0, "fractions", "16-bit codes"),
    Conversion(2.0 * np.pi, 0.0, "hertz", "radians per second"),
    Conversion(1.8, -459.67, "kelvin", "degrees Fahrenheit"),
    Conversion(25.4, 0.0, "inches", "millimetres"),
    Conversion(3600.0, 0.0, "hours", "seconds"),
    Conversion(16384.0, 0.0, "g", "14-bit codes"),
    Conversion(1e9, 0.0, "units", "billionths"),
)
KNOWN = tuple(found for conversion in COMMON for found in (conversion, conversion.inverse))


def tolerance(conversion: Conversion, uncertainty: float) -> float:
    """How far the logarithm of a measured factor may lie from a conversion's to be taken for it.

    Small factors must be met closely, since honest gains are of that size; gross ones may be blurred.
    """
    size = abs(np.log(conversion.factor))
    if size == 0.0:
        return min(uncertainty, 0.25)
    return float(max(min(uncertainty, (0.12 if size < 2.0 else 0.25) * size), 0.02))


def fitting(log_factor: float, uncertainty: float) -> list[Conversion]:
    """Conversions whose factor fits a measured one, the most common first; none that the interval would blur with 1.

    Parameters
    ----------
    log_factor : float
        Natural logarithm of the measured factor.
    uncertainty : float
        Half width of its confidence interval.
    """
    return [
        conversion
        for conversion in KNOWN
        if abs(np.log(conversion.factor) - log_factor) <= tolerance(conversion, uncertainty)
        and (conversion.factor == 1.0 or uncertainty <= 0.5 * abs(np.log(conversion.factor)))
    ]
