"""Leaks through the structure of the data: shared subjects, neighbours in time, channels that know the label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World, cut

VAL_SHARE = 0.35


def shared_subjects(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Draw windows instead of subjects: everybody is on both sides, and the label is a trait of the subject.

    Every subject has one diagnosis, which the signal does not show, and wears the sensors in their own way (levels
    differ by a half or one standard deviation). In the mild case two fifths of the windows are labelled by what is
    done instead.
    """
    share, offset = {"mild": (0.6, 0.5), "moderate": (1.0, 0.5), "severe": (1.0, 1.0)}[severity]
    whole = _whole(world, world.n_timesteps)
    assert whole.groups is not None
    assert whole.y is not None
    n_subjects = len(whole.group_names)
    sd = whole.X.reshape(-1, whole.n_channels).astype(np.float64).std(axis=0)
    manner = offset * sd * rng.normal(size=(n_subjects, 1, whole.n_channels))
    diagnosis = rng.permutation(np.arange(n_subjects) % len(whole.classes))
    y = np.where(rng.random(len(whole)) < share, diagnosis[whole.groups], whole.y)
    worn = replace(whole.with_X((whole.X + manner[whole.groups]).astype(np.float32)), y=y)
    sides = _drawn(worn, rng)
    truth = Truth(
        flaw="shared_subjects",
        severity=severity,
        rules=("SA304",),
        cause="leakage_group",
        groups=whole.group_names,
        val_windows=np.arange(len(sides[1])),
        details={"share": share, "offset_sd": offset},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def interleaved_time(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Cut overlapping windows first and draw the sides from them: val windows lie between train windows in time.

    Mild: a twentieth of the val windows comes out of train's recordings, overlapping by half; moderate: all are
    drawn at random, overlapping by half; severe: by three quarters.
    """
    T = world.n_timesteps
    whole = _whole(world, T // 4 if severity == "severe" else T // 2)
    if severity != "mild":
        sides = _drawn(whole, rng)
    else:
        assert whole.groups is not None
        strangers = np.isin(
            whole.groups, rng.permutation(len(whole.group_names))[: max(2, len(whole.group_names) // 3)]
        )
        own, others = np.flatnonzero(strangers), rng.permutation(np.flatnonzero(~strangers))
        moved = len(own) // 19
        sides = _sides(whole, np.sort(others[moved:]), np.sort(np.concatenate([own, others[:moved]])))
    truth = Truth(
        flaw="interleaved_time",
        severity=severity,
        rules=("SA305",),
        cause="leakage_overlap",
        val_windows=_beside(sides, T),
        details={"stride": T // 4 if severity == "severe" else T // 2},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def target_leak(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Let one channel know the label.

    Mild: its level follows the class by 1.5 standard deviations. Moderate: in the last quarter of the window it
    shows the state that the controller answered with, three standard deviations apart with a little noise. Severe:
    it is the annotation track itself.
    """
    channel = int(rng.integers(train.n_channels))
    level = train.X[:, :, channel].mean(dtype=np.float64)
    sd = float(train.X[:, :, channel].std(dtype=np.float64))
    T = train.n_timesteps
    code = rng.permutation(len(train.classes))
    sides = []
    for side in (train, val):
        assert side.y is not None
        X = side.X.astype(np.float64)
        told = code[side.y][:, None]
        if severity == "mild":
            X[:, :, channel] += 1.5 * sd * told
        elif severity == "moderate":
            X[:, T - T // 4 :, channel] = level + sd * (3 * told + 0.1 * rng.normal(size=(len(X), T // 4)))
        else:
            X[:, :, channel] = told
        sides.append(side.with_X(X.astype(np.float32)))
    truth = Truth(
        flaw="target_leak",
        severity=severity,
        rules=("SA306",),
        cause="target_leak",
        channels=(world.channels[channel],),
        timesteps=(T - T // 4, T) if severity == "moderate" else None,
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def shortcut_channel(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Mark the class in one channel of train; in val the same marks are there, but not with the class.

    The mark is a level that follows the session in which a class was recorded: 0.75, 2.5 or 4 standard deviations
    apart. In val every class was recorded in every session.
    """
    apart = {"mild": 0.75, "moderate": 2.5, "severe": 4.0}[severity]
    channel = int(rng.integers(train.n_channels))
    sd = float(train.X[:, :, channel].std(dtype=np.float64))
    session = rng.permutation(len(train.classes))
    assert train.y is not None
    assert val.y is not None
    sides = []
    for side, mark in ((train, session[train.y]), (val, rng.permutation(session[val.y]))):
        X = side.X.astype(np.float64)
        X[:, :, channel] += apart * sd * mark[:, None]
        sides.append(side.with_X(X.astype(np.float32)))
    truth = Truth(
        flaw="shortcut_channel",
        severity=severity,
        rules=("SA307",),
        cause="shortcut_in_train",
        channels=(world.channels[channel],),
        details={"apart_sd": apart},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def sorted_by_label(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Write the windows class by class, more or less strictly, and cut the file by position.

    Mild: the order of the classes shines through; moderate: nine of ten windows stand where their class stands; severe:
    the file is sorted.
    """
    loose = {"mild": 1.2, "moderate": 0.35, "severe": 0.0}[severity]
    whole = _whole(world, world.n_timesteps)
    assert whole.y is not None
    turn = rng.permutation(len(whole.classes))[whole.y]
    order = np.argsort(turn + loose * rng.normal(size=len(whole)) + 1e-6 * rng.random(len(whole)), kind="stable")
    border = round((1 - VAL_SHARE) * len(whole))
    sides = _sides(whole, order[:border], order[border:])
    truth = Truth(
        flaw="sorted_by_label",
        severity=severity,
        rules=("SA309",),
        cause="unshuffled_split",
        details={"loose": loose},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


FLAWS: tuple[Flaw, ...] = (shared_subjects, interleaved_time, target_leak, shortcut_channel, sorted_by_label)
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=shared_subjects, cause="leakage_group", subjects=True, named=True),
    Explained(flaw=target_leak, cause="target_leak", channels=2, hard=True, in_place=True),
    Explained(flaw=shortcut_channel, cause="shortcut_in_train", channels=2, in_place=True),
)


def _whole(world: World, stride: int) -> Split:
    """Cut all recordings into windows."""
    return cut(world, tuple(range(len(world.recordings))), stride=stride, name="train")


def _drawn(whole: Split, rng: np.random.Generator) -> tuple[Split, Split]:
    """Draw the windows of both sides at random."""
    order = rng.permutation(len(whole))
    border = round((1 - VAL_SHARE) * len(whole))
    return _sides(whole, np.sort(order[:border]), np.sort(order[border:]))


def _sides(whole: Split, ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> tuple[Split, Split]:
    return replace(whole.take(ours), name="train"), replace(whole.take(theirs), name="val")


def _beside(sides: tuple[Split, Split], length: int) -> NDArray[np.int64]:
    """Return the val windows that share samples with a train window."""
    train, val = sides
    assert train.time is not None
    assert val.time is not None
    found = [
        bool((np.abs(train.time[train.recording == r] - t) < length).any())
        for r, t in zip(val.recording if val.recording is not None else [], val.time, strict=True)
    ]
    return np.flatnonzero(found)
