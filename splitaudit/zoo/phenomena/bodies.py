"""Walking, brain rhythms and gestures: two and eight classes, three and eight channels."""

from __future__ import annotations

import numpy as np

from splitaudit.zoo.phenomena.common import Floats, Labels, ar_noise, phase_of, recorded
from splitaudit.zoo.sizes import draw_size
from splitaudit.zoo.world import Recording, World


def gait(rng: np.random.Generator) -> World:
    """Level walking or climbing stairs, by a phone: the tempo and the turning of the hip tell."""
    pace, turning = np.array([3.4, 4.3]) / 50, np.array([20.0, 34.0])

    def walk(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        own = np.exp(0.05 * rng.normal(size=subject.max() + 1))[subject][:, None]
        step = 2 * np.pi * phase_of(pace[label] * own, 0.006, rng)
        strength = turning[label] * np.exp(0.25 * ar_noise((*label.shape, 1), 0.97, rng)[..., 0])
        hip = 2 * np.pi * phase_of(np.full(label.shape, 3.0 / 50), 0.004, rng)
        clean = np.stack([0.8 * np.sin(step), 1.5 * np.sin(step + 1.0), strength * np.sin(hip)], axis=2)
        noisy: Floats = clean + np.array([0.35, 0.5, 4.0]) * rng.normal(size=clean.shape)
        return noisy

    size = draw_size(rng, (50, 75))
    channels, level = ("accel_x", "accel_z", "gyro_z"), np.array([0.1, 9.81, 1.0])
    return recorded("gait", rng, size, walk, channels, ("level", "stairs"), level)


def rhythms(rng: np.random.Generator) -> World:
    """Eyes open or closed in eight electrodes: the alpha rhythm waxes in the back when they are closed."""
    size = draw_size(rng, (64, 96))
    back = np.array([0.1, 0.15, 0.3, 0.35, 0.6, 0.7, 1.0, 1.0])

    def brain(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        background = ar_noise((*label.shape, 8), 0.9, rng) + 0.8 * ar_noise((*label.shape, 1), 0.97, rng)
        peak = 0.16 * np.exp(0.06 * rng.normal(size=subject.max() + 1))[subject][:, None]
        alpha = np.sin(2 * np.pi * phase_of(np.broadcast_to(peak, label.shape), 0.01, rng))
        waxing = np.exp(0.4 * ar_noise((*label.shape, 1), 0.98, rng)[..., 0])
        amplitude = np.where(label == 1, 0.95, 0.3) * waxing
        electrodes: Floats = 20 * (background + (amplitude * alpha)[:, :, None] * back)
        return electrodes

    channels = ("F3", "F4", "T7", "T8", "P3", "P4", "O1", "O2")
    return recorded("rhythms", rng, size, brain, channels, ("open", "closed"), 4200.0 + 40 * rng.normal(size=8))


def strokes(rng: np.random.Generator) -> World:
    """Eight gestures of a hand, one per window: smooth paths that everybody draws at another size and speed."""
    size, T, k = draw_size(rng, (60,)), 60, 8
    templates = _paths(np.random.default_rng(8), k, 3)
    recordings = []
    for subject in range(size.n_subjects):
        scale, style = np.exp(0.12 * rng.normal(size=3)), 0.12 * _paths(rng, k, 3)
        for gesture in rng.permutation(np.arange(size.windows_per_subject) % k):
            warp = np.linspace(0, 1, T) ** np.exp(0.3 * rng.normal())
            path = _along(templates[gesture] + style[gesture], warp)
            path = scale * np.exp(0.12 * rng.normal()) * path + 0.45 * ar_noise((1, T, 3), 0.8, rng)[0]
            path += 0.25 * rng.normal(size=3)
            label = np.full(T, gesture, dtype=np.int64)
            recordings.append(Recording((100 * path).astype(np.float32), label, subject))
    return World("strokes", tuple(recordings), ("x", "y", "z"), tuple(f"gesture {g}" for g in range(k)), T)


def _paths(rng: np.random.Generator, k: int, c: int) -> Floats:
    """Coefficients (k, 5, c) of smooth paths of about unit size."""
    coefficients: Floats = rng.normal(size=(k, 5, c)) / np.arange(1, 6)[:, None] ** 0.7 / 1.3
    return coefficients


def _along(coefficients: Floats, at: Floats) -> Floats:
    waves = np.sin(np.pi * np.arange(1, 6) * at[:, None] + np.pi / 5 * np.arange(5))
    path: Floats = waves @ coefficients
    return path
