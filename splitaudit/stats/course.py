"""The course of a training run, told from values per epoch: ends, wobble, where it levels off, where loss turns up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LAST = 3
MIN_EPOCHS = 5  # of a plateau, and of anything that is said about the course of a run
OF_FIRST = 0.05
WOBBLES = 3
STAYS = 0.01


def known(values: Floats) -> NDArray[np.int64]:
    """Positions of the finite values."""
    return np.flatnonzero(np.isfinite(values))


def ended(values: Floats) -> float:
    """Median of the last three finite values; NaN without any."""
    rows = known(values)[-LAST:]
    return float(np.median(values[rows])) if len(rows) else float("nan")


def smoothed(values: Floats) -> Floats:
    """Running median over three values; the ends as they are."""
    if len(values) < LAST:
        return values
    inner = np.median(np.stack([values[:-2], values[1:-1], values[2:]]), axis=0)
    return np.concatenate([values[:1], inner, values[-1:]])


def wobble(values: Floats) -> float:
    """Standard deviation from epoch to epoch, whatever the trend; robust against single jumps."""
    steps = np.diff(values)
    return float(np.diff(np.percentile(steps, [16, 84]))[0] / 2 / np.sqrt(2)) if len(steps) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Level:
    """A level that values do not leave any more: from which position on, for how many of them, and their range."""

    value: float
    start: int
    n_epochs: int
    span: float


def levels_off(accuracy: Floats, resolution: float) -> Level | None:
    """Return the level at which an accuracy stays for at least the last third of its epochs, or None.

    Parameters
    ----------
    accuracy : ndarray of shape (n_epochs,)
        NaN where an epoch was not measured.
    resolution : float
        What one window moves the accuracy.
    """
    rows = known(accuracy)
    values = accuracy[rows]
    if len(values) < MIN_EPOCHS:
        return None
    least = max(MIN_EPOCHS, -(-len(values) // 3))
    level = float(np.median(values[-least:]))
    band = max(WOBBLES * wobble(values[-2 * least :]), 1.5 * resolution, STAYS)
    outside = np.flatnonzero(np.abs(smoothed(values) - level) > band)
    start = int(outside[-1]) + 1 if len(outside) else 0
    stay = values[start:]
    if len(stay) < least:
        return None
    settled = stay[min(len(stay) // 4, len(stay) - least) :]
    half = len(settled) // 2
    drift = abs(float(settled[half:].mean() - settled[:half].mean()))
    if drift > max(band / 2, resolution):
        return None
    return Level(float(np.median(stay)), int(rows[start]), len(stay), float(np.ptp(stay)))


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a loss is lowest, by position, and how far it rises from there on, relative to the lowest."""

    at: int
    rise: float


def turns_up(loss: Floats) -> Turn | None:
    """Return where a loss turns up beyond its wobble and stays up to the end, or None.

    The rise is relative to the lowest loss, or to a twentieth of the first epoch's where that is more.
    """
    rows = known(loss)
    if len(rows) < MIN_EPOCHS:
        return None
    values = smoothed(loss[rows])
    least = int(values.argmin())
    floor = max(float(values[least]), OF_FIRST * float(values[0]), 1e-9)
    rise = (ended(loss) - float(values[least])) / floor
    if rise <= WOBBLES * wobble(np.log(np.maximum(loss[rows], 1e-9))):
        return None
    return Turn(int(rows[least]), float(rise))


def improves(loss: Floats, accuracy: Floats, since: int) -> bool:
    """Whether a run gets better after a position; taken for granted where neither was measured."""

    def gain(values: Floats) -> float:
        return ended(values) - float(values[since]) if np.isfinite(values[since]) else float("nan")

    measured = [each for each in (-gain(loss), gain(accuracy)) if np.isfinite(each)]
    return not measured or max(measured) > 0
