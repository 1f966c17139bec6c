"""Honest windows that look like copies of each other, and windows to make copies of.

Every maker draws independent windows (n, t, c): what two of them have in common is chance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Windows = NDArray[Any]
Make = Callable[[np.random.Generator, int, int, int], Windows]


def ar(rng: np.random.Generator, n: int, t: int, c: int, phi: float = 0.6) -> Windows:
    """AR(1) of unit variance."""
    noise = rng.normal(size=(n, t + 60, c)) * np.sqrt(1 - phi**2)
    return lfilter([1], [1, -phi], noise, axis=1)[:, 60:]


def _ramp(t: int) -> Windows:
    return np.arange(t)[None, :, None]


def silence(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """A third of the windows is exactly zero."""
    X = ar(rng, n, t, c, 0.8)
    X[rng.random(n) < 0.33] = 0
    return X


def padded(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Events of different length, zeros after them."""
    X = ar(rng, n, t, c, 0.8)
    X[np.arange(t)[None] >= rng.integers(t // 4, t, n)[:, None]] = 0
    return X


def levels(number: int, phi: float) -> Make:
    """Integers of about so many levels."""

    def make(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
        return np.round(ar(rng, n, t, c, phi) * number / 4).astype(np.int16)

    return make


def square_waves(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """On and off with a random period and phase, all channels alike."""
    period, phase = rng.integers(4, t, (n, 1, 1)), rng.integers(0, 1000, (n, 1, 1))
    return np.repeat(((_ramp(t) + phase) % period < period // 2).astype(float), c, axis=2)


def square_waves_alike(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """On and off with one of three periods: few different windows exist."""
    period = np.array([8, 16, 24])[rng.integers(0, 3, n)][:, None, None]
    return np.repeat(((_ramp(t) + rng.integers(0, 1000, (n, 1, 1))) % period < period // 2).astype(float), c, axis=2)


def switches(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """On and off for four to eight samples each."""
    changes = np.cumsum(rng.integers(4, 9, (n, t)), axis=1)
    state = (np.arange(t)[None, :, None] >= changes[:, None, :]).sum(axis=2) % 2
    return np.repeat(state[:, :, None].astype(float), c, axis=2)


def events(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Zeros with a one here and there."""
    return (rng.random((n, t, c)) < 0.01).astype(float)


def states(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Channels take turns to be one."""
    fresh = (rng.random((n, t)) < 0.05) | (np.arange(t) == 0)
    last = np.maximum.accumulate(np.where(fresh, np.arange(t), 0), axis=1)
    drawn = rng.integers(0, c + 1, (n, t))
    return (np.take_along_axis(drawn, last, axis=1)[:, :, None] == np.arange(c)).astype(float)


def counters(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Counting up from a random number."""
    return rng.integers(0, 1000, (n, 1, 1)) + _ramp(t) + np.zeros((1, 1, c))


def saturated(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Mostly at one of two limits."""
    return np.clip(ar(rng, n, t, c, 0.97), -0.3, 0.3)


def held(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """A coarse value every eight samples."""
    return np.repeat(np.round(ar(rng, n, (t + 7) // 8, c, 0.7) * 5), 8, axis=1)[:, :t]


def constant(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """One of a few levels, no variation."""
    return np.zeros((n, t, c)) + np.round(3 * rng.normal(size=(n, 1, c)))


def mixed(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Noise, square waves and events in one file."""
    X, kind = ar(rng, n, t, c), rng.random(n)
    X[kind < 0.3] = square_waves(rng, n, t, c)[kind < 0.3]
    X[kind > 0.8] = events(rng, n, t, c)[kind > 0.8]
    return X


def tones(noise: float) -> Make:
    """One of three tones of random phase, the same frequencies in all windows."""

    def make(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
        cycles = np.array([4, 6, 9])[rng.integers(0, 3, n)][:, None, None]
        phase = rng.uniform(0, 2 * np.pi, (n, 1, 1)) + np.arange(c)
        return np.sin(2 * np.pi * cycles * _ramp(t) / t + phase) + noise * rng.normal(size=(n, t, c))

    return make


def any_pitch(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Tones of any frequency and phase, without noise."""
    cycles, phase = rng.uniform(3, 10, (n, 1, 1)), rng.uniform(0, 2 * np.pi, (n, 1, 1)) + np.arange(c)
    return np.sin(2 * np.pi * cycles * _ramp(t) / t + phase)


def smooth(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """A narrow-band AR(2)."""
    return lfilter([1], [1, -1.9, 0.91], rng.normal(size=(n, t + 60, c)), axis=1)[:, 60:]


def templates(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """One of three templates with a tenth of noise."""
    shapes = np.random.default_rng(5).normal(size=(3, t, c))
    return shapes[rng.integers(0, 3, n)] + 0.1 * rng.normal(size=(n, t, c))


def beats(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Heartbeats of random phase with a little noise, all channels alike but for it."""
    phase = (np.arange(t) / 30 + rng.random((n, 1))) % 1
    wave = np.exp(-0.5 * ((phase - 0.3) / 0.03) ** 2) + 0.2 * np.exp(-0.5 * ((phase - 0.6) / 0.08) ** 2)
    return np.repeat(wave[:, :, None], c, axis=2) + 0.03 * rng.normal(size=(n, t, c))


def edges(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """One of four steps, up or down, within ten samples of where it usually is, all channels alike but for noise."""
    kind = rng.integers(0, 4, (n, 1, 1))
    place = t * (0.2 + 0.15 * kind) + rng.integers(-10, 11, (n, 1, 1))
    step = (_ramp(t) >= place) * np.where(kind % 2, 1, -1) * rng.uniform(0.8, 1.2, (n, 1, 1))
    return step + 0.03 * rng.normal(size=(n, t, c))


def echoes(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """A ring of one of three pitches that begins anywhere in the first half and dies away."""
    since = _ramp(t) - rng.integers(0, t // 2, (n, 1, 1))
    pitch = 0.5 + 0.3 * rng.integers(0, 3, (n, 1, 1))
    ring = np.exp(-np.maximum(since, 0) / 12) * np.cos(since * pitch + 0.3 * np.arange(c))
    return (since >= 0) * ring * rng.uniform(0.7, 1.4, (n, 1, 1)) + 0.05 * rng.normal(size=(n, t, c))


def appliances(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """On for one of five durations, with a peak at the start in some, and hardly any noise."""
    kind = rng.integers(0, 5, (n, 1, 1))
    since = _ramp(t) - rng.integers(0, t // 3, (n, 1, 1))
    power = 1 + 0.8 * (kind % 2) * np.exp(-np.maximum(since, 0) / 3)
    return ((since >= 0) & (since < t // 4 + kind * t // 12)) * power + 0.01 * rng.normal(size=(n, t, c))


def ups_and_downs(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Two events, each up and down or down and up, anywhere in either half."""
    width, X = t // 6, 0.05 * rng.normal(size=(n, t, c))
    for first in (2, t // 2):
        since = _ramp(t) - rng.integers(first, first + t // 2 - width - 2, (n, 1, 1))
        shape = np.where(since < width // 2, 1, -1) * ((since >= 0) & (since < width))
        X += rng.choice([-1, 1], (n, 1, 1)) * shape
    return X


def sawteeth(rng: np.random.Generator, n: int, t: int, c: int) -> Windows:
    """Ramps of one of three lengths, from a random beginning."""
    period = rng.choice([15, 20, 30], (n, 1, 1))
    return (_ramp(t) + rng.integers(0, 60, (n, 1, 1))) % period / period + 0.02 * rng.normal(size=(n, t, c))


# windows that say little: equal ones are no leak, and near ones neither
POOR: dict[str, Make] = {
    "silence": silence,
    "padded": padded,
    "two levels": levels(2, 0.9),
    "four levels, slow": levels(4, 0.95),
    "twelve levels": levels(12, 0.5),
    "square waves": square_waves,
    "few square waves": square_waves_alike,
    "switches": switches,
    "events": events,
    "states": states,
    "counters": counters,
    "saturated": saturated,
    "held": held,
    "constant": constant,
    "mixed": mixed,
    "pure tones": tones(0.0),
    "pure tones of any pitch": any_pitch,
    "tones in 2 % noise": tones(0.02),
}
# windows that can be told apart, some of them only by what is not periodic in them
RICH: dict[str, Make] = {
    "AR 0.6": ar,
    "AR 0.95": lambda rng, n, t, c: ar(rng, n, t, c, 0.95),
    "smooth": smooth,
    "tones in 30 % noise": tones(0.3),
    "tones in 10 % noise": tones(0.1),
    "templates": templates,
    "heartbeats": beats,
}
# windows with sharp events, which agree wherever these fall on the same sample; nobody could tell all of their copies
EVENTFUL: dict[str, Make] = {
    "edges": edges,
    "echoes": echoes,
    "appliances": appliances,
    "ups and downs": ups_and_downs,
    "saw teeth": sawteeth,
}
