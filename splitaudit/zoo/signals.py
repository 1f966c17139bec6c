"""Base processes: six kinds of recordings with a label per sample, as sensors would give them.

Every base has four channels on physically different scales with offsets, three classes, and subjects that differ mildly
and exchangeably (offsets, gains, tempo), so that a split by subject is sound and a cheap learner gets most windows of
strangers right. Each subject is recorded twice; the label changes along a recording in bouts of a few windows.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from splitaudit.errors import ConfigError
from splitaudit.zoo.world import Recording, World

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
# (label per sample (r, n), tempo per recording (r,), stream) -> signals (r, n, 4) of unit scale
Process = Callable[[Labels, Floats, np.random.Generator], Floats]

N_RECORDINGS = 2
OFFSET_SD, GAIN_SD, TEMPO_SD = 0.2, 0.06, 0.03
WARM_UP = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A process with its sensors: names, scales and offsets of the channels, names of the classes."""

    name: str
    process: Process
    channels: tuple[str, str, str, str]
    scale: tuple[float, float, float, float]
    offset: tuple[float, float, float, float]
    classes: tuple[str, str, str]
    bouts: Callable[[int, int, int, np.random.Generator], Labels]

    def __call__(
        self, rng: np.random.Generator, *, n_subjects: int = 18, windows_per_subject: int = 40, n_timesteps: int = 64
    ) -> World:
        """Record ``n_subjects`` subjects for ``windows_per_subject`` windows of ``n_timesteps`` samples each."""
        n_recordings = min(N_RECORDINGS, windows_per_subject)
        lengths = [len(part) for part in np.array_split(np.arange(windows_per_subject), n_recordings)]
        subjects = np.repeat(np.arange(n_subjects), n_recordings)
        labels = self.bouts(len(subjects), max(lengths), n_timesteps, rng)
        lead = np.repeat(labels[:, :1], WARM_UP, axis=1)
        tempo = np.exp(TEMPO_SD * rng.normal(size=n_subjects))[subjects]
        gain = np.exp(GAIN_SD * rng.normal(size=(n_subjects, 1, 4)))[subjects]
        offset = OFFSET_SD * rng.normal(size=(n_subjects, 1, 4))[subjects]
        latent = self.process(np.concatenate([lead, labels], axis=1), tempo, rng)[:, WARM_UP:]
        signals = ((latent * gain + offset) * np.array(self.scale) + np.array(self.offset)).astype(np.float32)
        stops = np.tile(lengths, n_subjects) * n_timesteps
        recordings = tuple(
            Recording(signals[r, :stop].copy(), labels[r, :stop].copy(), int(subjects[r]))
            for r, stop in enumerate(stops)
        )
        return World(self.name, recordings, self.channels, self.classes, n_timesteps)


def make(
    base: str,
    rng: np.random.Generator,
    *,
    n_subjects: int = 18,
    windows_per_subject: int = 40,
    n_timesteps: int = 64,
) -> World:
    """Record a base process.

    Parameters
    ----------
    base : str
        One of :data:`BASES`.
    rng : numpy.random.Generator
    n_subjects : int
        Exchangeable subjects, two recordings each.
    windows_per_subject : int
        How many windows without overlap a subject's recordings hold.
    n_timesteps : int
        Samples per window.

    Raises
    ------
    ConfigError
        If there is no such base.
    """
    if base not in BASES:
        close = difflib.get_close_matches(base, BASES, n=1)
        hint = f", did you mean {close[0]!r}?" if close else ""
        raise ConfigError(f"there is no base process {base!r}; there are {', '.join(BASES)}{hint}")
    return BASES[base](rng, n_subjects=n_subjects, windows_per_subject=windows_per_subject, n_timesteps=n_timesteps)


def _protocol(n_recordings: int, n_windows: int, n_timesteps: int, rng: np.random.Generator) -> Labels:
    """Labels (r, n) in bouts of two to four whole windows; the classes take turns in random order."""
    labels = np.empty((n_recordings, n_windows), dtype=np.int64)
    for row in labels:
        turns = np.concatenate([rng.permutation(3) for _ in range(n_windows)])
        turns = turns[np.r_[True, np.diff(turns) != 0]]
        row[:] = np.repeat(turns, rng.integers(2, 5, len(turns)))[:n_windows]
    return np.repeat(labels, n_timesteps, axis=1)


def _markov(n_recordings: int, n_windows: int, n_timesteps: int, rng: np.random.Generator) -> Labels:
    """Labels (r, n) of a semi-Markov chain that stays between 1.5 and some 8 windows and switches at any sample."""
    n = n_windows * n_timesteps
    labels = np.empty((n_recordings, n), dtype=np.int64)
    for row in labels:
        steps = np.r_[rng.integers(3), rng.integers(1, 3, n_windows)].cumsum() % 3
        stays = (n_timesteps * (1.5 + rng.exponential(2.5, len(steps)))).astype(int)
        row[:] = np.repeat(steps, stays)[:n]
    return labels


def _noise(shape: tuple[int, ...], phi: float, rng: np.random.Generator) -> Floats:
    """AR(1) noise of unit variance along axis 1."""
    filtered: Floats = lfilter([np.sqrt(1 - phi**2)], [1, -phi], rng.normal(size=shape), axis=1)
    return filtered


def _phase(frequency: Floats, wander: float, rng: np.random.Generator) -> Floats:
    """Phase in cycles of oscillators with ``frequency`` (r, n) in cycles per sample, from a random start."""
    start = rng.random((len(frequency), 1))
    return start + np.cumsum(frequency + wander * rng.normal(size=frequency.shape), axis=1)


def _vector_autoregression(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
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


def _heartbeats(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
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


def _driven_pendulum(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
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


def _switching(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Autoregressions whose memory, volatility and coupling switch with the regime; levels hardly move."""
    phi = np.array([[0.9, 0.5, 0.8, 0.3], [0.7, 0.8, 0.8, 0.5], [0.4, 0.7, 0.6, 0.8]])[labels]
    phi = np.clip(phi ** tempo[:, None, None], 0, 0.97)
    volatility = np.array([[0.9, 1.0, 0.8, 1.1], [1.0, 0.9, 1.1, 0.9], [1.2, 1.1, 1.0, 1.0]])[labels]
    level = np.array([[0.0, 0.2, 0.0, -0.2], [0.2, 0.0, -0.2, 0.0], [-0.2, 0.0, 0.2, 0.2]])[labels]
    shared = np.array([0.6, 0.3, 0.0])[labels][:, :, None]
    kick = rng.normal(size=phi.shape)
    kick = np.sqrt(1 - shared) * kick + np.sqrt(shared) * rng.normal(size=(*labels.shape, 1))
    kick *= volatility * np.sqrt(1 - phi**2)
    out = np.empty(phi.shape)
    state = rng.normal(size=(len(labels), 4))
    for t in range(labels.shape[1]):
        state = phi[:, t] * state + kick[:, t]
        out[:, t] = state
    noisy: Floats = out + level
    return noisy


def _tones(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Tones of random phase in coloured noise; every channel has its own frequencies per class."""
    cycles = np.array([[3.0, 4.0, 5.5, 7.0], [4.5, 6.5, 7.0, 5.5], [6.0, 9.0, 8.5, 4.0]]) / 64
    out = _noise((*labels.shape, 4), 0.6, rng)
    for c in range(4):
        phase = _phase(cycles[labels, c] * tempo[:, None], 0.012, rng)
        out[:, :, c] = 0.80 * out[:, :, c] + 0.75 * np.sin(2 * np.pi * phase)
    return out


def _bursts(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Transients at irregular times in noise; the class is the kind of transient, channels hear it with delays."""
    pitch, decay = np.array([0.10, 0.17, 0.26]), np.array([9.0, 6.0, 8.0])
    r, n = labels.shape
    out = 0.55 * _noise((r, n, 4), 0.4, rng)
    reach = np.arange(40)
    delay, loud = np.array([0, 2, 3, 5]), np.array([1.0, 0.8, 0.7, 0.5])
    for row in range(r):
        starts = np.cumsum(rng.integers(14, 34, n // 14))
        for start in starts[starts < n - reach[-1] - delay[-1] - 1]:
            kind = labels[row, start]
            tone = np.sin(2 * np.pi * (pitch[kind] * tempo[row] * reach + rng.random()))
            burst = 2.6 * np.exp(0.2 * rng.normal()) * np.exp(-reach / decay[kind]) * tone
            for c in range(4):
                out[row, start + delay[c] + reach, c] += loud[c] * burst
    return out


BASES: dict[str, Base] = {
    base.name: base
    for base in (
        Base(
            name="ar",
            process=_vector_autoregression,
            channels=("accel_x", "gyro_z", "temperature", "pressure"),
            scale=(1.2, 100.0, 1.5, 6.0),
            offset=(0.4, -15.0, 21.0, 1013.0),
            classes=("slow", "middle", "fast"),
            bouts=_protocol,
        ),
        Base(
            name="ecg",
            process=_heartbeats,
            channels=("lead_I", "lead_II", "pleth", "respiration"),
            scale=(0.5, 400.0, 6.0, 0.03),
            offset=(0.1, 120.0, 40.0, 1.5),
            classes=("rest", "walk", "ectopic"),
            bouts=_protocol,
        ),
        Base(
            name="pendulum",
            process=_driven_pendulum,
            channels=("angle", "velocity", "accel_radial", "motor_current"),
            scale=(1.0, 57.3, 9.81, 80.0),
            offset=(0.15, -4.0, 9.81, 250.0),
            classes=("free", "damped", "forced"),
            bouts=_protocol,
        ),
        Base(
            name="regimes",
            process=_switching,
            channels=("vibration", "current", "oil_temperature", "flow"),
            scale=(0.6, 3.0, 4.0, 110.0),
            offset=(0.1, 12.0, 65.0, 840.0),
            classes=("idle", "load", "overload"),
            bouts=_markov,
        ),
        Base(
            name="tones",
            process=_tones,
            channels=("accel_z", "gyro_x", "strain", "microphone"),
            scale=(1.0, 90.0, 45.0, 0.02),
            offset=(9.81, 8.0, 400.0, 0.005),
            classes=("low", "mid", "high"),
            bouts=_protocol,
        ),
        Base(
            name="bursts",
            process=_bursts,
            channels=("hydrophone", "accel_y", "strain", "temperature"),
            scale=(2.0, 1.0, 60.0, 0.8),
            offset=(0.5, 0.2, 350.0, 18.0),
            classes=("knock", "crack", "chirp"),
            bouts=_protocol,
        ),
    )
}
