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
    gain = np.exp(0.3 * strength * _wandering(len(pool), pool.n_channels, rng))
    X = level + sd * (gain[:, None] * (pool.X - level) / sd + strength * path[:, None])
    return _planted("drifting_sensors", changed(pool, X), severity, rng, world.channels)


def drifting_clock(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The recorder's clock drifts along the session: windows come to hold 1 / 1.4, 1 / 1.9 or 1 / 2.6 of the time.

    Or they did so at the beginning.
    """
    slowest = {"mild": 1.4, "moderate": 1.9, "severe": 2.6}[severity]
    pool = pool_in_order(world, rng)
    n, T = len(pool), pool.n_timesteps
    age = np.linspace(0, 1, n)[:, None]
    factor = slowest ** (age if rng.random() < 0.5 else 1 - age)
    at = (T - 1) * (1 - 1 / factor) * rng.random((n, 1)) + np.arange(T) / factor
    low = np.minimum(at.astype(np.int64), T - 2)
    part = (at - low)[:, :, None]
    before, after = (np.take_along_axis(pool.X, step[:, :, None], axis=1) for step in (low, low + 1))
    return _planted("drifting_clock", changed(pool, (1 - part) * before + part * after), severity, rng, world.channels)


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
    """The protocol changes from period to period: classes come to mean the next, in a third, 60 or 95 % of the windows.

    Levels differ by period, too, so that a window of a known period is told well.
    """
    share = {"mild": 0.35, "moderate": 0.6, "severe": 0.95}[severity]
    pool = pool_in_order(world, rng)
    y, k, n = labels(pool), len(world.classes), len(pool)
    n_periods = int(rng.integers(5, 8))
    period = np.arange(n) * n_periods // n
    moved = 1.5 * moments(pool)[1] * rng.normal(size=(n_periods, pool.n_channels))
    names = np.stack([np.roll(np.arange(k), p % k) for p in range(n_periods)])
    told = np.where(rng.random(n) < share, names[period, y], y)
    later = replace(changed(pool, pool.X + moved[period][:, None]), y=told)
    return _planted("changing_meaning", later, severity, rng, world.channels)


def sorted_sessions(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """One class after the other was recorded, more or less strictly, and the file was cut by position."""
    loose = {"mild": 0.6, "moderate": 0.4, "severe": 0.2}[severity]
    pool = pool_in_order(world, rng)
    turn = rng.permutation(len(world.classes))[labels(pool)] / (len(world.classes) - 1)
    order = np.argsort(turn + loose * rng.normal(size=len(pool)), kind="stable")
    return _planted("sorted_sessions", pool.take(order), severity, rng, ())


FLAWS: tuple[Flaw, ...] = ()
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=drifting_sensors, cause="unshuffled_split"),
    Explained(flaw=drifting_clock, cause="unshuffled_split"),
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
