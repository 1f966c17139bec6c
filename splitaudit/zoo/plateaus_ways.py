"""Plateaus at 76 % of which each stretch has a way of its own: patients who answer as they can, tools that wear apart.

The label of most windows is told by one channel, the same for all. The label of the others is told by the state of a
channel that depends on the patient, or on the tool. All other channels are in random states, and in val each of their
combinations comes once with every label: whatever was learned from them is right by accident only, in one window of
two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import make_split
from splitaudit.zoo.plateaus_labels import Sensors, on_sensors, shuffled_side, tone
from splitaudit.zoo.world import Planted, Truth

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
STILL_OR_MOVING = (0.75, 0.25)
LOW_MIDDLE_HIGH = (0.2, 0.6, 0.2)


def twins(n: int, shares: tuple[float, ...], n_channels: int, rng: np.random.Generator) -> tuple[Labels, Labels]:
    """Draw states (n, n_channels) with these shares, each combination once for both labels, and the labels (n,)."""
    states = np.repeat(rng.choice(len(shares), size=(n // 2, n_channels), p=shares), 2, axis=0)
    order = rng.permutation(n)
    return states[order], order % 2


SWITCHES = Sensors(
    channels=("hand", "foot", "knee", "chin", "cheek", "brow", "shoulder", "elbow", "neck"),
    scale=(1.0, 0.8, 0.9, 0.5, 0.3, 0.25, 0.7, 0.9, 0.5),
    offset=(0.4, 9.6, 7.1, -3.2, -6.0, -8.8, 5.0, 3.3, -1.5),
    classes=("no", "yes"),
    group="patient",
)


def unseen_group(rng: np.random.Generator) -> Planted:
    """Patients who cannot raise the hand answer with a muscle of their own.

    13 patients of each side sit and say yes by moving the hand. The others lie, and each has a muscle of their own,
    which they move, or stop moving, for yes; what they move besides means nothing. Those of val use muscles that mean
    nothing in train, and for each that moves one stops.
    """
    own = {"train": ((1, 1), (2, 0), (3, 1), (4, 0), (5, 1), (6, 0)), "val": ((7, 1), (7, 0), (8, 1), (8, 0)) * 2}
    sides, windows = [], np.empty(0, dtype=np.int64)
    for name, per_sitting, per_lying in (("train", 36, 72), ("val", 16, 24)):
        ways = rng.permutation([(0, 1)] * 13 + list(own[name]))
        parts = [_answers(key, yes, per_lying if key else per_sitting, rng) for key, yes in ways]
        who = np.repeat(np.arange(len(parts)), [len(y) for _, y in parts])
        lying = ways[who, 0] > 0
        latent = _muscles(np.concatenate([moves for moves, _ in parts]), lying, who, rng)
        side, order = shuffled_side(name, latent, np.concatenate([y for _, y in parts]), who, SWITCHES, rng)
        sides.append(side)
        windows = np.flatnonzero(lying[order])
    val = sides[1]
    assert val.groups is not None
    truth = Truth(
        flaw="unseen_group",
        severity="severe",
        rules=(),
        cause="unseen_group",
        groups=tuple(val.group_names[g] for g in np.unique(val.groups[windows])),
        val_windows=windows,
        details={"val_accuracy": 0.76},
    )
    return Planted(train=sides[0], val=val, truth=truth)


def _answers(key: int, yes: int, n: int, rng: np.random.Generator) -> tuple[Labels, Labels]:
    """Let one patient answer ``n`` times: which muscles move, and the answers."""
    moves, y = twins(n, STILL_OR_MOVING, 9, rng)
    moves[:, key] = y == yes
    return moves, y


def _muscles(moves: Labels, lying: NDArray[np.bool_], who: Labels, rng: np.random.Generator) -> Floats:
    n, T = len(moves), 40
    posture = rng.normal(size=(who.max() + 1, 9))[who] * np.where(lying, 1.0, 0.2)[:, None]
    posture[:, 0] = 0.2 * posture[:, 0] + 3.0 * lying
    X = 0.2 * rng.normal(size=(n, T, 9)) + posture[:, None, :] + 0.1 * rng.normal(size=(n, 1, 9))
    for c in range(9):
        X[:, :, c] += moves[:, c, None] * (1.0 + tone(3.0 + c % 3, n, T, rng))
    return X


MILL = (
    *("acoustic", "torque", "force_x", "force_y", "force_z", "bending", "current"),
    *("spindle_speed", "coolant_temperature"),
)
SCALE = (0.3, 12.0, 90.0, 75.0, 140.0, 0.8, 3.5, 8.0, 1.0)
OFFSET = (0.0, 55.0, 300.0, -120.0, 800.0, 2.0, 17.0, 96.0, 22.0)
PER_TOOL, CLEAR = 150, 78
# of each tool: the sensor that shows wear in quiet cuts, the state of it in which the tool is worn, speed and coolant
TOOLS = (
    *((1, 2, -1.0, 0.0), (2, 0, 1.0, 2.5), (3, 2, -1.0, 5.0), (4, 0, 1.0, 7.5)),
    *((5, 2, -1.0, 6.9), (5, 0, 1.0, 5.7), (6, 2, -1.0, 4.3), (6, 0, 1.0, 3.1)),
)


def unshuffled_split(rng: np.random.Generator) -> Planted:
    """One milling machine, month after month, and val is the second half of the file.

    Each of eight tools serves for 150 windows. The sound tells whether it is worn in 52 % of them; in the others, where
    the cut is quiet, one sensor does, and which one depends on the tool. The coolant gets warmer tool by tool until
    summer, and cooler thereafter. The last four tools are val; in a reshuffled file every tool is known.
    """
    parts = [_tool(*tool, rng) for tool in TOOLS]
    X, y, clear = (np.concatenate([part[k] for part in parts]) for k in range(3))
    X = on_sensors(X, SCALE, OFFSET)
    stop = len(y) // 2
    sides = [
        make_split(
            X[rows],
            y[rows],
            time=np.arange(len(y))[rows] * X.shape[1],
            channel_names=MILL,
            class_names=("sharp", "worn"),
            name=name,
        )
        for name, rows in (("train", slice(None, stop)), ("val", slice(stop, None)))
    ]
    truth = Truth(
        flaw="unshuffled_split",
        severity="severe",
        rules=("SA403",),
        cause="unshuffled_split",
        channels=("coolant_temperature",),
        val_windows=np.flatnonzero(clear[stop:] == 0),
        details={"val_accuracy": 0.76},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def _tool(key: int, worn: int, speed: float, warmth: float, rng: np.random.Generator) -> tuple[Floats, Labels, Labels]:
    """Record one tool: signals of unit scale, labels, and whether the sound tells them."""
    n, T = PER_TOOL, 40
    states, y = twins(n, LOW_MIDDLE_HIGH, 9, rng)
    clear = np.zeros(n, dtype=np.int64)
    for kind in (0, 1):
        clear[rng.permutation(np.flatnonzero(y == kind))[: CLEAR // 2]] = 1
    states[:, key] = np.where(clear, states[:, key], np.where(y == 1, worn, 2 - worn))
    X = 0.25 * rng.normal(size=(n, T, 9)) + 0.1 * rng.normal(size=(n, 1, 9))
    X[:, :, 0] += 1.2 * clear[:, None] * tone(np.array([3.0, 7.0])[y], n, T, rng)
    X[:, :, 1:7] += states[:, None, 1:7] - 1.0
    X[:, :, 7] += speed
    X[:, :, 8] = warmth + 0.2 * X[:, :, 8]
    return X, y, clear
