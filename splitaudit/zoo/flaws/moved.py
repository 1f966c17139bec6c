"""Shifts of the samples that no scaling, sign or order of channels undoes, strong enough to cost accuracy."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from splitaudit.data.split import Split
from splitaudit.zoo.tools import Floats, changed, moments
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World


def noise_in_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """All channels of val are noisy: white noise of 0.5, 1 or 2 standard deviations."""
    size = {"mild": 0.5, "moderate": 1.0, "severe": 2.0}[severity]
    X = val.X + size * moments(train)[1] * rng.normal(size=val.X.shape)
    return _planted("noise_in_val", world, train, val, X, severity)


def lowpass_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Another device smooths all channels of val: a Gaussian of 1, 2 or 4 samples."""
    width = {"mild": 1.0, "moderate": 2.0, "severe": 4.0}[severity]
    X = ndimage.gaussian_filter1d(val.X.astype(np.float64), width, axis=1, mode="nearest")
    return _planted("lowpass_val", world, train, val, X, severity)


def rotated_sensors(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The sensors of val are mounted at an angle: standardised channels are mixed in pairs, by 30, 50 or 70 degrees."""
    angle = np.deg2rad({"mild": 30.0, "moderate": 50.0, "severe": 70.0}[severity])
    level, sd = moments(train)
    z = (val.X - level) / sd
    order = rng.permutation(val.n_channels)
    for a, b in zip(order[::2], order[1::2], strict=False):
        turned = angle * rng.choice([-1.0, 1.0])
        first = np.cos(turned) * z[:, :, a] - np.sin(turned) * z[:, :, b]
        z[:, :, b] = np.sin(turned) * z[:, :, a] + np.cos(turned) * z[:, :, b]
        z[:, :, a] = first
    return _planted("rotated_sensors", world, train, val, level + sd * z, severity)


def hum_in_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """A hum lies over all channels of val: a sine of random phase of 0.8, 1.5 or 3 standard deviations."""
    size = {"mild": 0.8, "moderate": 1.5, "severe": 3.0}[severity]
    n, T, c = val.X.shape
    cycles = float(rng.uniform(0.06, 0.3)) * np.arange(T)[None, :, None] + rng.random((n, 1, 1))
    X = val.X + size * moments(train)[1] * np.sin(2 * np.pi * (cycles + np.arange(c) / 7))
    return _planted("hum_in_val", world, train, val, X, severity)


def bent_sensors(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The sensors of val answer in another curve: they saturate to one side and exaggerate to the other."""
    bend = {"mild": 0.5, "moderate": 1.0, "severe": 1.6}[severity]
    level, sd = moments(train)
    z = np.clip((val.X - level) / sd, -4, 4) * rng.choice([-1.0, 1.0], val.n_channels)
    X = level + sd * (np.exp(bend * z) - 1) / bend
    return _planted("bent_sensors", world, train, val, X, severity)


def slower_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Val was sampled at a higher rate: its windows hold 1 / 1.3, 1 / 1.6 or 1 / 2.2 of the time."""
    factor = {"mild": 1.3, "moderate": 1.6, "severe": 2.2}[severity]
    T = val.n_timesteps
    start = (T - 1) * (1 - 1 / factor) * rng.random()
    at = start + np.arange(T) / factor
    low = np.minimum(at.astype(np.int64), T - 2)
    part = (at - low)[None, :, None]
    X = (1 - part) * val.X[:, low] + part * val.X[:, low + 1]
    return _planted("slower_val", world, train, val, X, severity)


def dropouts_in_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The link of val breaks: stretches of its windows hold the last value, 30, 55 or 80 % of the samples."""
    share = {"mild": 0.3, "moderate": 0.55, "severe": 0.8}[severity]
    n, T, _ = val.X.shape
    length = max(3, T // 8)
    lost = rng.random((n, -(-T // length))) < share
    lost[:, 0] = False
    held = np.repeat(lost, length, axis=1)[:, :T]
    last = np.maximum.accumulate(np.where(held, 0, np.arange(T)), axis=1)
    X = np.take_along_axis(val.X, last[:, :, None], axis=1)
    return _planted("dropouts_in_val", world, train, val, X, severity)


FLAWS: tuple[Flaw, ...] = ()
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=noise_in_val, cause="covariate_shift", in_place=True),
    Explained(flaw=lowpass_val, cause="covariate_shift", in_place=True),
    Explained(flaw=rotated_sensors, cause="covariate_shift", channels=2, in_place=True),
    Explained(flaw=hum_in_val, cause="covariate_shift", in_place=True),
    Explained(flaw=bent_sensors, cause="covariate_shift", in_place=True),
    Explained(flaw=slower_val, cause="covariate_shift", in_place=True),
    Explained(flaw=dropouts_in_val, cause="covariate_shift", in_place=True),
)


def _planted(name: str, world: World, train: Split, val: Split, X: Floats, severity: Severity) -> Planted:
    truth = Truth(
        flaw=name,
        severity=severity,
        rules=("SA101",),
        cause="covariate_shift",
        channels=world.channels,
        val_windows=np.arange(len(val)),
    )
    return Planted(train=train, val=changed(val, X), truth=truth)
