"""Base processes: six kinds of recordings with a label per sample, as sensors would give them.

Every base has four channels on physically different scales with offsets, three classes, and subjects that differ mildly
and exchangeably (offsets, gains, tempo), so that a split by subject is sound and a cheap learner gets most windows of
strangers right. Each subject is recorded twice unless told otherwise; the label changes along a recording in bouts.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from splitaudit.errors import ConfigError
from splitaudit.zoo import processes
from splitaudit.zoo.processes import Floats, Labels
from splitaudit.zoo.world import Recording, World

# (label per sample (r, n), tempo per recording (r,), stream) -> signals (r, n, c) of unit scale
Process = Callable[[Labels, Floats, np.random.Generator], Floats]

N_RECORDINGS = 2
OFFSET_SD, GAIN_SD, TEMPO_SD = 0.2, 0.06, 0.03
WARM_UP = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A process with its sensors: names, scales and offsets of the channels, names of the classes."""

    name: str
    process: Process
    channels: tuple[str, ...]
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    classes: tuple[str, ...]
    bouts: Callable[[int, int, int, np.random.Generator], Labels]

    def __call__(
        self,
        rng: np.random.Generator,
        *,
        n_subjects: int = 18,
        windows_per_subject: int = 40,
        n_timesteps: int = 64,
        n_recordings: int = N_RECORDINGS,
    ) -> World:
        """Record ``n_subjects`` subjects for ``windows_per_subject`` windows of ``n_timesteps`` samples each."""
        n_recordings = min(n_recordings, windows_per_subject)
        lengths = [len(part) for part in np.array_split(np.arange(windows_per_subject), n_recordings)]
        subjects = np.repeat(np.arange(n_subjects), n_recordings)
        labels = self.bouts(len(subjects), max(lengths), n_timesteps, rng)
        lead = np.repeat(labels[:, :1], WARM_UP, axis=1)
        tempo = np.exp(TEMPO_SD * rng.normal(size=n_subjects))[subjects]
        gain = np.exp(GAIN_SD * rng.normal(size=(n_subjects, 1, len(self.channels))))[subjects]
        offset = OFFSET_SD * rng.normal(size=(n_subjects, 1, len(self.channels)))[subjects]
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
    n_recordings: int = N_RECORDINGS,
) -> World:
    """Record a base process.

    Parameters
    ----------
    base : str
        One of :data:`BASES`.
    rng : numpy.random.Generator
    n_subjects : int
        Exchangeable subjects.
    windows_per_subject : int
        How many windows without overlap a subject's recordings hold.
    n_timesteps : int
        Samples per window.
    n_recordings : int
        Recordings per subject, of equal length.

    Raises
    ------
    ConfigError
        If there is no such base.
    """
    if base not in BASES:
        close = difflib.get_close_matches(base, BASES, n=1)
        hint = f", did you mean {close[0]!r}?" if close else ""
        raise ConfigError(f"there is no base process {base!r}; there are {', '.join(BASES)}{hint}")
    return BASES[base](
        rng,
        n_subjects=n_subjects,
        windows_per_subject=windows_per_subject,
        n_timesteps=n_timesteps,
        n_recordings=n_recordings,
    )


def protocol(
    n_recordings: int, n_windows: int, n_timesteps: int, rng: np.random.Generator, *, n_classes: int = 3
) -> Labels:
    """Labels (r, n) in bouts of two to four whole windows; the classes take turns in random order."""
    labels = np.empty((n_recordings, n_windows), dtype=np.int64)
    for row in labels:
        turns = np.concatenate([rng.permutation(n_classes) for _ in range(n_windows)])
        turns = turns[np.r_[True, np.diff(turns) != 0]]
        row[:] = np.repeat(turns, rng.integers(2, 5, len(turns)))[:n_windows]
    return np.repeat(labels, n_timesteps, axis=1)


def _markov(n_recordings: int, n_windows: int, n_timesteps: int, rng: np.random.Generator) -> Labels:
    """Labels (r, n) of a semi-Markov chain that stays between 1.2 and some 7 windows and switches at any sample."""
    n = n_windows * n_timesteps
    labels = np.empty((n_recordings, n), dtype=np.int64)
    for row in labels:
        steps = np.r_[rng.integers(3), rng.integers(1, 3, n_windows)].cumsum() % 3
        stays = (n_timesteps * (1.2 + rng.exponential(2.0, len(steps)))).astype(int)
        row[:] = np.repeat(steps, stays)[:n]
    return labels


BASES: dict[str, Base] = {
    base.name: base
    for base in (
        Base(
            name="ar",
            process=processes.vector_autoregression,
            channels=("accel_x", "gyro_z", "temperature", "pressure"),
            scale=(1.2, 100.0, 1.5, 6.0),
            offset=(0.4, -15.0, 21.0, 1013.0),
            classes=("slow", "middle", "fast"),
            bouts=protocol,
        ),
        Base(
            name="ecg",
            process=processes.heartbeats,
            channels=("lead_I", "lead_II", "pleth", "respiration"),
            scale=(0.5, 400.0, 6.0, 0.03),
            offset=(0.1, 120.0, 40.0, 1.5),
            classes=("rest", "walk", "ectopic"),
            bouts=protocol,
        ),
        Base(
            name="pendulum",
            process=processes.driven_pendulum,
            channels=("angle", "velocity", "accel_radial", "motor_current"),
            scale=(1.0, 57.3, 9.81, 80.0),
            offset=(0.15, -4.0, 9.81, 250.0),
            classes=("free", "damped", "forced"),
            bouts=protocol,
        ),
        Base(
            name="regimes",
            process=processes.switching,
            channels=("vibration", "current", "oil_temperature", "flow"),
            scale=(0.6, 3.0, 4.0, 110.0),
            offset=(0.1, 12.0, 65.0, 840.0),
            classes=("idle", "load", "overload"),
            bouts=_markov,
        ),
        Base(
            name="tones",
            process=processes.tones,
            channels=("accel_z", "gyro_x", "strain", "microphone"),
            scale=(1.0, 90.0, 45.0, 0.02),
            offset=(9.81, 8.0, 400.0, 0.005),
            classes=("low", "mid", "high"),
            bouts=protocol,
        ),
        Base(
            name="bursts",
            process=processes.bursts,
            channels=("hydrophone", "accel_y", "strain", "temperature"),
            scale=(2.0, 1.0, 60.0, 0.8),
            offset=(0.5, 0.2, 350.0, 18.0),
            classes=("knock", "crack", "chirp"),
            bouts=protocol,
        ),
    )
}
