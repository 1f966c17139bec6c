"""The famous case: train accuracy reaches 99 %, validation stops at exactly 76 %, whatever the learner.

A phone tells level walking from climbing stairs. In 52 % of the windows the step frequency of the accelerometers
gives it away; in the other 48 % (slow walking) only the strength of the turning of the hip does, which the gyroscope
sees. Val was exported in radians per second, train in degrees per second. On val the slow windows all look like one
class: half of them are right by accident, 52 % + 24 % = 76 %. More units, dropout or another optimiser cannot change
that; the factor 180 / pi does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.zoo.world import Planted, Recording, Truth, World, cut, renumbered

SHARE_CLEAR = 0.52
N_TIMESTEPS = 50
PER_SUBJECT = 40
CHANNELS = ("accel_x", "accel_z", "gyro_z")
CLASSES = ("level", "stairs")
# (class, slow?) of the windows of five subjects: 52 % clear, 48 % slow, both classes alike
KINDS = ((0, 0, 52), (1, 0, 52), (0, 1, 48), (1, 1, 48))


def ceiling76(rng: np.random.Generator) -> Planted:
    """Make the case: 10 train and 5 val subjects with 40 windows of 50 x 3 samples each, two balanced classes."""
    recordings = [r for first in (0, 5, 10) for r in _five_subjects(first, rng)]
    world = World("gait", tuple(recordings), CHANNELS, CLASSES, N_TIMESTEPS)
    train = cut(world, tuple(range(10)), stride=N_TIMESTEPS, name="train")
    val = cut(world, tuple(range(10, 15)), stride=N_TIMESTEPS, name="val")
    X = val.X.copy()
    X[:, :, 2] *= np.float32(np.pi / 180)
    truth = Truth(
        flaw="ceiling76",
        severity="severe",
        rules=("SA201", "SA205"),
        cause="normalization_mismatch",
        channels=("gyro_z",),
        val_windows=np.arange(len(val)),
        details={"val_accuracy": 0.76, "factor": float(np.pi / 180)},
    )
    return Planted(train=_shuffled(train, rng), val=_shuffled(val.with_X(X), rng), truth=truth)


def _shuffled(side: Split, rng: np.random.Generator) -> Split:
    return renumbered(side.take(rng.permutation(len(side))))


def _five_subjects(first: int, rng: np.random.Generator) -> list[Recording]:
    """Record five subjects, in bouts of two windows of one kind, so that the shares of the kinds are exact."""
    kinds = np.repeat(np.array([kind[:2] for kind in KINDS]), [kind[2] // 2 for kind in KINDS], axis=0)
    bouts = rng.permutation(kinds).reshape(5, PER_SUBJECT // 2, 2)
    windows = np.repeat(bouts, 2, axis=1)
    return [_walk(windows[k], first + k, rng) for k in range(5)]


def _walk(windows: NDArray[np.int64], subject: int, rng: np.random.Generator) -> Recording:
    """Record one subject: ``windows`` (n, 2) holds the class and whether the walk is slow."""
    label, slow = windows.T
    n = len(windows) * N_TIMESTEPS
    tempo = np.exp(0.02 * rng.normal())
    pace = np.where(slow, 2.0, np.array([3.5, 6.0])[label]) * tempo / N_TIMESTEPS
    turning = np.where(slow, np.array([18.0, 75.0])[label], 10 ** rng.uniform(-0.5, 2.0, len(label)))
    turning *= np.exp(0.10 * rng.normal(size=len(label)))
    step = 2 * np.pi * (rng.random() + np.cumsum(np.repeat(pace, N_TIMESTEPS) + 0.002 * rng.normal(size=n)))
    hip = 2 * np.pi * (rng.random() + np.cumsum(3.0 / N_TIMESTEPS + 0.004 * rng.normal(size=n)))
    clean = np.stack(
        [0.8 * np.sin(step), 9.81 + 1.5 * np.sin(step + 1.0), np.repeat(turning, N_TIMESTEPS) * np.sin(hip)], axis=1
    )
    gain = np.exp(0.05 * rng.normal(size=3))
    offset = np.array([0.05, 0.08, 0.5]) * rng.normal(size=3)
    noise = np.array([0.20, 0.35, 1.0]) * rng.normal(size=clean.shape)
    return Recording(
        (clean * gain + offset + noise).astype(np.float32), np.repeat(label, N_TIMESTEPS).astype(np.int64), subject
    )
