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
from splitaudit.data.training import NO_TRAINING, Training

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

    @property
    def has_subjects(self) -> bool:
        """Whether subjects gave at least four windows each, on average; else windows are strangers to each other."""
        n_windows = sum(len(r.signal) // self.n_timesteps for r in self.recordings)
        return 4 * len({r.subject for r in self.recordings}) <= n_windows

    @property
    def has_recordings(self) -> bool:
        """Whether recordings are so long that windows of another place, stride or length can be cut."""
        return sum(len(r.signal) for r in self.recordings) >= 3 * self.n_timesteps * len(self.recordings)


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
    """A spoiled split and the truth about it; the windows of each side are numbered as they stand in it.

    ``training`` is what is known of a training on it: nothing, in most cases.
    """

    train: Split
    val: Split
    truth: Truth
    training: Training = NO_TRAINING

    def __post_init__(self) -> None:
        object.__setattr__(self, "train", renumbered(self.train))
        object.__setattr__(self, "val", renumbered(self.val))


def renumbered(side: Split) -> Split:
    """Return a side as if it had been read like this: its rows are 0, 1, 2, ..."""
    return replace(side, rows=np.arange(len(side), dtype=np.int64))


# A flaw takes the world, a healthy split of it by subject, how bad it shall be and a random stream.
Flaw = Callable[[World, Split, Split, Severity, np.random.Generator], Planted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A flaw for the zoo of the explanation: what it does to a ceiling is real and has one name.

    Parameters
    ----------
    flaw : Flaw
    cause : str
        The name of what it plants.
    channels, classes : int
        How many a world must have at least.
    subjects, recordings : bool
        Needs subjects with several windows each; recordings from which windows can be cut anew.
    hard : bool
        Shows only where not everything is predicted anyway, so that the world is made harder first.
    named : bool
        Can be told only where it is known whose windows they are.
    in_place : bool
        Changes samples or labels of windows that stay where they are, so that it may follow another flaw.
    severities : tuple of str
        Those that differ from each other.
    """

    flaw: Flaw
    cause: str
    channels: int = 1
    classes: int = 2
    subjects: bool = False
    recordings: bool = False
    hard: bool = False
    named: bool = False
    in_place: bool = False
    severities: tuple[Severity, ...] = ("mild", "moderate", "severe")

    def suits(self, world: World) -> bool:
        """Whether it can be planted in a world."""
        return (
            len(world.channels) >= self.channels
            and len(world.classes) >= self.classes
            and (world.has_subjects or not self.subjects)
            and (world.has_recordings or not self.recordings)
        )


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
