"""Healthy splits with odd sensors or odd preparation, the same on both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.zoo.controls.common import Control, Samples, by_subject, map_samples, sound, spread
from splitaudit.zoo.world import Planted


def constant_channel(rng: np.random.Generator) -> Planted:
    """One channel holds one value on both sides: a sensor that was not plugged in."""
    channel = int(rng.integers(4))

    def change(X: Samples) -> Samples:
        X = X.copy()
        X[:, :, channel] = 4.2
        return X

    return sound("constant_channel", map_samples(by_subject(rng), change))


def integer_samples(rng: np.random.Generator) -> Planted:
    """All channels are raw counts of a converter, int16."""
    sides = by_subject(rng)
    step = spread(sides[0]) / 200
    middle = sides[0].X.mean(axis=(0, 1), dtype=np.float64)

    def change(X: Samples) -> NDArray[Any]:
        counts: NDArray[Any] = np.clip(np.round((X - middle) / step), -32768, 32767).astype(np.int16)
        return counts

    return sound("integer_samples", map_samples(sides, change))


def coarse_channel(rng: np.random.Generator) -> Planted:
    """One channel has steps of half its spread, on both sides."""
    sides = by_subject(rng)
    channel = int(rng.integers(4))
    step = 0.5 * spread(sides[0])[channel]

    def change(X: Samples) -> Samples:
        X = X.copy()
        X[:, :, channel] = np.round(X[:, :, channel] / step) * step
        return X

    return sound("coarse_channel", map_samples(sides, change))


def saturated(rng: np.random.Generator) -> Planted:
    """Let the converter clip 3 % of the samples at each end, on both sides."""
    sides = by_subject(rng)
    low, high = np.quantile(sides[0].X.reshape(-1, 4), [0.03, 0.97], axis=0).astype(np.float32)
    return sound("saturated", map_samples(sides, lambda X: np.clip(X, low, high)))


def standardised_by_train(rng: np.random.Generator) -> Planted:
    """Both sides were standardised with the statistics of train, as one should."""
    sides = by_subject(rng)
    middle, sd = sides[0].X.mean(axis=(0, 1), dtype=np.float64), spread(sides[0])
    return sound("standardised_by_train", map_samples(sides, lambda X: ((X - middle) / sd).astype(np.float32)))


def min_max_by_train(rng: np.random.Generator) -> Planted:
    """Both sides were scaled to train's range; val leaves it a little, as it may."""
    sides = by_subject(rng)
    low, high = sides[0].X.min(axis=(0, 1)), sides[0].X.max(axis=(0, 1))
    return sound("min_max_by_train", map_samples(sides, lambda X: ((X - low) / (high - low)).astype(np.float32)))


def windowwise_standardised(rng: np.random.Generator) -> Planted:
    """Every window was standardised by itself, on both sides."""

    def change(X: Samples) -> Samples:
        wide = X.astype(np.float64)
        wide = (wide - wide.mean(axis=1, keepdims=True)) / wide.std(axis=1, keepdims=True)
        narrow: Samples = wide.astype(np.float32)
        return narrow

    return sound("windowwise_standardised", map_samples(by_subject(rng), change))


def heavy_tails(rng: np.random.Generator) -> Planted:
    """Spikes of Student's t with 2 degrees of freedom ride on every channel."""
    sides = by_subject(rng)
    sd = spread(sides[0])

    def change(X: Samples) -> Samples:
        return (X + 0.3 * sd * rng.standard_t(2.0, size=X.shape)).astype(np.float32)

    return sound("heavy_tails", map_samples(sides, change))


def large_offset(rng: np.random.Generator) -> Planted:
    """Levels are a hundred thousand times the spread, in float64: air pressure in pascal."""
    sides = by_subject(rng)
    sd = spread(sides[0])
    return sound("large_offset", map_samples(sides, lambda X: X.astype(np.float64) + 1e5 * sd))


def silence(rng: np.random.Generator) -> Planted:
    """Let a third of the windows be exactly zero: the device was off, and the first class says so."""

    def change(side: Split) -> Split:
        assert side.y is not None
        X = side.X.copy()
        X[side.y == 0] = 0
        return side.with_X(X)

    train, val = by_subject(rng)
    return sound("silence", (change(train), change(val)))


def stuck_stretches(rng: np.random.Generator) -> Planted:
    """In a fifth of the windows one channel holds its last value, on both sides."""

    def change(X: Samples) -> Samples:
        X = X.copy()
        rows = np.flatnonzero(rng.random(len(X)) < 0.2)
        channels = rng.integers(X.shape[2], size=len(rows))
        X[rows, :, channels] = X[rows, 0, channels][:, None]
        return X

    return sound("stuck_stretches", map_samples(by_subject(rng), change))


def padded(rng: np.random.Generator) -> Planted:
    """Events of different length are padded with zeros at the end, on both sides alike."""

    def change(X: Samples) -> Samples:
        length = rng.integers(40, X.shape[1] + 1, len(X))
        beyond = np.arange(X.shape[1]) >= length[:, None]
        return np.where(beyond[:, :, None], np.float32(0), X)

    return sound("padded", map_samples(by_subject(rng), change))


def lookalikes(rng: np.random.Generator) -> Planted:
    """Clean periodic machines: every honest window is like many others but for phase and a little noise."""
    train, val = by_subject(rng, "tones", n_subjects=12)

    def change(side: Split) -> Split:
        assert side.y is not None
        phase = rng.random((len(side), 1, 1)) + np.array([0.0, 0.1, 0.3, 0.6])
        cycles = np.array([3.0, 4.0, 5.0])[side.y][:, None, None] * np.arange(side.n_timesteps)[None, :, None] / 64
        wave = np.sin(2 * np.pi * (cycles + phase)) + 0.3 * np.sin(4 * np.pi * (cycles + phase))
        X = wave + 0.01 * rng.normal(size=side.X.shape)
        return side.with_X((np.array([1.0, 90.0, 45.0, 0.02]) * X).astype(np.float32))

    return sound("lookalikes", (change(train), change(val)))


def single_channel(rng: np.random.Generator) -> Planted:
    """There is one channel only."""
    channel = int(rng.integers(4))
    train, val = by_subject(rng)
    return sound("single_channel", (train.take_channels([channel]), val.take_channels([channel])))


def without_labels(rng: np.random.Generator) -> Planted:
    """Nobody has labelled anything yet."""
    train, val = (replace(side, y=None, classes=(), label_kind="none") for side in by_subject(rng))
    return sound("without_labels", (train, val))


CONTROLS: tuple[Control, ...] = (
    constant_channel,
    integer_samples,
    coarse_channel,
    saturated,
    standardised_by_train,
    min_max_by_train,
    windowwise_standardised,
    heavy_tails,
    large_offset,
    silence,
    stuck_stretches,
    padded,
    lookalikes,
    single_channel,
    without_labels,
)
