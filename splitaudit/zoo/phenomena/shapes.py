"""Outlines and spectra as in archives of classification: one channel, windows that nobody cut from anything."""

from __future__ import annotations

import numpy as np

from splitaudit.zoo.phenomena.common import Floats, ar_noise
from splitaudit.zoo.world import Recording, World


def shapes(rng: np.random.Generator) -> World:
    """Five outlines, each a template that is warped, scaled and noisy; 100 samples, no subjects."""
    n, T, k = int(rng.integers(360, 800)), 100, 5
    templates = _bumps(np.random.default_rng(55), k)
    y = rng.permutation(np.arange(n) % k)
    recordings = []
    for i, label in enumerate(y):
        at = np.clip(np.linspace(0, 1, T) ** np.exp(0.25 * rng.normal()) + 0.03 * rng.normal(), 0, 1)
        outline = np.exp(0.15 * rng.normal()) * np.interp(at, np.linspace(0, 1, 200), templates[label])
        outline = outline + 0.35 * ar_noise((1, T), 0.8, rng)[0] + 0.1 * rng.normal()
        recordings.append(Recording(outline[:, None].astype(np.float32), np.full(T, label, dtype=np.int64), i))
    return World("shapes", tuple(recordings), ("outline",), tuple(f"kind {c}" for c in "ABCDE"), T)


def spectra(rng: np.random.Generator) -> World:
    """Three substances, common and rare, by two detectors: peaks over a baseline; 80 samples, no subjects."""
    n, T = int(rng.integers(360, 800)), 80
    places, width = np.array([[18, 45, 60], [20, 43, 60], [18, 47, 62]]), np.array([3.0, 5.0])
    y = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    recordings = []
    for i, label in enumerate(y):
        steps = np.arange(T)
        height = np.array([1.0, 0.8, 0.6]) * np.exp(0.15 * rng.normal(size=3))
        peaks = [
            (height * np.exp(-0.5 * ((steps[:, None] - places[label] - 0.8 * rng.normal()) / w) ** 2)).sum(axis=1)
            for w in width
        ]
        base = 0.5 * np.linspace(1, 0.4, T) * np.exp(0.2 * rng.normal())
        signal = np.stack(peaks, axis=1) + base[:, None] + 0.12 * rng.normal(size=(T, 2))
        recordings.append(
            Recording((signal * [1000.0, 350.0]).astype(np.float32), np.full(T, label, dtype=np.int64), i)
        )
    return World("spectra", tuple(recordings), ("detector 1", "detector 2"), ("alpha", "beta", "gamma"), T)


def _bumps(rng: np.random.Generator, k: int) -> Floats:
    """Return templates (k, 200): a common outline with a few bumps of their own."""
    grid = np.linspace(0, 1, 200)

    def some(n: int, size: float) -> Floats:
        place, wide = rng.random(n)[:, None], rng.uniform(0.04, 0.15, n)[:, None]
        bumps: Floats = (size * rng.normal(size=(n, 1)) * np.exp(-0.5 * ((grid - place) / wide) ** 2)).sum(axis=0)
        return bumps

    common = some(5, 1.0)
    return np.stack([common + some(3, 0.9) for _ in range(k)])
