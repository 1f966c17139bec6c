"""What a reference run says of a split: its curve, its val accuracy, where it errs, and the ladder.

Plain data, as :mod:`splitaudit.report`; ``splitaudit.baseline`` fills it, the renderers show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from splitaudit.explained import Ladder, LearningCurve
from splitaudit.report import Units
from splitaudit.version import __version__

SCHEMA = "splitaudit.baseline/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedSide:
    """One side: how it is called, where it came from, its windows, and how many of them were used."""

    name: str
    source: str
    n_windows: int
    n_timesteps: int
    n_channels: int
    n_used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRecall:
    """How many val windows of one class are recognised, and what the others are most often taken for."""

    name: str
    n_windows: int
    recall: float
    taken_for: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineData:
    """One run as plain data; :class:`splitaudit.results.Baseline` also shows it, and says what the fields hold."""

    version: str = __version__
    train: TrainedSide
    val: TrainedSide
    units: Units
    model: str
    recipe: Mapping[str, Any]
    curve: LearningCurve
    val_accuracy: float
    low: float
    high: float
    balanced_accuracy: float
    train_accuracy: float
    chance: float
    best_epoch: int
    stopped: str
    seconds: float
    classes: tuple[ClassRecall, ...] = ()
    ladder: Ladder | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    not_run: tuple[str, ...] = ()
    summary: str = ""

    @property
    def partial(self) -> bool:
        """Whether the run was interrupted."""
        return self.stopped == "interrupted" or any("interrupted" in entry for entry in self.not_run)
