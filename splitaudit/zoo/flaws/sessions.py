"""One long session that changes as it goes, cut by position: the past is train, the future is val."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo.tools import Floats, changed, cut_at, labels, moments, pool_in_order
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World


def drifting_sensors(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Levels and gains wander along the session, by 2, 4 or 8 standard deviations; nobody shuffled."""
    strength = {"mild": 2.0, "moderate": 4.0, "severe": 8.0}[severity]
    pool = pool_in_order(world, rng)
    level, sd = moments(pool)
    path = _wandering(len(pool), pool.n_channels, rng)
    gain = np.exp(0.15 * strength * _wandering(len(pool), pool.n_channels, rng))
    X = level + sd * (gain[:, None] * (pool.X - level) / sd + strength * path[:, None])
    return _planted("drifting_sensors", changed(pool, X), severity, rng, world.channels)


def days_in_order(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The file is sorted by day; each day the sensors are put on anew, ever farther from where they were at first."""
    strength = {"mild": 0.5, "moderate": 0.9, "severe": 1.6}[severity]
    pool = pool_in_order(world, rng)
    level, sd = moments(pool)
    n_days = int(rng.integers(8, 16))
    day = np.arange(len(pool)) * n_days // len(pool)
    c = pool.n_channels
    moved = np.cumsum(0.5 * strength * rng.normal(size=(n_days, c)), axis=0)
    turned = np.eye(c) + np.cumsum(0.3 * strength * rng.normal(size=(n_days, c, c)) / np.sqrt(c), axis=0)
    z = np.einsum("ntc,ndc->ntd", (pool.X - level) / sd, turned[day]) + moved[day][:, None]
    return _planted("days_in_order", changed(pool, level + sd * z), severity, rng, world.channels)


def changing_meaning(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The protocol changes along the session: one class after the other comes to mean the next; a level drifts."""
    final = {"mild": 0.3, "moderate": 0.5, "severe": 0.8}[severity]
    pool = pool_in_order(world, rng)
    y, k, n = labels(pool), len(world.classes), len(pool)
    age = np.linspace(0, 1, n)
    _, sd = moments(pool)
    channel = int(rng.integers(pool.n_channels))
    X = pool.X.astype(np.float64)
    X[:, :, channel] += 1.5 * sd[channel] * age[:, None]
    border = np.quantile(np.linspace(0, 1, n), np.clip(0.35 + 0.5 * rng.random(k) - final / 3, 0.1, 0.9))
    turned = (age > border[y]) & (rng.random(n) < final + 0.2)
    moved = replace(changed(pool, X), y=np.where(turned, (y + 1) % k, y))
    return _planted("changing_meaning", moved, severity, rng, (world.channels[channel],))


def sorted_sessions(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """One class after the other was recorded, more or less strictly, and the file was cut by position."""
    loose = {"mild": 0.8, "moderate": 0.5, "severe": 0.25}[severity]
    pool = pool_in_order(world, rng)
    turn = rng.permutation(len(world.classes))[labels(pool)] / (len(world.classes) - 1)
    order = np.argsort(turn + loose * rng.normal(size=len(pool)), kind="stable")
    return _planted("sorted_sessions", pool.take(order), severity, rng, ())


FLAWS: tuple[Flaw, ...] = ()
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=drifting_sensors, cause="unshuffled_split"),
    Explained(flaw=days_in_order, cause="unshuffled_split"),
    Explained(flaw=changing_meaning, cause="unshuffled_split"),
    Explained(flaw=sorted_sessions, cause="unshuffled_split"),
)


def _wandering(n: int, c: int, rng: np.random.Generator) -> Floats:
    """A random walk (n, c) with a trend, from 0 to a distance of about 1."""
    steps = rng.normal(size=(n, c)).cumsum(axis=0) / np.sqrt(n)
    trend = np.linspace(0, 1, n)[:, None] * rng.choice([-1.0, 1.0], c)
    path: Floats = 0.5 * steps + 0.7 * trend
    return path


def _planted(
    name: str, pool: Split, severity: Severity, rng: np.random.Generator, channels: tuple[str, ...]
) -> Planted:
    if rng.random() < 0.5:
        pool = replace(pool, time=np.arange(len(pool), dtype=np.float64) * pool.n_timesteps)
    train, val = cut_at(pool, float(rng.uniform(0.6, 0.75)))
    truth = Truth(
        flaw=name,
        severity=severity,
        rules=("SA403",),
        cause="unshuffled_split",
        channels=channels,
        val_windows=np.arange(len(val)),
    )
    return Planted(train=train, val=val, truth=truth)
