"""Flaws of scaling: other gains and units, scalers fitted on the wrong windows, clipped, rounded, swapped channels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World

Floats = NDArray[np.float64]


def rescaled_channels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """One channel of val has another gain, another one another offset.

    The spread grows 1.6-, 2.8- or 7.5-fold; the level moves by 0.8, 2 or 6 standard deviations.
    """
    gain, offset = {"mild": (1.6, 0.8), "moderate": (2.8, 2.0), "severe": (7.5, 6.0)}[severity]
    amplified, moved = rng.choice(val.n_channels, 2, replace=False)
    level, sd = _moments(train)
    X = val.X.astype(np.float64)
    X[:, :, amplified] = level[amplified] + gain * (X[:, :, amplified] - level[amplified])
    X[:, :, moved] += offset * sd[moved] * rng.choice([-1.0, 1.0])
    truth = Truth(
        flaw="rescaled_channels",
        severity=severity,
        rules=("SA201",),
        cause="normalization_mismatch",
        channels=(world.channels[amplified], world.channels[moved]),
        val_windows=np.arange(len(val)),
        details={"gain": gain, "offset_sd": offset},
    )
    return Planted(train=train, val=val.with_X(X.astype(np.float32)), truth=truth)


def scaler_on_both(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The scaler was fitted on train and val together.

    The sides are alike in the mild case; else one channel of val lies one or three standard deviations away.
    """
    offset = {"mild": 0.0, "moderate": 1.0, "severe": 3.0}[severity]
    channel = int(rng.integers(val.n_channels))
    X = [side.X.astype(np.float64) for side in (train, val)]
    X[1][:, :, channel] += offset * _moments(train)[1][channel]
    both = np.concatenate(X)
    level, sd = both.mean(axis=(0, 1)), both.std(axis=(0, 1))
    truth = Truth(
        flaw="scaler_on_both",
        severity=severity,
        rules=("SA202",),
        cause="normalization_mismatch",
        channels=world.channels,
        details={"offset_sd": offset},
    )
    ours, theirs = (((part - level) / sd).astype(np.float32) for part in X)
    return Planted(train=train.with_X(ours), val=val.with_X(theirs), truth=truth)


def scaler_per_side(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Each side was standardised with its own statistics, which hides that a channel of val had another gain.

    The gain was 1, 2 or 5, the offset 0, 1 or 3 standard deviations; afterwards there is no trace of either.
    """
    gain, offset = {"mild": (1.0, 0.0), "moderate": (2.0, 1.0), "severe": (5.0, 3.0)}[severity]
    channel = int(rng.integers(val.n_channels))
    sides = []
    for side in (train, val):
        X = side.X.astype(np.float64)
        if side is val:
            X[:, :, channel] = gain * X[:, :, channel] + offset * _moments(train)[1][channel]
        sides.append(side.with_X(((X - X.mean(axis=(0, 1))) / X.std(axis=(0, 1))).astype(np.float32)))
    truth = Truth(
        flaw="scaler_per_side",
        severity=severity,
        rules=("SA203",),
        cause="normalization_mismatch",
        channels=world.channels,
        details={"gain": gain, "offset_sd": offset, "channel": world.channels[channel]},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def forgotten_channel(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The scaler, fitted on train, left one channel out: the one with the largest numbers.

    It stands 30, 300 or 30,000 times (or more, in its own unit) above the rest.
    """
    least = {"mild": 30.0, "moderate": 300.0, "severe": 3e4}[severity]
    level, sd = _moments(train)
    channel = int(np.hypot(level, sd).argmax())
    factor = 1.0 if severity == "moderate" else least / np.hypot(level, sd)[channel]
    factor = max(factor, least / np.hypot(level, sd)[channel])
    sides = []
    for side in (train, val):
        X = (side.X.astype(np.float64) - level) / sd
        X[:, :, channel] = side.X[:, :, channel] * factor
        sides.append(side.with_X(X.astype(np.float32)))
    truth = Truth(
        flaw="forgotten_channel",
        severity=severity,
        rules=("SA204",),
        cause="normalization_mismatch",
        channels=(world.channels[channel],),
        details={"root_mean_square": float(np.hypot(level, sd)[channel] * factor)},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def other_unit(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """A channel of val is in another unit, either way: m/s and km/h, g and m/s², or radians and degrees."""
    factor = {"mild": 3.6, "moderate": 9.80665, "severe": 180 / np.pi}[severity]
    channel = int(rng.integers(val.n_channels))
    used = factor if rng.random() < 0.5 else 1 / factor
    X = val.X.astype(np.float64)
    X[:, :, channel] *= used
    truth = Truth(
        flaw="other_unit",
        severity=severity,
        rules=("SA205",),
        cause="normalization_mismatch",
        channels=(world.channels[channel],),
        val_windows=np.arange(len(val)),
        details={"factor": used},
    )
    return Planted(train=train, val=val.with_X(X.astype(np.float32)), truth=truth)


def subjects_in_other_unit(
    world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator
) -> Planted:
    """Two subjects of val were recorded with a device that gives another unit: 3.6, 9.81 or 1,000 times as large."""
    factor = {"mild": 3.6, "moderate": 9.80665, "severe": 1e3}[severity]
    assert val.groups is not None
    subjects = np.sort(rng.choice(np.unique(val.groups), 2, replace=False))
    channel = int(rng.integers(val.n_channels))
    rows = np.flatnonzero(np.isin(val.groups, subjects))
    X = val.X.astype(np.float64)
    X[rows, :, channel] *= factor
    truth = Truth(
        flaw="subjects_in_other_unit",
        severity=severity,
        rules=("SA205",),
        cause="normalization_mismatch",
        channels=(world.channels[channel],),
        groups=tuple(val.group_names[s] for s in subjects),
        val_windows=rows,
        details={"factor": factor},
    )
    return Planted(train=train, val=val.with_X(X.astype(np.float32)), truth=truth)


def clipped_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Two channels of val were cut off: 1.5 %, 5 % or 12 % of the samples at each end."""
    share = {"mild": 0.015, "moderate": 0.05, "severe": 0.12}[severity]
    chosen = np.sort(rng.choice(val.n_channels, 2, replace=False))
    X = val.X.copy()
    low, high = np.quantile(X[:, :, chosen], [share, 1 - share], axis=(0, 1)).astype(X.dtype)
    X[:, :, chosen] = np.clip(X[:, :, chosen], low, high)
    hit = (X[:, :, chosen] == low) | (X[:, :, chosen] == high)
    truth = Truth(
        flaw="clipped_val",
        severity=severity,
        rules=("SA206",),
        cause="normalization_mismatch",
        channels=tuple(world.channels[c] for c in chosen),
        val_windows=np.flatnonzero(hit.any(axis=(1, 2))),
        details={"share": share},
    )
    return Planted(train=train, val=val.with_X(X), truth=truth)


def permuted_channels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Channels of val stand in another order: two exchanged, three rotated, or all rotated.

    Standardised with the statistics of train beforehand, so that not the scale but the shape must tell.
    """
    number = {"mild": 2, "moderate": 3, "severe": val.n_channels}[severity]
    chosen = rng.choice(val.n_channels, min(number, val.n_channels), replace=False)
    order = np.arange(val.n_channels)
    order[chosen] = np.roll(chosen, 1)
    level, sd = _moments(train)
    ours, theirs = (((side.X - level) / sd).astype(np.float32) for side in (train, val))
    truth = Truth(
        flaw="permuted_channels",
        severity=severity,
        rules=("SA207",),
        cause="channel_mismatch",
        channels=tuple(world.channels[c] for c in np.sort(chosen)),
        val_windows=np.arange(len(val)),
        details={"order": order.tolist()},
    )
    return Planted(train=train.with_X(ours), val=val.with_X(theirs[:, :, order]), truth=truth)


def flipped_channels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """One channel of val (mild, moderate) or two (severe) have the opposite sign: those whose flip shows most.

    A symmetric channel can be flipped without a trace, so it is taken by level, skewness and correlations.
    """
    level, sd = _moments(train)
    z = (train.X.astype(np.float64) - level) / sd
    skewness = np.abs((z**3).mean(axis=(0, 1)))
    coupling = np.abs(np.corrcoef(z.reshape(-1, z.shape[2]).T) - np.eye(z.shape[2])).max(axis=1)
    visible = np.minimum(np.abs(level) / sd, 2.0) + skewness + coupling
    chosen = np.sort(np.argsort(-visible)[: 2 if severity == "severe" else 1])
    X = val.X.copy()
    X[:, :, chosen] *= -1
    truth = Truth(
        flaw="flipped_channels",
        severity=severity,
        rules=("SA207",),
        cause="channel_mismatch",
        channels=tuple(world.channels[c] for c in chosen),
        val_windows=np.arange(len(val)),
    )
    return Planted(train=train, val=val.with_X(X), truth=truth)


def rounded_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Two channels of val were rounded: to steps of 0.01, 0.1 or 0.5 standard deviations."""
    step = {"mild": 0.01, "moderate": 0.1, "severe": 0.5}[severity] * _moments(train)[1]
    chosen = np.sort(rng.choice(val.n_channels, 2, replace=False))
    X = val.X.astype(np.float64)
    X[:, :, chosen] = np.round(X[:, :, chosen] / step[chosen]) * step[chosen]
    truth = Truth(
        flaw="rounded_val",
        severity=severity,
        rules=("SA208",),
        cause="normalization_mismatch",
        channels=tuple(world.channels[c] for c in chosen),
        val_windows=np.arange(len(val)),
        details={"step": step[chosen].tolist()},
    )
    return Planted(train=train, val=val.with_X(X.astype(np.float32)), truth=truth)


def windowwise_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Windows of val were standardised one by one, those of train with train's statistics; 10 %, half or all of val."""
    share = {"mild": 0.1, "moderate": 0.5, "severe": 1.0}[severity]
    level, sd = _moments(train)
    rows = np.sort(rng.permutation(len(val))[: round(share * len(val))])
    ours, theirs = ((side.X.astype(np.float64) - level) / sd for side in (train, val))
    own = theirs[rows]
    theirs[rows] = (own - own.mean(axis=1, keepdims=True)) / own.std(axis=1, keepdims=True)
    truth = Truth(
        flaw="windowwise_val",
        severity=severity,
        rules=("SA209",),
        cause="normalization_mismatch",
        channels=world.channels,
        val_windows=rows,
        details={"share": share},
    )
    return Planted(train=train.with_X(ours.astype(np.float32)), val=val.with_X(theirs.astype(np.float32)), truth=truth)


def numb_channel(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """One sensor was dead in val: it holds a value, but for a trace of noise; in 40 %, 90 % or all of the windows."""
    share = {"mild": 0.4, "moderate": 0.9, "severe": 1.0}[severity]
    channel = int(rng.integers(val.n_channels))
    level, sd = _moments(train)
    rows = np.sort(rng.permutation(len(val))[: round(share * len(val))])
    X = val.X.copy()
    X[rows, :, channel] = level[channel] + 1e-5 * sd[channel] * rng.normal(size=(len(rows), val.n_timesteps))
    truth = Truth(
        flaw="numb_channel",
        severity=severity,
        rules=("SA210",),
        cause="normalization_mismatch",
        channels=(world.channels[channel],),
        val_windows=rows,
        details={"share": share},
    )
    return Planted(train=train, val=val.with_X(X), truth=truth)


def flat_windows(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Nothing moves in 40 %, 90 % or 97 % of the windows of both sides: they hold their first sample throughout."""
    share = {"mild": 0.4, "moderate": 0.9, "severe": 0.97}[severity]
    sides, rows = [], []
    for side in (train, val):
        chosen = np.sort(rng.permutation(len(side))[: round(share * len(side))])
        X = side.X.copy()
        X[chosen] = X[chosen, :1]
        sides.append(side.with_X(X))
        rows.append(chosen)
    truth = Truth(
        flaw="flat_windows",
        severity=severity,
        rules=("SA210",),
        cause="uninformative_window",
        channels=world.channels,
        train_windows=rows[0],
        val_windows=rows[1],
        details={"share": share},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


FLAWS: tuple[Flaw, ...] = (
    rescaled_channels,
    scaler_on_both,
    scaler_per_side,
    forgotten_channel,
    other_unit,
    subjects_in_other_unit,
    clipped_val,
    permuted_channels,
    flipped_channels,
    rounded_val,
    windowwise_val,
    numb_channel,
    flat_windows,
)
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=rescaled_channels, cause="normalization_mismatch", channels=2, in_place=True),
    Explained(flaw=other_unit, cause="normalization_mismatch", in_place=True),
    Explained(flaw=windowwise_val, cause="normalization_mismatch"),
    Explained(flaw=permuted_channels, cause="channel_mismatch", channels=2),
)


def _moments(side: Split) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each channel over all samples."""
    samples = side.X.reshape(-1, side.n_channels).astype(np.float64)
    return samples.mean(axis=0), samples.std(axis=0)
