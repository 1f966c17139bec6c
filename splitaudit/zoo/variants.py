"""How a healthy split of a world looks: noise, stride, order, what is known of the windows; drawn per case."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo.world import Recording, World, cut, renumbered

MAX_WINDOWS = 900


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to make a split.

    ``noise`` is added to all recordings, in standard deviations of each channel; windows ``overlap`` by half inside a
    side or not; they stand ``in_order`` of recording and time or at random; ``bare`` strips groups, time and
    recordings; ``recorded`` adds a sound record of training.
    """

    noise: float
    overlap: bool
    in_order: bool
    bare: bool
    recorded: bool


def draw_variant(rng: np.random.Generator, *, hard: bool, named: bool) -> Variant:
    """Draw a variant: ``hard`` ones are noisy, ``named`` ones are never stripped."""
    noise = float(rng.uniform(0.7, 1.5) if hard else rng.choice([0.0, 0.0, 0.4, 0.8, 1.2]))
    overlap, in_order, bare, recorded = rng.random(4) < [0.3, 0.5, 0.34, 0.3]
    return Variant(noise, bool(overlap), bool(in_order), bool(bare) and not named, bool(recorded))


def vary(world: World, variant: Variant, rng: np.random.Generator) -> tuple[World, Split, Split]:
    """Return the world with noise, and a split of it by subject with all metadata: train, val."""
    if variant.noise:
        world = noisier(world, variant.noise, rng)
    stride = world.n_timesteps // 2 if variant.overlap and world.has_recordings else world.n_timesteps
    subjects = rng.permutation(np.unique([recording.subject for recording in world.recordings]))
    share = float(rng.uniform(0.25, 0.42))
    chosen = set(subjects[: max(2, round(share * len(subjects)))].tolist())
    sides = []
    for name, inside, most in (("train", False, MAX_WINDOWS), ("val", True, MAX_WINDOWS // 2)):
        own = tuple(i for i, r in enumerate(world.recordings) if (r.subject in chosen) == inside)
        side = cut(world, own, stride=stride, name=name)
        rows = rng.permutation(len(side))[:most] if not variant.in_order else _thinned(len(side), most)
        sides.append(renumbered(side.take(rows)))
    return world, sides[0], sides[1]


def noisier(world: World, amount: float, rng: np.random.Generator) -> World:
    """Add white noise of ``amount`` standard deviations of each channel to all recordings."""
    samples = np.concatenate([recording.signal for recording in world.recordings])
    sd = samples.std(axis=0, dtype=np.float64)
    whole_numbers = bool(np.all(samples[:1000] == np.round(samples[:1000])))
    recordings = []
    for recording in world.recordings:
        signal = recording.signal + amount * sd * rng.normal(size=recording.signal.shape)
        signal = np.round(signal) if whole_numbers else signal
        recordings.append(Recording(signal.astype(np.float32), recording.label, recording.subject))
    return replace(world, recordings=tuple(recordings))


def _thinned(n: int, most: int) -> np.ndarray:
    """Return the first ``most`` rows at regular distances, in order."""
    return np.arange(n) if n <= most else np.unique(np.linspace(0, n - 1, most).astype(np.int64))
