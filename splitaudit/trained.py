"""What a reference run says of a split: its curve, its val accuracy, where it errs, and the ladder.

Plain data, as :mod:`splitaudit.report`; ``splitaudit.baseline`` fills it, the renderers show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from splitaudit.explained import Ladder, LearningCurve
from splitaudit.report import Units

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Baseline:
    """One reference run. ``to_dict`` is the JSON contract.

    ``val_accuracy`` has a 95 % interval between units; ``balanced_accuracy`` is the mean recall of the classes;
    ``chance`` is the accuracy of always naming train's most frequent class. ``stopped`` says why training ended:
    ``"epochs"``, ``"early"``, ``"budget"`` or ``"interrupted"``; then only the curve is known. ``not_run`` says what
    was left out.
    """

    version: str
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

    def to_dict(self) -> dict[str, Any]:
        """Return the run as JSON types (NaN becomes None)."""
        from splitaudit.render.baseline import to_dict

        return to_dict(self)

    def to_json(self) -> str:
        """Return the run as a JSON document."""
        from splitaudit.render.baseline import render

        return render(self, "json")

    def __repr__(self) -> str:
        from splitaudit.render.words import visible

        return f"<Baseline {self.model}: {visible(self.summary)}>"

    def __str__(self) -> str:
        from splitaudit.render.baseline import render

        return render(self, "terminal")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from splitaudit.render.baseline import renderables

        yield from renderables(self, options.max_width, ascii_only=options.ascii_only)
