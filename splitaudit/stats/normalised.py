"""Was an array normalised, and with whose statistics? Facts to float precision, and how likely they are an accident."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CLOSE = 1e-4
ROUNDING = 1e-8
RANGES = ((0.0, 1.0), (-1.0, 1.0))


def moments(mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation over all samples, from those of equally long windows (n, c); each (c,)."""
    level: Floats = mean.mean(axis=0)
    total: Floats = np.sqrt((sd**2).mean(axis=0) + ((mean - level) ** 2).mean(axis=0))
    return level, total


def deviation(level: Floats, total: Floats) -> Floats:
    """How far channels are from mean 0 and standard deviation 1, in standard deviations."""
    return np.asarray(np.maximum(np.abs(level), np.abs(total - 1.0)), dtype=np.float64)


def accident(level: Floats, total: Floats, errors: Floats) -> Floats:
    """Chance that a channel scaled by other statistics than its own comes as close to mean 0 and sd 1 by accident.

    Parameters
    ----------
    level, total : ndarray of shape (c,)
        Mean and standard deviation.
    errors : ndarray of shape (2, c)
        How far mean and standard deviation move when they are taken over other, exchangeable units.

    Returns
    -------
    ndarray of shape (c,)
        1 where units do not differ, so that closeness proves nothing (windows or groups normalised one by one).
    """
    chance = np.ones_like(level)
    for distance, error in ((np.abs(level), errors[0]), (np.abs(total - 1.0), errors[1])):
        known = error > 100 * ROUNDING
        near = special.erf((distance + ROUNDING) / np.where(known, error, 1.0) / np.sqrt(2.0))
        chance *= np.where(known, near, 1.0)
    return chance


def standard_windows(mean: Floats, sd: Floats, n_timesteps: int) -> Mask:
    """Windows (n, c) that have mean 0 and standard deviation 1 each, by either convention of the denominator.

    In a channel in which many more windows come near than hit, hits are accidents and none is reported.
    """
    unbiased = np.sqrt(max(n_timesteps - 1, 1) / n_timesteps)
    unit = np.minimum(np.abs(sd - 1.0), np.abs(sd - unbiased))
    away = np.maximum(np.abs(mean) / CLOSE, unit / (10 * CLOSE))
    hits = away <= 1.0
    near = (away <= 30.0) & ~hits
    return np.asarray(hits & (near.sum(axis=0) <= 0.2 * hits.sum(axis=0)))


def centred_windows(mean: Floats, sd: Floats) -> Mask:
    """Windows (n, c) whose mean is 0 to float precision though they vary."""
    return np.asarray((sd > 0) & (np.abs(mean) <= 1e-6 * sd))


def ranged(minimum: Floats, maximum: Floats) -> Mask:
    """Where minimum and maximum are exactly 0 and 1, or -1 and 1."""
    hits = [(np.abs(minimum - low) <= 1e-6) & (np.abs(maximum - high) <= 1e-6) for low, high in RANGES]
    return np.asarray(hits[0] | hits[1])


def in_pieces(mean: Floats, sd: Floats) -> bool:
    """Whether an inner stretch from the first window on is exactly normalised by itself, so that pieces were.

    Parameters
    ----------
    mean, sd : ndarray of shape (n, c)
        Of windows in file order.
    """
    if len(mean) < 3:
        return False
    exact = np.ones(len(mean) - 1, dtype=bool)
    for excess in (mean, sd**2 + mean**2 - 1.0):
        # sums, not means: just before the end any mean is nearly that of the whole
        wander = excess.std(axis=0)
        exact &= (np.abs(np.cumsum(excess, axis=0)[:-1]) <= 1e-3 * wander + 1e-12).all(axis=1)
    return bool(exact.any())


def full_scale_codes(values: NDArray[Any]) -> bool:
    """Whether values in [0, 1] or [-1, 1] are codes of a converter divided by full scale (k / 255 and the like)."""
    some = np.asarray(values, dtype=np.float64).ravel()
    for scale in (1, 100, 127, 128, 127.5, 255, 256, 1000, 1023, 1024, 4095, 32767, 32768, 65535):
        if np.abs(some * scale - np.round(some * scale)).max(initial=0.0) < 1e-7 * scale + 1e-9:
            return True
    return False
