"""Flaws that move validation away from train: another regime, filter, coupling, rate, person or time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from splitaudit.data.split import Split
from splitaudit.zoo import signals
from splitaudit.zoo.world import Explained, Flaw, Planted, Recording, Severity, Truth, World, cut, recordings_of


def regime_in_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Let the last part of every val recording come from a regime that train never saw: stronger, with a rhythm.

    Share of val windows: 25 % mild, 50 % moderate, all severe.
    """
    share = {"mild": 0.25, "moderate": 0.5, "severe": 1.0}[severity]
    spread, rows = _sd(train), _late_rows(val, share)
    X = val.X.copy()
    level = X[rows].mean(axis=1, keepdims=True)
    cycles = 0.21 * np.arange(val.n_timesteps)[None, :, None] + rng.random((len(rows), 1, 1))
    rhythm = 0.7 * spread * np.sin(2 * np.pi * (cycles + np.arange(val.n_channels) / 7))
    X[rows] = level + 1.3 * (X[rows] - level) + rhythm
    truth = Truth(
        flaw="regime_in_val",
        severity=severity,
        rules=("SA101", "SA102"),
        cause="covariate_shift",
        channels=world.channels,
        val_windows=rows,
        details={"share": share},
    )
    return Planted(train=train, val=val.with_X(X), truth=truth)


def smoothed_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Low-pass filter two channels of val, as another firmware would; Gaussian of 0.6, 1 or 2 samples."""
    width = {"mild": 0.6, "moderate": 1.0, "severe": 2.0}[severity]
    chosen = np.sort(rng.choice(val.n_channels, min(2, val.n_channels), replace=False))
    recordings = list(world.recordings)
    for r in np.unique(recordings_of(val)):
        smooth = recordings[r].signal.copy()
        smooth[:, chosen] = ndimage.gaussian_filter1d(smooth[:, chosen], width, axis=0, mode="nearest")
        recordings[r] = Recording(smooth, recordings[r].label, recordings[r].subject)
    truth = Truth(
        flaw="smoothed_val",
        severity=severity,
        rules=("SA101", "SA103"),
        cause="covariate_shift",
        channels=tuple(world.channels[c] for c in chosen),
        val_windows=np.arange(len(val)),
        details={"width": width},
    )
    return Planted(train=train, val=val.with_X(_windows_at(recordings, world, val)), truth=truth)


def noisy_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Add white noise to one channel of val: 0.25, 0.5 or 1 standard deviation of the channel."""
    size = {"mild": 0.25, "moderate": 0.5, "severe": 1.0}[severity]
    channel = int(rng.integers(val.n_channels))
    X = val.X.copy()
    X[:, :, channel] += size * _sd(train)[channel] * rng.normal(size=X.shape[:2])
    truth = Truth(
        flaw="noisy_val",
        severity=severity,
        rules=("SA101", "SA103"),
        cause="covariate_shift",
        channels=(world.channels[channel],),
        val_windows=np.arange(len(val)),
        details={"size": size},
    )
    return Planted(train=train, val=val.with_X(X), truth=truth)


def decoupled_channels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Exchange one channel of val between windows of one subject and class, so that it has no relation to the others.

    Every marginal, spectrum and label stays as it was. The most coupled channel is taken. Share of val
    windows: half mild, all moderate; severe does it to every channel.
    """
    strength = _coupling(train)
    order = np.argsort(-strength)
    chosen = order[:1] if severity != "severe" else order
    taken = rng.random(len(val)) < {"mild": 0.5, "moderate": 1.0, "severe": 1.0}[severity]
    X = val.X.copy()
    assert val.groups is not None
    assert val.y is not None
    for cell in np.unique(np.stack([val.groups, val.y]), axis=1).T:
        rows = np.flatnonzero((val.groups == cell[0]) & (val.y == cell[1]) & taken)
        for place, channel in enumerate(chosen):
            X[rows, :, channel] = val.X[np.roll(rows, place + 1), :, channel]
    truth = Truth(
        flaw="decoupled_channels",
        severity=severity,
        rules=("SA104",),
        cause="covariate_shift",
        channels=tuple(world.channels[c] for c in chosen),
        val_windows=np.flatnonzero(taken),
        details={"coupling_before": float(strength[chosen[0]])},
    )
    return Planted(train=train, val=val.with_X(X), truth=truth)


def frequency_moved(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Sample val at a lower rate, so that all its frequencies are higher: by 25 %, 50 % or 100 %."""
    up, down = {"mild": (4, 5), "moderate": (2, 3), "severe": (1, 2)}[severity]
    recordings = list(world.recordings)
    chosen = np.unique(recordings_of(val))
    for r in chosen:
        old = recordings[r]
        level = old.signal.mean(axis=0)
        fast = signal.resample_poly(old.signal - level, up, down, axis=0) + level
        label = old.label[np.arange(len(fast)) * down // up]
        recordings[r] = Recording(fast.astype(np.float32), label, old.subject)
    faster = World(world.base, tuple(recordings), world.channels, world.classes, world.n_timesteps)
    moved = cut(faster, tuple(chosen.tolist()), stride=world.n_timesteps, name=val.name)
    truth = Truth(
        flaw="frequency_moved",
        severity=severity,
        rules=("SA101", "SA103"),
        cause="covariate_shift",
        channels=world.channels,
        val_windows=np.arange(len(moved)),
        details={"factor": down / up},
    )
    return Planted(train=train, val=moved.take(rng.permutation(len(moved))), truth=truth)


def strange_subject(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Put one val subject far from everybody: levels moved by 1, 2.5 or 4 sd, gains by 1.25, 1.6 or 2.5."""
    offset, gain = {"mild": (1.0, 1.25), "moderate": (2.5, 1.6), "severe": (4.0, 2.5)}[severity]
    assert val.groups is not None
    subject = int(rng.choice(np.unique(val.groups)))
    rows = np.flatnonzero(val.groups == subject)
    X = val.X.copy()
    level = X[rows].mean(axis=(0, 1))
    moved = level + offset * _sd(train) * rng.choice([-1.0, 1.0], val.n_channels)
    X[rows] = moved + gain * (X[rows] - level)
    truth = Truth(
        flaw="strange_subject",
        severity=severity,
        rules=("SA105",),
        cause="unseen_group",
        channels=world.channels,
        groups=(val.group_names[subject],),
        val_windows=rows,
        details={"offset": offset, "gain": gain},
    )
    return Planted(train=train, val=val.with_X(X), truth=truth)


def drifting_time(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Cut one long recording in time while two sensors drift along it: one in level, one in gain.

    From start to end the level moves by 1, 2 or 4 standard deviations and the gain grows by half, to the double or to
    the fourfold. Train is the first two thirds; a gap of four windows follows.
    """
    move, growth = {"mild": (1.0, 1.5), "moderate": (2.0, 2.0), "severe": (4.0, 4.0)}[severity]
    T = world.n_timesteps
    n = max(90, len(train) + len(val))
    base = signals.make(world.base, rng, n_subjects=1, windows_per_subject=n, n_timesteps=T, n_recordings=1)
    steady = base.recordings[0]
    leveled, amplified = rng.choice(len(world.channels), 2, replace=False)
    ramp = np.linspace(0, 1, len(steady.signal))
    drifted = steady.signal.astype(np.float64)
    drifted[:, leveled] += move * rng.choice([-1, 1]) * drifted[:, leveled].std() * ramp
    level = drifted[:, amplified].mean()
    drifted[:, amplified] = level + (drifted[:, amplified] - level) * growth**ramp
    moved = Recording(drifted.astype(np.float32), steady.label, 0)
    whole = cut(World(base.base, (moved,), base.channels, base.classes, T), (0,), stride=T, name="train")
    parts = (np.arange(2 * n // 3), np.arange(2 * n // 3 + 4, n))
    single = replace(whole, groups=None, group_names=(), recording=None, recording_names=())
    sides = [
        replace(single.take(rng.permutation(part)), name=name)
        for part, name in zip(parts, ("train", "val"), strict=True)
    ]
    truth = Truth(
        flaw="drifting_time",
        severity=severity,
        rules=("SA106",),
        cause="unshuffled_split",
        channels=(world.channels[leveled], world.channels[amplified]),
        val_windows=np.arange(len(sides[1])),
        details={"level_sd": move, "gain": growth},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


FLAWS: tuple[Flaw, ...] = (
    regime_in_val,
    smoothed_val,
    noisy_val,
    decoupled_channels,
    frequency_moved,
    strange_subject,
    drifting_time,
)
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=regime_in_val, cause="covariate_shift", recordings=True),
    Explained(flaw=smoothed_val, cause="covariate_shift", recordings=True),
    Explained(flaw=frequency_moved, cause="covariate_shift", recordings=True),
)


def _sd(side: Split) -> NDArray[np.float64]:
    """Return the standard deviation of each channel over all samples."""
    spread: NDArray[np.float64] = side.X.reshape(-1, side.n_channels).astype(np.float64).std(axis=0)
    return spread


def _late_rows(side: Split, share: float) -> NDArray[np.int64]:
    """Return the rows of the last ``share`` of every recording, in time."""
    assert side.recording is not None
    assert side.time is not None
    rows = []
    for r in np.unique(side.recording):
        inside = np.flatnonzero(side.recording == r)
        inside = inside[np.argsort(side.time[inside], kind="stable")]
        rows.append(inside[len(inside) - round(share * len(inside)) :])
    return np.sort(np.concatenate(rows))


def _windows_at(recordings: list[Recording], world: World, side: Split) -> NDArray[np.float32]:
    """Cut the windows of a side again, out of changed recordings of the same length."""
    assert side.time is not None
    starts = side.time.astype(np.int64)
    at = recordings_of(side)
    cuts = [recordings[r].signal[s : s + world.n_timesteps] for r, s in zip(at, starts, strict=True)]
    return np.stack(cuts)


def _coupling(side: Split) -> NDArray[np.float64]:
    """Return the strongest absolute within-window correlation of each channel with another."""
    X = side.X.astype(np.float64) - side.X.mean(axis=1, keepdims=True, dtype=np.float64)
    product = np.einsum("nti,ntj->ij", X / X.std(axis=(0, 1)), X / X.std(axis=(0, 1))) / (X.shape[0] * X.shape[1])
    np.fill_diagonal(product, 0)
    strongest: NDArray[np.float64] = np.abs(product).max(axis=1)
    return strongest
