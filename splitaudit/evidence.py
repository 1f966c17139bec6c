"""What a rule measured, before anybody judges it.

An :class:`Evidence` is plain data: a number with its unit, how likely chance alone would give it,
where it sits, and the exhibits that show it. It knows nothing of thresholds and nothing of rendering.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
NO_ROWS: IntArray = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Where:
    """The place of a finding, in the indices of the audited sides.

    The audit translates channel numbers into names, group numbers into labels and window positions
    into row numbers of the input, so a rule never has to.

    Parameters
    ----------
    channels : tuple of int
        Channel positions.
    timesteps : tuple of (int, int), optional
        Half-open range ``[start, stop)`` of time steps inside a window.
    groups : tuple of int
        Group codes.
    train_windows, val_windows : ndarray of int
        Positions of windows on each side. For pairs, the two arrays are aligned.
    in_input : bool
        Channels and windows are those of the input as read, not of the finite part that is audited.
    """

    channels: tuple[int, ...] = ()
    timesteps: tuple[int, int] | None = None
    groups: tuple[int, ...] = ()
    train_windows: IntArray = field(default_factory=lambda: NO_ROWS)
    val_windows: IntArray = field(default_factory=lambda: NO_ROWS)
    in_input: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows to show: ``columns`` and ``rows`` of str, int, float or None."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    kind: str = "table"

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"the rows of table {self.title!r} do not have {len(self.columns)} columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Lines over a common axis: ``lines`` maps a label to (x, y) sequences."""

    title: str
    x_label: str
    y_label: str
    lines: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]
    kind: str = "curve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Counts over common bin edges: ``counts`` maps a label (such as a side) to counts."""

    title: str
    x_label: str
    edges: tuple[float, ...]
    counts: Mapping[str, tuple[float, ...]]
    kind: str = "histogram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A matrix to look at, such as channels x time ranges; values are non-negative."""

    title: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    unit: str
    kind: str = "grid"

    def __post_init__(self) -> None:
        shape = (len(self.row_labels), len(self.column_labels))
        if len(self.values) != shape[0] or any(len(row) != shape[1] for row in self.values):
            raise ValueError(f"the values of grid {self.title!r} are not {shape[0]} x {shape[1]}")


Exhibit = Table | Curve | Histogram | Grid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What one rule measured on one split.

    Parameters
    ----------
    effect : float
        How large the trouble is on the rule's documented scale; larger is worse, 0 is none.
    summary : str
        One sentence for a person, with the number and the place in it.
    statistic : float, optional
        The test statistic, where there is a test.
    pvalue : float, optional
        The p-value of this rule alone, corrected for everything the rule itself looked at. None for
        facts that need no inference (an exact copy is a copy).
    interval : tuple of (float, float), optional
        95 % confidence interval of the effect.
    smallest_visible : float, optional
        The smallest effect that this sample could have told from chance. With it, "nothing seen"
        becomes "cannot tell" where that effect is above what would matter.
    where : Where
        The place.
    remedy : str, optional
        What to do, when this split calls for something else than the rule's general remedy.
    details : mapping
        Further numbers for the report's ``evidence`` field (JSON types and numpy scalars).
    exhibits : tuple
        Tables, curves, histograms and grids that show it.
    slight : bool
        The effect is large, but what it is a share of is no more than a few subjects may make.
    """

    effect: float
    summary: str
    statistic: float | None = None
    pvalue: float | None = None
    interval: tuple[float, float] | None = None
    smallest_visible: float | None = None
    where: Where = field(default_factory=Where)
    remedy: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    exhibits: tuple[Exhibit, ...] = ()
    slight: bool = False

    def __post_init__(self) -> None:
        if math.isnan(self.effect):
            raise ValueError("the effect is NaN, so nothing was measured")
        if self.pvalue is not None and not 0 <= self.pvalue <= 1:
            raise ValueError(f"the p-value is {self.pvalue}, expected a probability")
