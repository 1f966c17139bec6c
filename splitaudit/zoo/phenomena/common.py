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


def uneven_turns(
    n_recordings: int, n_windows: int, n_timesteps: int, shares: tuple[float, ...], rng: np.random.Generator
) -> Labels:
    """Labels (r, n) in bouts of whole windows; all classes take turns, and how long they stay makes their shares."""
    usual = 1.5 * np.array(shares) / min(shares)
    labels = np.empty((n_recordings, n_windows), dtype=np.int64)
    for row in labels:
        turns = np.concatenate([rng.permutation(len(shares)) for _ in range(n_windows)])
        row[:] = np.repeat(turns, 1 + rng.poisson(usual[turns] - 1))[:n_windows]
    return np.repeat(labels, n_timesteps, axis=1)


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
    shares: tuple[float, ...] | None = None,
    instrument: Callable[[Floats], Floats] | None = None,
) -> World:
    """Record subjects that take turns in the classes; they differ mildly, in gain and in level.

    Classes take ``shares`` of the time, else equal ones; an ``instrument`` rounds or clips what it reads.
    """
    n_recordings = min(size.n_recordings, size.windows_per_subject)
    each = max(1, size.windows_per_subject // n_recordings)
    subject = np.repeat(np.arange(size.n_subjects), n_recordings)
    if shares is None:
        label = protocol(len(subject), each, size.n_timesteps, rng, n_classes=len(classes))
    else:
        label = uneven_turns(len(subject), each, size.n_timesteps, shares, rng)
    signal = process(label, subject, rng)
    sd = signal.std(axis=(0, 1))
    if not whole_numbers:
        signal = signal * np.exp(gain_sd * rng.normal(size=(size.n_subjects, 1, len(channels))))[subject]
        signal = signal + (0.1 * sd * rng.normal(size=(size.n_subjects, 1, len(channels))))[subject] + level
    if instrument is not None:
        signal = instrument(signal)
    recordings = tuple(
        Recording(signal[r].astype(np.float32), label[r].copy(), int(subject[r])) for r in range(len(subject))
    )
    return World(base, recordings, channels, classes, size.n_timesteps)
