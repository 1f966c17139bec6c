"""Healthy splits without subjects: independent windows, and single recordings cut in time with a gap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from splitaudit.data.split import make_split
from splitaudit.zoo import signals
from splitaudit.zoo.controls.common import Control, by_subject, cut_in_time, some_base, sound, windows_apart
from splitaudit.zoo.world import Planted


def random_windows(rng: np.random.Generator) -> Planted:
    """Independent windows were split at random."""
    return sound("random_windows", windows_apart(rng, 300, 150, some_base(rng)))


def forty_windows(rng: np.random.Generator) -> Planted:
    """There are forty windows in all."""
    return sound("forty_windows", windows_apart(rng, 26, 14, some_base(rng)))


def small_validation(rng: np.random.Generator) -> Planted:
    """Val has a twentieth of the windows of train."""
    return sound("small_validation", windows_apart(rng, 600, 30, some_base(rng)))


def long_windows(rng: np.random.Generator) -> Planted:
    """Windows have 256 samples."""
    return sound("long_windows", by_subject(rng, windows_per_subject=16, n_timesteps=256))


def short_windows(rng: np.random.Generator) -> Planted:
    """Windows have 20 samples."""
    return sound("short_windows", by_subject(rng, n_timesteps=20))


def many_channels(rng: np.random.Generator) -> Planted:
    """Twenty-four channels share a few sources, as electrodes do."""
    train, val = windows_apart(rng, 240, 120, "tones")
    mixing = rng.normal(size=(4, 24))
    sd = train.X.std(axis=(0, 1))
    names = [f"E{c + 1}" for c in range(24)]
    sides = []
    for side in (train, val):
        X = (side.X / sd) @ mixing + 0.5 * rng.normal(size=(len(side), side.n_timesteps, 24))
        y, classes = side.y, side.classes
        sides.append(make_split(X.astype(np.float32), y, channel_names=names, class_names=classes, name=side.name))
    return sound("many_channels", (sides[0], sides[1]))


def ar_recording(rng: np.random.Generator) -> Planted:
    """One AR(1) recording (phi 0.95) is cut in halves with a gap; windows overlap by three quarters.

    The label says whether the first channel runs above the second just then.
    """
    n = 64 * 16 * 14
    noise = rng.normal(size=(n + 500, 3)) * np.sqrt(1 - 0.95**2)
    signal = lfilter([1], [1, -0.95], noise, axis=0)[500:]
    label = _spells(signal[:, 0] - signal[:, 1])
    return sound("ar_recording", cut_in_time(signal, label, n_timesteps=64, stride=16, gap=400, share=0.5))


def _spells(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return 1 where a moving average over 64 samples is positive."""
    smooth = np.convolve(values, np.ones(64) / 64, mode="same")
    return (smooth > 0).astype(np.int64)


def machine_recording(rng: np.random.Generator) -> Planted:
    """One machine is recorded once while its regimes come and go; cut in time with a gap, windows overlap by half."""
    world = signals.make("regimes", rng, n_subjects=1, windows_per_subject=360, n_recordings=1)
    recording = world.recordings[0]
    train, val = cut_in_time(recording.signal, recording.label, n_timesteps=64, stride=32, gap=600)
    return sound("machine_recording", (train, val))


def several_recordings(rng: np.random.Generator) -> Planted:
    """Sixteen recordings of one machine, ten to train on, given as recordings without subjects."""
    world = signals.make("ar", rng, n_subjects=1, windows_per_subject=480, n_recordings=16)
    names = rng.permutation(16)
    sides = []
    for name, own in (("train", names[:10]), ("val", names[10:])):
        parts = [world.recordings[r] for r in own]
        X = np.concatenate([part.signal.reshape(-1, 64, 4) for part in parts])
        y = np.concatenate([part.label.reshape(-1, 64)[:, 32] for part in parts])
        recording = np.concatenate([np.full(len(part.signal) // 64, r) for part, r in zip(parts, own, strict=True)])
        time = np.concatenate([np.arange(0, len(part.signal), 64) for part in parts])
        sides.append(
            make_split(
                X,
                y,
                time=time,
                recording=recording,
                channel_names=world.channels,
                class_names=world.classes,
                name=name,
            )
        )
    return sound("several_recordings", (sides[0], sides[1]))


def volatile_market(rng: np.random.Generator) -> Planted:
    """Cut returns with clustered volatility, GARCH(1, 1), in time; the label is calm or nervous."""
    n = 64 * 250
    variance, r = np.ones(3), np.zeros(3)
    returns, risk = np.empty((n, 3)), np.empty(n)
    kicks = rng.normal(size=(n, 3))
    for t in range(n):
        variance = 0.03 + 0.12 * r**2 + 0.85 * variance
        r = np.sqrt(variance) * kicks[t]
        returns[t], risk[t] = r, variance.mean()
    label = (np.convolve(risk, np.ones(64) / 64, mode="same") > np.median(risk)).astype(np.int64)
    return sound("volatile_market", cut_in_time(returns, label, n_timesteps=64, stride=64, gap=640))


CONTROLS: tuple[Control, ...] = (
    random_windows,
    forty_windows,
    small_validation,
    long_windows,
    short_windows,
    many_channels,
    ar_recording,
    machine_recording,
    several_recordings,
    volatile_market,
)
