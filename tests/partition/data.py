"""Small data sets whose secrets the tests know: groups, the place of every window on the clock, and planted copies."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from splitaudit.results import Partition
from tests.support import ar_recording, ar_windows, sliding

T = 16


def tones(rng: np.random.Generator, n: int, *, t: int = T, c: int = 2, classes: int = 2) -> tuple[np.ndarray, ...]:
    """Independent windows with a tone by class."""
    y = rng.integers(0, classes, n)
    wave = np.sin(2 * np.pi * (2 + 2 * y)[:, None, None] * np.arange(t)[None, :, None] / t)
    return (ar_windows(rng, n, t, c) + wave).astype(np.float32), y


def subjects(rng: np.random.Generator, n_groups: int = 10, per_group: int = 20) -> tuple[np.ndarray, ...]:
    """Windows of subjects that differ in level: X, y and groups."""
    X, y = tones(rng, n_groups * per_group)
    groups = np.repeat(np.arange(n_groups), per_group)
    return (X + 0.5 * rng.normal(size=(n_groups, 1, 2))[groups]).astype(np.float32), y, groups


def recording(rng: np.random.Generator, n: int = 240, *, stride: int = 4) -> tuple[np.ndarray, ...]:
    """Overlapping windows of one recording: X, y and start."""
    X = sliding(ar_recording(rng, T + (n - 1) * stride, 2, 0.8), T, stride)
    return X, np.arange(n) // 10 % 2, stride * np.arange(n)


def noisy(rng: np.random.Generator, windows: np.ndarray) -> np.ndarray:
    """Return windows with noise 40 dB below them."""
    return (windows + 0.01 * windows.std() * rng.normal(size=windows.shape)).astype(np.float32)


def in_common(found: Partition, codes: np.ndarray) -> int:
    """How many codes occur in two parts of one fold."""
    return sum(
        len(np.intersect1d(codes[ours], codes[theirs]))
        for each in found.parts
        for ours, theirs in combinations(each.named().values(), 2)
    )


def nearest(found: Partition, start: np.ndarray) -> float:
    """Least distance of starts of two windows of different parts."""
    return min(
        float(np.abs(start[ours][:, None] - start[theirs]).min())
        for each in found.parts
        for ours, theirs in combinations(each.named().values(), 2)
    )


def rows_of(found: Partition) -> list[list[int]]:
    """All row numbers of every fold, left-out ones with them, in ascending order."""
    return [np.sort(np.concatenate([each.train, each.val, each.test, each.left_out])).tolist() for each in found.parts]
