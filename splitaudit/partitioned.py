"""What a drawn split is: which windows go where, what holds of it, and what could not be had.

Plain data, as :mod:`splitaudit.report`; ``splitaudit.split`` fills it, :mod:`splitaudit.render.partition` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, RenderResult

IntArray = NDArray[np.int64]
NOTHING = np.zeros(0, dtype=np.int64)
NAMES = ("train", "val", "test")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """Row numbers of the windows of each part, ascending; ``left_out`` belongs to none."""

    train: IntArray
    val: IntArray
    test: IntArray = field(default_factory=lambda: NOTHING)
    left_out: IntArray = field(default_factory=lambda: NOTHING)

    def named(self) -> dict[str, IntArray]:
        """Return the parts that hold windows by name."""
        return {name: getattr(self, name) for name in NAMES if len(getattr(self, name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a split stands: what of val train knows, how alike the sides are, what a probe reaches.

    ``leaked`` is the share of val windows that train knows, by way (copies, near copies, shared samples, groups, time);
    ``class_error`` the largest difference of class shares; ``shift`` the largest difference of means of the main
    features, in standard deviations; ``auc`` the unit-wise AUC of the classifier that tells the sides apart;
    ``accuracy`` that of a probe trained on train on val, with its 95 % interval by units; NaN where not known.
    ``verdict`` is the audit's sentence, ``errors`` the codes of rules that report an error.
    """

    name: str
    leaked: Mapping[str, float]
    class_error: float
    shift: float
    auc: float
    accuracy: float
    low: float
    high: float
    verdict: str = ""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def n_leaking(self) -> int:
        """In how many ways train knows val windows."""
        return sum(share > 0 for share in self.leaked.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaler:
    """Mean and standard deviation of every channel over the train windows: what both sides are to be scaled with."""

    channels: tuple[str | int, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a repair changes of an existing pair: row numbers of the train and of the val input."""

    kind: str
    drop_train: tuple[int, ...] = ()
    drop_val: tuple[int, ...] = ()
    to_train: tuple[int, ...] = ()
    to_val: tuple[int, ...] = ()

    @property
    def n_windows(self) -> int:
        """How many windows are dropped or moved."""
        return len(self.drop_train) + len(self.drop_val) + len(self.to_train) + len(self.to_val)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Partition:
    """A split of one data set, or the repair of a pair.

    Parameters
    ----------
    n_windows : int
        Windows of the input; of a pair, train's come first.
    by : {"group", "recording", "block", "window", "time"}
        What was kept whole.
    n_units : int
        How many of these there are.
    how : str
        How they were found.
    parts : tuple of Parts
        One, or one per fold.
    scalers : tuple of Scaler
        Fitted on train, one for each of ``parts``.
    before : Standing, optional
        Of the pair as it was, or of a split that deals windows at random.
    after : tuple of Standing
        One for each of ``parts``; empty where the result was not audited.
    classes : mapping of str to tuple of int
        Windows of each class in train, val and test of the first of ``parts``.
    gap : float
        Least distance of starts of windows of different parts on one clock, in samples; 0 where no clock matters.
    notes : tuple of str
        What could not be had, and what was decided.
    changes : Changes, optional
        Of a repair.
    """

    version: str
    source: str
    n_windows: int
    by: str
    n_units: int
    how: str
    parts: tuple[Parts, ...]
    scalers: tuple[Scaler, ...]
    before: Standing | None = None
    after: tuple[Standing, ...] = ()
    classes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    gap: float = 0.0
    gap_how: str = ""
    notes: tuple[str, ...] = ()
    changes: Changes | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def train(self) -> IntArray:
        """Row numbers of train, of the first fold where there are several."""
        return self.parts[0].train

    @property
    def val(self) -> IntArray:
        """Row numbers of val, of the first fold where there are several."""
        return self.parts[0].val

    @property
    def test(self) -> IntArray:
        """Row numbers of test."""
        return self.parts[0].test

    @property
    def sound(self) -> bool:
        """Whether train knows none of val in any part, as far as the audit sees."""
        return all(not standing.n_leaking for standing in self.after)

    def split(self, X: Any = None, y: Any = None, groups: Any = None) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield (train, val) row numbers of every fold, as scikit-learn's splitters do."""
        for each in self.parts:
            yield each.train, each.val

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of folds."""
        return len(self.parts)

    def save(self, folder: str | os.PathLike[str], *, overwrite: bool = False) -> list[Path]:
        """Write the row numbers (``indices.npz``) and the record of the split (``split.json``) into a folder.

        Raises
        ------
        ConfigError
            If a file is there already and ``overwrite`` is not set.
        OSError
            If they cannot be written.
        """
        from splitaudit.render.partition import save

        return save(self, folder, overwrite=overwrite)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON types, without the row numbers (NaN becomes None)."""
        from splitaudit.render.partition import to_dict

        return to_dict(self)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(rows):,}" for name, rows in self.parts[0].named().items())
        folds = f" × {len(self.parts)} folds" if len(self.parts) > 1 else ""
        return f"<Partition by {self.by}: {sizes}{folds}>"

    def __str__(self) -> str:
        from splitaudit.render.partition import render

        return render(self)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from splitaudit.render.partition import renderables

        yield from renderables(self, options.max_width, ascii_only=options.ascii_only)
