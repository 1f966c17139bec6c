"""Flaws of the numbers themselves: holes, dead channels, swapped axes, padding, raw counts."""

from __future__ import annotations

import numpy as np

from splitaudit.data.split import Split, make_split
from splitaudit.zoo.world import Flaw, Planted, Severity, Truth, World


def holes(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Stretches of one channel are NaN in some windows of both sides."""
    share = {"mild": 0.004, "moderate": 0.05, "severe": 0.3}[severity]
    channel = int(rng.integers(train.n_channels))
    sides, rows = [], []
    for side in (train, val):
        X = side.X.copy()
        bad = np.sort(rng.permutation(len(side))[: max(1, round(share * len(side)))])
        X[bad, 20:31, channel] = np.nan
        sides.append(side.with_X(X))
        rows.append(bad)
    truth = Truth(
        flaw="holes",
        severity=severity,
        rules=("SA601",),
        channels=(train.channels[channel],),
        timesteps=(20, 31),
        train_windows=rows[0],
        val_windows=rows[1],
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def dead_channel(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """A channel stands still in val (mild: on both sides)."""
    channel = int(rng.integers(train.n_channels))
    value = np.float32(train.X[:, :, channel].mean())
    sides = []
    for side in (train, val):
        X = side.X.copy()
        if side is val or severity == "mild":
            X[:, :, channel] = value if severity != "severe" else 0.0
        sides.append(side.with_X(X))
    truth = Truth(
        flaw="dead_channel",
        severity=severity,
        rules=("SA602",),
        cause="covariate_shift",
        channels=(train.channels[channel],),
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def swapped_axes(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """(windows, channels, time steps) are read as (windows, time steps, channels); mild: channels of one scale only."""
    sides = []
    for side in (train, val):
        X = side.X.transpose(0, 2, 1).astype(np.float32)
        if severity == "mild":
            X = (X - X.mean(axis=(0, 2), keepdims=True)) / X.std(axis=(0, 2), keepdims=True)
        names = [side.classes[k] for k in side.y] if side.y is not None else None
        groups = [side.group_names[g] for g in side.groups] if side.groups is not None else None
        sides.append(make_split(X, names, groups=groups, time=side.time, name=side.name))
    truth = Truth(flaw="swapped_axes", severity=severity, rules=("SA603",), cause="model_fault")
    return Planted(train=sides[0], val=sides[1], truth=truth)


def padding_moved(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Both sides are cut short and padded with zeros: train behind, val before (mild: both behind, val more)."""
    length = {"mild": 8, "moderate": 20, "severe": 32}[severity]
    ours, theirs = train.X.copy(), val.X.copy()
    if severity == "mild":
        ours[:, -4:] = 0
        theirs[:, -4 - length :] = 0
    else:
        ours[:, -length:] = 0
        theirs[:, length:] = val.X[:, :-length]
        theirs[:, :length] = 0
    truth = Truth(flaw="padding_moved", severity=severity, rules=("SA604",), cause="covariate_shift")
    return Planted(train=train.with_X(ours), val=val.with_X(theirs), truth=truth)


def raw_counts(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Val holds the converter's counts (mild: half precision)."""
    if severity == "mild":
        truth = Truth(flaw="raw_counts", severity=severity, rules=("SA605",), cause="normalization_mismatch")
        names = [val.classes[k] for k in val.y] if val.y is not None else None
        groups = [val.group_names[g] for g in val.groups] if val.groups is not None else None
        half = make_split(
            val.X.astype(np.float16), names, groups=groups, time=val.time, channel_names=val.channels, name=val.name
        )
        return Planted(train=train, val=half, truth=truth)
    full = np.abs(train.X).max(axis=(0, 1)) * 1.5
    bits = 15 if severity == "moderate" else 7
    counts = np.clip(np.round(val.X / full * 2**bits), -(2**bits), 2**bits - 1).astype(np.int16)
    truth = Truth(flaw="raw_counts", severity=severity, rules=("SA605",), cause="normalization_mismatch")
    return Planted(train=train, val=val.with_X(counts), truth=truth)


FLAWS: tuple[Flaw, ...] = (holes, dead_channel, swapped_axes, padding_moved, raw_counts)
