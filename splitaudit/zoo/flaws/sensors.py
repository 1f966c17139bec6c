"""Scaling and wiring that differ between the sides so much that accuracy suffers, whatever the number of channels."""

from __future__ import annotations

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo.tools import Integers, changed, moments
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World


def other_gains(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Half, most or all of the channels of val have another gain and mostly another level.

    2-, 4- or 10-fold, up or down; moved by 1, 2.5 or 5 standard deviations.
    """
    gain, offset = {"mild": (2.0, 1.0), "moderate": (4.0, 2.5), "severe": (10.0, 5.0)}[severity]
    share = {"mild": 0.5, "moderate": 0.8, "severe": 1.0}[severity]
    chosen = np.sort(rng.permutation(val.n_channels)[: max(1, round(share * val.n_channels))])
    level, sd = moments(train)
    factor = np.ones(val.n_channels)
    factor[chosen] = gain ** rng.choice([-1.0, 1.0], len(chosen))
    moved = np.zeros(val.n_channels)
    moved[chosen] = offset * rng.choice([-1.0, 1.0], len(chosen)) * (rng.random(len(chosen)) < 0.7)
    X = level + factor * (val.X - level) + moved * sd
    return _planted("other_gains", "SA201", "normalization_mismatch", world, train, changed(val, X), severity, chosen)


def raw_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Train was scaled, val was forgotten, was scaled by its extremes, or by constants of another project.

    In a third of the channels, in half of them or in all.
    """
    chosen = _some(val.n_channels, severity, rng)
    level, sd = moments(train)
    ours, theirs = ((side.X - level) / sd for side in (train, val))
    way = rng.integers(3)
    if way == 0:
        other = val.X.astype(np.float64)
    elif way == 1:
        low, high = val.X.min(axis=(0, 1)), val.X.max(axis=(0, 1))
        other = (val.X - low) / np.maximum(high - low, 1e-9)
    else:
        strength = {"mild": 0.7, "moderate": 1.0, "severe": 1.8}[severity]
        spread = np.exp(strength * rng.choice([-1.0, 1.0], val.n_channels))
        other = theirs * spread + strength * rng.normal(size=val.n_channels)
    theirs[:, :, chosen] = other[:, :, chosen]
    train, val = train.with_X(ours.astype(np.float32)), val.with_X(theirs.astype(np.float32))
    return _planted("raw_val", "SA201", "normalization_mismatch", world, train, val, severity, chosen)


def exchanged_channels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Two channels of val were exchanged, half of them or all stand in another order; nothing was scaled."""
    n = val.n_channels
    number = {"mild": 2, "moderate": max(2, (n + 1) // 2), "severe": n}[severity]
    chosen = rng.permutation(n)[:number]
    order = np.arange(n)
    order[chosen] = np.roll(chosen, 1)
    theirs = val.with_X(val.X[:, :, order])
    return _planted("exchanged_channels", "SA207", "channel_mismatch", world, train, theirs, severity, np.sort(chosen))


def flipped_signs(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """A third, half or all of the channels of val have the opposite sign: mounted the other way round."""
    chosen = _some(val.n_channels, severity, rng)
    X = val.X.copy()
    X[:, :, chosen] *= -1
    return _planted(
        "flipped_signs", "SA207", "channel_mismatch", world, train, val.with_X(X), severity, np.sort(chosen)
    )


FLAWS: tuple[Flaw, ...] = ()
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=other_gains, cause="normalization_mismatch", in_place=True),
    Explained(flaw=raw_val, cause="normalization_mismatch"),
    Explained(flaw=exchanged_channels, cause="channel_mismatch", channels=2, in_place=True),
    Explained(flaw=flipped_signs, cause="channel_mismatch", in_place=True),
)


def _some(n_channels: int, severity: Severity, rng: np.random.Generator) -> Integers:
    share = {"mild": 0.34, "moderate": 0.5, "severe": 1.0}[severity]
    return np.sort(rng.permutation(n_channels)[: max(1, round(share * n_channels))])


def _planted(
    name: str,
    rule: str,
    cause: str,
    world: World,
    train: Split,
    val: Split,
    severity: Severity,
    channels: Integers,
) -> Planted:
    truth = Truth(
        flaw=name,
        severity=severity,
        rules=(rule,),
        cause=cause,
        channels=tuple(world.channels[c] for c in channels),
        val_windows=np.arange(len(val)),
    )
    return Planted(train=train, val=val, truth=truth)
