"""What phenomena share: noise, phases, bouts of activity, and putting signals of subjects on sensors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from splitaudit.zoo.signals import protocol
from splitaudit.zoo.sizes import Size
from splitaudit.zoo.world import Recording, World

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
# (label per sample (r, n), subject of each recording (r,), stream) -> signals (r, n, c)
Process = Callable[[Labels, Labels, np.random.Generator], Floats]


def ar_noise(shape: tuple[int, ...], phi: float, rng: np.random.Generator) -> Floats:
    """AR(1) noise of unit variance along axis 1, in its stationary state from the start."""
    kicks = rng.normal(size=shape) * np.sqrt(1 - phi**2)
    kicks[:, 0] = rng.normal(size=kicks[:, 0].shape)
    noise: Floats = lfilter([1.0], [1.0, -phi], kicks, axis=1)
    return noise


def phase_of(frequency: Floats, wander: float, rng: np.random.Generator) -> Floats:
    """Phase in cycles of oscillators with ``frequency`` (r, n) in cycles per sample, from a random start."""
    phase: Floats = np.cumsum(frequency + wander * rng.normal(size=frequency.shape), axis=1)
    return phase + rng.random((len(frequency), 1))


def recorded(
    base: str,
    rng: np.random.Generator,
    size: Size,
    process: Process,
    channels: tuple[str, ...],
    classes: tuple[str, ...],
    level: Floats,
    *,
    gain_sd: float = 0.08,
    whole_numbers: bool = False,
) -> World:
    """Record subjects that take turns in the classes; they differ mildly, in gain and in level."""
    n_recordings = min(size.n_recordings, size.windows_per_subject)
    each = max(1, size.windows_per_subject // n_recordings)
    subject = np.repeat(np.arange(size.n_subjects), n_recordings)
    label = protocol(len(subject), each, size.n_timesteps, rng, n_classes=len(classes))
    signal = process(label, subject, rng)
    sd = signal.std(axis=(0, 1))
    if not whole_numbers:
        signal = signal * np.exp(gain_sd * rng.normal(size=(size.n_subjects, 1, len(channels))))[subject]
        signal = signal + (0.1 * sd * rng.normal(size=(size.n_subjects, 1, len(channels))))[subject] + level
    recordings = tuple(
        Recording(signal[r].astype(np.float32), label[r].copy(), int(subject[r])) for r in range(len(subject))
    )
    return World(base, recordings, channels, classes, size.n_timesteps)
