"""Grips and breath: muscles under eight electrodes, and sleepers whose breath stops."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from splitaudit.zoo.phenomena.common import Floats, Labels, ar_noise, phase_of, recorded
from splitaudit.zoo.sizes import draw_size
from splitaudit.zoo.world import World

# how active the muscles around the forearm are, of which every electrode hears its neighbours
GRIPS = {
    "rest": (0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05),
    "fist": (0.8, 0.9, 0.7, 0.4, 0.4, 0.6, 0.7, 0.8),
    "point": (0.2, 0.7, 0.9, 0.5, 0.3, 0.3, 0.5, 0.2),
    "pinch": (0.2, 0.3, 0.5, 0.8, 0.6, 0.2, 0.6, 0.3),
    "bend": (0.9, 0.8, 0.4, 0.1, 0.1, 0.1, 0.2, 0.6),
    "stretch": (0.1, 0.1, 0.2, 0.4, 0.9, 1.0, 0.6, 0.2),
}


def grips(rng: np.random.Generator) -> World:
    """Six grips of a hand by the muscles of the forearm: noise without a level, of which only the strength tells.

    Which of eight electrodes are loud against the others is the grip; how hard it is held varies more than that, and
    the sleeve sits a little turned on every arm.
    """
    size = draw_size(rng, (40, 50))
    active = np.array(list(GRIPS.values()))

    def hold(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        turned = 0.25 * rng.normal(size=subject.max() + 1)
        place = (np.arange(8) + turned[:, None])[subject]
        below = np.floor(place).astype(int)
        part = (place - below)[:, None, :]
        near = active[label]
        under = (1 - part) * _around(near, below) + part * _around(near, below + 1)
        fatigue = 1 + 0.3 * rng.random((len(label), 1, 1)) * np.linspace(0, 1, label.shape[1])[:, None]
        force = np.exp(0.45 * ar_noise((*label.shape, 1), 0.97, rng) + 0.25 * ar_noise((*label.shape, 8), 0.95, rng))
        raw = rng.normal(size=(*label.shape, 8))
        firing = lfilter([1.0, -0.7], [1.0, -0.3], raw + 0.4 * np.roll(raw, 1, axis=2), axis=1)
        felt: Floats = 60 * (force * fatigue * under * firing + 0.12 * rng.normal(size=raw.shape))
        return felt

    channels = tuple(f"electrode_{k}" for k in range(1, 9))
    return recorded("grips", rng, size, hold, channels, tuple(GRIPS), np.zeros(8), gain_sd=0.12)


def _around(active: Floats, electrode: Labels) -> Floats:
    """Activity (r, n, 8) under electrodes (r, 8) that are counted around the arm."""
    heard: Floats = np.take_along_axis(active, np.broadcast_to((electrode % 8)[:, None, :], active.shape), axis=2)
    return heard


def breath(rng: np.random.Generator) -> World:
    """Sleep by airflow, two belts and an oximeter in whole per cent: breath is quiet, shallow, blocked or not tried.

    Where it is blocked chest and belly move against each other, where it is not tried they rest; oxygen falls half a
    window later and saturates below 100. Most of the time is quiet, and who lies on a belt moves it little.
    """
    size = draw_size(rng, (72, 96))
    air, effort = np.array([1.0, 0.5, 0.2, 0.15]), np.array([1.0, 0.8, 0.8, 0.3])
    against, want = np.array([0.3, 0.7, 2.2, 0.5]), np.array([97.5, 95.5, 92.0, 92.5])

    def sleep(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        rate = (0.055 * np.exp(0.03 * rng.normal(size=subject.max() + 1)))[subject][:, None]
        angle = 2 * np.pi * phase_of(np.broadcast_to(rate, label.shape), 0.006, rng)
        depth = np.exp(0.35 * ar_noise((*label.shape, 3), 0.97, rng))
        soft = lfilter([0.2], [1.0, -0.8], np.stack([air[label], effort[label], against[label]], axis=2), axis=1)
        lag = soft[..., 2] + 0.5 * ar_noise((*label.shape, 1), 0.98, rng)[..., 0]
        chest = depth[..., 1] * soft[..., 1] * np.sin(angle)
        belly = 1.4 * depth[..., 2] * soft[..., 1] * np.sin(angle - lag)
        wave = np.cos(angle) + 0.35 * np.cos(2 * angle)  # in fast, out slowly
        flow = depth[..., 0] * soft[..., 0] * wave
        usual = (0.15 * rng.normal(size=subject.max() + 1))[subject][:, None]
        late = lfilter([0.04], [1.0, -0.96], np.roll(want[label], 20, axis=1) - 97.5, axis=1)
        oxygen = late + usual + 1.2 * ar_noise((*label.shape, 1), 0.98, rng)[..., 0]
        clean = np.stack([flow, chest, belly, oxygen], axis=2)
        slept: Floats = clean + np.array([0.25, 0.3, 0.4, 0.1]) * rng.normal(size=clean.shape)
        return slept

    def oximeter(signal: Floats) -> Floats:
        read = signal.copy()
        read[..., 3] = np.round(signal[..., 3]).clip(60, 100)
        return read

    channels, classes = ("airflow", "chest", "belly", "oxygen"), ("quiet", "shallow", "blocked", "not tried")
    shares, level = (0.5, 0.2, 0.17, 0.13), np.array([0.0, 2.0, 3.0, 97.5])
    return recorded(
        "breath", rng, size, sleep, channels, classes, level, gain_sd=0.05, shares=shares, instrument=oximeter
    )
