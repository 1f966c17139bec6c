"""Six processes whose dynamics depend on a class per sample, vectorised over recordings.

Each takes labels (r, n), the tempo of each recording (r,) and a random stream, and returns signals (r, n, 4) of about
unit scale; :mod:`splitaudit.zoo.signals` puts them on sensors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def _noise(shape: tuple[int, ...], phi: float, rng: np.random.Generator) -> Floats:
    """AR(1) noise of unit variance along axis 1."""
    filtered: Floats = lfilter([np.sqrt(1 - phi**2)], [1, -phi], rng.normal(size=shape), axis=1)
    return filtered


def _phase(frequency: Floats, wander: float, rng: np.random.Generator) -> Floats:
    """Phase in cycles of oscillators with ``frequency`` (r, n) in cycles per sample, from a random start."""
    start = rng.random((len(frequency), 1))
    return start + np.cumsum(frequency + wander * rng.normal(size=frequency.shape), axis=1)


def vector_autoregression(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Two coupled, damped rotations whose frequency and damping depend on the class."""
    radius = np.array([[0.90, 0.75], [0.87, 0.82], [0.83, 0.88]])
    angle = np.array([[0.42, 0.90], [0.54, 0.78], [0.68, 0.66]])
    r, n = labels.shape
    turn = angle[labels] * tempo[:, None, None]
    cos, sin = radius[labels] * np.cos(turn), radius[labels] * np.sin(turn)
    kick = np.sqrt(1 - radius[labels] ** 2)[..., None] * rng.normal(size=(r, n, 2, 2))
    out = np.empty((r, n, 4))
    state = rng.normal(size=(r, 2, 2))
    for t in range(n):
        a, b = state[:, :, 0], state[:, :, 1]
        state = np.stack([cos[:, t] * a - sin[:, t] * b, sin[:, t] * a + cos[:, t] * b], axis=2) + kick[:, t]
        out[:, t] = state.reshape(r, 4)
    mix = np.array([[1, 0, 0, 0], [0.3, 0.9, 0, 0], [0.4, 0, 0.9, 0], [0, 0.3, 0.3, 0.9]])
    mixed: Floats = out @ mix.T
    return mixed


def heartbeats(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Beats as Gaussian waves over the phase (McSharry et al. 2003); rate and morphology depend on the class."""
    rate = np.array([1 / 30, 1 / 26, 1 / 23])[labels] * tempo[:, None]
    breath = _phase(np.full(labels.shape, 1 / 90) * tempo[:, None], 0.001, rng)
    phase = _phase(rate * (1 + 0.08 * np.sin(2 * np.pi * breath)), 0.002, rng)
    width = np.array([0.030, 0.036, 0.048])[labels]
    t_wave = np.array([0.40, 0.25, -0.10])[labels]

    def wave(at: float, wide: Floats | float) -> Floats:
        distance = (phase - at + 0.5) % 1 - 0.5
        bump: Floats = np.exp(-0.5 * (distance / wide) ** 2)
        return bump

    qrs, p, t = wave(0.3, width) - 0.25 * wave(0.38, width), 0.2 * wave(0.1, 0.04), t_wave * wave(0.65, 0.08)
    pulse = wave(0.6, 0.12) + 0.4 * wave(0.85, 0.10)
    clean = np.stack(
        [qrs + p + t, 0.6 * qrs + 1.4 * t, pulse * (1.3 - 0.15 * labels), np.sin(2 * np.pi * breath)], axis=2
    )
    size = np.array([0.15, 0.15, 0.13, 0.18])
    noisy: Floats = 2.0 * (clean + size * _noise(clean.shape, 0.7, rng))
    return noisy


def driven_pendulum(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Damped pendulum under a periodic and a random torque; damping, drive and its frequency depend on the class."""
    damping = np.array([0.15, 0.50, 0.30])[labels]
    drive = np.array([0.10, 0.55, 0.50])[labels]
    frequency = np.array([0.90, 0.80, 1.40])[labels] * tempo[:, None]
    r, n = labels.shape
    step = 0.25
    swing = 2 * np.pi * _phase(frequency * step / (2 * np.pi), 0.004, rng)
    torque = drive * np.cos(swing) + 0.36 * _noise((r, n), 0.5, rng)
    angle, speed = 0.3 * rng.normal(size=r), 0.3 * rng.normal(size=r)
    out = np.empty((r, n, 4))
    for t in range(n):
        for _ in range(2):  # semi-implicit Euler
            force = torque[:, t] - np.sin(angle) - damping[:, t] * speed
            speed = speed + step / 2 * force
            angle = angle + step / 2 * speed
        angle = (angle + np.pi) % (2 * np.pi) - np.pi
        out[:, t] = np.stack([angle, speed, np.cos(angle) + speed**2 - 1, torque[:, t]], axis=1)
    noisy: Floats = out + 0.08 * rng.normal(size=out.shape)
    return noisy


def switching(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Autoregressions whose memory, volatility and coupling switch with the regime, and the hum of a shaft."""
    phi = np.array([[0.9, 0.5, 0.8, 0.3], [0.7, 0.8, 0.8, 0.5], [0.4, 0.7, 0.6, 0.8]])[labels]
    phi = np.clip(phi ** tempo[:, None, None], 0, 0.97)
    volatility = np.array([[0.9, 1.0, 0.8, 1.1], [1.0, 0.9, 1.1, 0.9], [1.2, 1.1, 1.0, 1.0]])[labels]
    level = np.array([[0.0, 0.2, 0.0, -0.2], [0.2, 0.0, -0.2, 0.0], [-0.2, 0.0, 0.2, 0.2]])[labels]
    shared = np.array([0.75, 0.50, 0.25])[labels][:, :, None]
    kick = rng.normal(size=phi.shape)
    kick = np.sqrt(1 - shared) * kick + np.sqrt(shared) * rng.normal(size=(*labels.shape, 1))
    kick *= volatility * np.sqrt(1 - phi**2)
    out = np.empty(phi.shape)
    state = rng.normal(size=(len(labels), 4))
    for t in range(labels.shape[1]):
        state = phi[:, t] * state + kick[:, t]
        out[:, t] = state
    shaft = _phase(np.full(labels.shape, 0.11) * tempo[:, None], 0.004, rng)
    out[:, :, 0] += 0.5 * np.sin(2 * np.pi * shaft)
    out[:, :, 1] += 0.4 * np.sin(4 * np.pi * shaft)
    noisy: Floats = out + level
    return noisy


def tones(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Tones of random phase in coloured noise, half of it common to all channels; each channel has its own tones."""
    cycles = np.array([[3.0, 4.0, 5.5, 7.0], [4.5, 6.5, 7.0, 5.5], [6.0, 9.0, 8.5, 4.0]]) / 64
    out: Floats = np.sqrt(0.5) * (_noise((*labels.shape, 4), 0.6, rng) + _noise((*labels.shape, 1), 0.6, rng))
    for c in range(4):
        phase = _phase(cycles[labels, c] * tempo[:, None], 0.012, rng)
        out[:, :, c] = 0.80 * out[:, :, c] + 0.75 * np.sin(2 * np.pi * phase)
    return out


def bursts(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Transients at irregular times in noise; the class is their kind, some channels hear them later."""
    pitch, decay = np.array([0.10, 0.17, 0.26]), np.array([9.0, 6.0, 8.0])
    r, n = labels.shape
    reach = np.arange(40)
    out = np.empty((r, n + 50, 4))
    out[:] = 0.45 * _noise(out.shape, 0.4, rng) + 0.30 * _noise((r, n + 50, 1), 0.4, rng)
    loud = np.array([1.0, 0.8, 0.7, 0.5])
    heard = reach[:, None] + np.array([0, 0, 2, 4])
    for row in range(r):
        starts = np.cumsum(rng.integers(14, 34, n // 14 + 1))
        for start in starts[starts < n]:
            kind = labels[row, start]
            tone = np.sin(2 * np.pi * (pitch[kind] * tempo[row] * reach + rng.random()))
            burst = 2.6 * np.exp(0.2 * rng.normal()) * np.exp(-reach / decay[kind]) * tone
            out[row, heard + start, np.arange(4)] += burst[:, None] * loud
    noisy: Floats = out[:, :n]
    return noisy
