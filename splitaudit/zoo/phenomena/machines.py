"""Chaos, bearings, particle counts and weather: three to six classes, two to six channels."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from splitaudit.zoo.phenomena.common import Floats, Labels, ar_noise, phase_of, recorded
from splitaudit.zoo.sizes import draw_size
from splitaudit.zoo.world import World


def chaos(rng: np.random.Generator) -> World:
    """Two coupled Lorenz systems; the six classes are three drives times two couplings."""
    size = draw_size(rng, (64, 96))
    drive, coupling = np.array([28.0, 36.0, 46.0]), np.array([0.0, 6.0])

    def flow(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        r, n = label.shape
        own = np.exp(0.02 * rng.normal(size=subject.max() + 1))[subject]
        state = 8 * rng.normal(size=(r, 6)) + np.array([0, 0, 25, 0, 0, 25])
        out = np.empty((r, n, 6))
        for t in range(n):
            rho, tie = drive[label[:, t] % 3] * own, coupling[label[:, t] // 3]
            for _ in range(4):
                state = state + 0.006 * _lorenz(state, rho, tie)
            out[:, t] = state
        noisy: Floats = out + 1.0 * rng.normal(size=out.shape)
        return noisy

    channels = ("u1", "v1", "w1", "u2", "v2", "w2")
    classes = tuple(f"{d} {c}" for c in ("free", "tied") for d in ("low", "middle", "high"))
    return recorded("chaos", rng, size, flow, channels, classes, np.zeros(6))


def _lorenz(state: Floats, rho: Floats, tie: Floats) -> Floats:
    a, b = state[:, :3], state[:, 3:]
    parts = []
    for own, other in ((a, b), (b, a)):
        x, y, z = own.T
        parts += [10 * (y - x) + tie * (other[:, 0] - x), x * (rho - z) - y, x * y - 8 / 3 * z]
    change: Floats = np.clip(np.stack(parts, axis=1), -4000, 4000)
    return change


def bearings(rng: np.random.Generator) -> World:
    """A bearing that is sound or has one of three faults, which knock at their own rates; two accelerometers."""
    size = draw_size(rng, (128,))
    rate, loud = np.array([0.0, 0.055, 0.085, 0.04]), np.array([0.0, 1.0, 1.2, 0.9])

    def turn(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        own = np.exp(0.03 * rng.normal(size=subject.max() + 1))[subject][:, None]
        knocks = np.diff(np.floor(phase_of(rate[label] * own, 0.004, rng)), axis=1, prepend=0).clip(0, 1)
        hit = 4.0 * knocks * loud[label] * np.exp(0.3 * rng.normal(size=label.shape))
        shaft = 2 * np.pi * phase_of(np.full(label.shape, 0.02) * own, 0.001, rng)
        out = []
        for resonance, damping in ((1.2, 0.85), (0.8, 0.80)):
            ringing = lfilter([1.0], [1.0, -2 * damping * np.cos(resonance), damping**2], hit, axis=1)
            out.append(0.5 * ringing + 0.4 * np.sin(shaft) + 0.8 * ar_noise((*label.shape, 1), 0.3, rng)[..., 0])
        turning: Floats = np.stack(out, axis=2)
        return turning

    classes = ("sound", "inner", "outer", "ball")
    return recorded("bearings", rng, size, turn, ("radial", "axial"), classes, np.array([0.02, -0.05]))


def counts(rng: np.random.Generator) -> World:
    """Counts of two detectors: whole numbers; four classes of how the rate behaves."""
    size = draw_size(rng, (48,))
    level, swing, memory = np.array([6.0, 6.0, 9.0, 7.5]), np.array([0.15, 0.45, 0.15, 0.3]), 0.9

    def decay(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        own = np.exp(0.05 * rng.normal(size=(subject.max() + 1, 1, 2)))[subject]
        shared = ar_noise((*label.shape, 1), memory, rng)
        swings = swing[label][:, :, None] * np.where((label == 3)[:, :, None], [1.0, -1.0], 1.0)
        rate = own * level[label][:, :, None] * np.exp(swings * shared)
        counted: Floats = rng.poisson(np.clip(rate, 0, 500) * np.array([1.0, 2.5])).astype(np.float64)
        return counted

    classes = ("quiet", "flickering", "bright", "opposed")
    return recorded("counts", rng, size, decay, ("near", "far"), classes, np.zeros(2), whole_numbers=True)


def weather(rng: np.random.Generator) -> World:
    """Slow channels of a weather station; the class is what the hours bring: a warm front, a cold front or neither."""
    size = draw_size(rng, (48, 72))
    trends = np.array([[0.0, 0.0, 0.0, 0.0, 0.0], [0.8, -0.7, 0.6, 0.3, -0.2], [-0.9, 0.6, -0.3, 0.6, 0.3]])

    def air(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        push = trends[label] / 20
        slow = lfilter([1.0], [1.0, -0.97], push + 0.09 * rng.normal(size=push.shape), axis=1)
        day = 2 * np.pi * phase_of(np.full(label.shape, 1 / 24), 0.0, rng)
        daily = np.stack([0.3 * np.sin(day + lag) for lag in (0.0, 2.0, 3.1, 1.0, 0.4)], axis=2)
        gusts: Floats = 0.25 * ar_noise(push.shape, 0.5, rng)
        felt: Floats = np.array([6.0, 5.0, 12.0, 3.0, 90.0]) * (slow + daily + gusts)
        return felt

    channels = ("temperature", "pressure", "humidity", "wind", "radiation")
    level = np.array([11.0, 1013.0, 70.0, 5.0, 160.0])
    return recorded("weather", rng, size, air, channels, ("steady", "warm front", "cold front"), level)
