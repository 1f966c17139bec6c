"""The world a zoo case is drawn from: recordings of subjects, from which windows are cut.

A base process (``signals.py``) makes a :class:`World`; :func:`cut` makes windows of it; :func:`healthy` makes a sound
split of it by subject. A flaw (``flaws/``) takes a healthy split and spoils it in one known way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split, make_split

Severity = Literal["mild", "moderate", "severe"]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recording: samples (n, c), a label per sample (n,), whose it is."""

    signal: NDArray[np.float32]
    label: NDArray[np.int64]
    subject: int


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Recordings of one base process."""

    base: str
    recordings: tuple[Recording, ...]
    channels: tuple[str, ...]
    classes: tuple[str, ...]
    n_timesteps: int = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """What was planted, in positions of the spoiled sides.

    ``rules`` must report it; ``channels`` are names; ``details`` hold what else a test may want to know.
    """

    flaw: str
    severity: Severity
    rules: tuple[str, ...] = ()
    cause: str = ""
    channels: tuple[str, ...] = ()
    timesteps: tuple[int, int] | None = None
    groups: tuple[str, ...] = ()
    train_windows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    val_windows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planted:
    """A spoiled split and the truth about it; the windows of each side are numbered as they stand in it."""

    train: Split
    val: Split
    truth: Truth

    def __post_init__(self) -> None:
        object.__setattr__(self, "train", renumbered(self.train))
        object.__setattr__(self, "val", renumbered(self.val))


def renumbered(side: Split) -> Split:
    """Return a side as if it had been read like this: its rows are 0, 1, 2, ..."""
    return replace(side, rows=np.arange(len(side), dtype=np.int64))


# A flaw takes the world, a healthy split of it by subject, how bad it shall be and a random stream.
Flaw = Callable[[World, Split, Split, Severity, np.random.Generator], Planted]


def cut(world: World, recordings: tuple[int, ...], *, stride: int, name: str, named: bool = True) -> Split:
    """Cut windows of ``world.n_timesteps`` samples from some recordings.

    Parameters
    ----------
    recordings : tuple of int
        Positions in ``world.recordings``.
    stride : int
        Samples between the starts of successive windows; below the window length they overlap.
    named : bool
        Keep group, time and recording; without them the split is as bare as many people's files.
    """
    T = world.n_timesteps
    X, y, groups, time, number = [], [], [], [], []
    for r in recordings:
        recording = world.recordings[r]
        for start in range(0, len(recording.signal) - T + 1, stride):
            X.append(recording.signal[start : start + T])
            y.append(int(np.bincount(recording.label[start : start + T]).argmax()))
            groups.append(recording.subject)
            time.append(start)
            number.append(r)
    return make_split(
        np.stack(X),
        np.array(y),
        groups=[f"s{g:02d}" for g in groups] if named else None,
        time=time if named else None,
        recording=number if named else None,
        channel_names=world.channels,
        class_names=world.classes,
        name=name,
    )


def recordings_of(side: Split) -> NDArray[np.int64]:
    """Position in ``world.recordings`` from which each window was :func:`cut`, shape (n,)."""
    if side.recording is None:
        raise ValueError("the windows do not say from which recording they come")
    return np.array(side.recording_names, dtype=np.int64)[side.recording]


def healthy(
    world: World, rng: np.random.Generator, *, val_share: float = 0.35, named: bool = True
) -> tuple[Split, Split]:
    """Split a world by subject into windows that do not overlap, drawn at random as exchangeable subjects are."""
    subjects = np.unique([recording.subject for recording in world.recordings])
    shuffled = rng.permutation(subjects)
    chosen = set(shuffled[: max(2, round(val_share * len(subjects)))].tolist())
    sides = []
    for name, inside in (("train", False), ("val", True)):
        recordings = tuple(i for i, r in enumerate(world.recordings) if (r.subject in chosen) == inside)
        side = cut(world, recordings, stride=world.n_timesteps, name=name, named=named)
        sides.append(renumbered(side.take(rng.permutation(len(side)))))
    return sides[0], sides[1]
