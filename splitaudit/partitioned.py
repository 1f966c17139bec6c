"""What a drawn split is: which windows go where, what holds of it, and what could not be had.

Plain data, as :mod:`splitaudit.report`; ``splitaudit.split`` fills it, :mod:`splitaudit.render.partition` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.version import __version__

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
class PartitionData:
    """A split as plain data; :class:`splitaudit.results.Partition` also saves it, and says what the fields hold."""

    version: str = __version__
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
