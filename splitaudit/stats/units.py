"""Units: the smallest things that may be exchanged between the sides under the null hypothesis.

Overlapping or autocorrelated windows, and windows of one subject, are not exchangeable one by one; a test that treats
them so rejects almost every true null. A :class:`Scheme` says what the units of a split are and how that was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import lgamma, log
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from splitaudit.stats.pieces import column_blocks

Kind = Literal["window", "block", "recording", "group"]
UNEVEN = 1.5


def means_by(codes: NDArray[np.int64], values: NDArray[Any]) -> NDArray[np.float64]:
    """Mean of the rows of ``values`` (n, d) of each code that occurs, in the order of the codes; shape (n_codes, d)."""
    names, counts = np.unique(codes, return_counts=True)
    member = np.searchsorted(names, codes)
    indicator = sparse.csr_matrix((np.ones(len(codes)), member, np.arange(len(codes) + 1)), (len(codes), len(names))).T
    parts = [indicator @ values[:, columns] for columns in column_blocks(values.shape[1])]
    means: NDArray[np.float64] = np.concatenate(parts, axis=1) / counts[:, None]
    return means


def remove_means(values: NDArray[np.floating[Any]], codes: NDArray[np.int64]) -> None:
    """Subtract from every row of ``values`` (n, d) the mean of the rows with its code, in place."""
    _, member = np.unique(codes, return_inverse=True)
    values -= means_by(member, values)[member]


@dataclass(frozen=True, eq=False)
class Scheme:
    """Which windows belong together, and on which side.

    Parameters
    ----------
    kind : {"window", "block", "recording", "group"}
        What a unit is.
    units : ndarray of int64 of shape (n_train + n_val,)
        Unit of each window, train rows first; 0 .. n_units - 1, no unit on both sides.
    n_train : int
        How many of the windows are train windows.
    how : str
        How the units were found, in words.
    ungrouped : bool
        The units were guessed from the windows alone: neither groups, recordings nor a clock say which belong together.
    """

    kind: Kind
    units: NDArray[np.int64]
    n_train: int
    how: str
    ungrouped: bool = False

    @cached_property
    def origin(self) -> NDArray[np.bool_]:
        """For every unit, whether it belongs to validation; shape (n_units,)."""
        origin = np.zeros(self.n_units, dtype=bool)
        origin[self.units[self.n_train :]] = True
        return origin

    @cached_property
    def n_units(self) -> int:
        """Units on both sides together."""
        return int(self.units.max()) + 1

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Windows per unit."""
        return np.bincount(self.units, minlength=self.n_units)

    @property
    def n_train_units(self) -> int:
        """Units on the train side."""
        return int((~self.origin).sum())

    @property
    def n_val_units(self) -> int:
        """Units on the validation side."""
        return int(self.origin.sum())

    @property
    def floor(self) -> float:
        """The smallest p-value that exchanging so few units can give."""
        return float(np.exp(-self._log_assignments))

    @property
    def _log_assignments(self) -> float:
        """Log of the number of ways to give the units to the sides."""
        n, m = self.n_units, self.n_val_units
        return lgamma(n + 1) - lgamma(m + 1) - lgamma(n - m + 1)

    @property
    def is_val(self) -> NDArray[np.bool_]:
        """For every window, whether it is a validation window."""
        return np.arange(len(self.units)) >= self.n_train

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Which windows stand for their unit in its mean; shape (n_train + n_val,).

        Means of two windows scatter more than means of forty, so units of very different size on the two sides could
        not be exchanged. Where the median sizes differ by more than half, every unit is represented by at most as many
        windows, evenly spaced, as the smaller of the two medians.
        """
        medians = [np.median(self.sizes[self.origin == side]) for side in (False, True)]
        if self.kind == "window" or max(medians) <= UNEVEN * min(medians):
            return np.ones(len(self.units), dtype=bool)
        most = int(np.ceil(min(medians)))
        order = np.argsort(self.units, kind="stable")
        size = self.sizes[self.units[order]]
        place = np.arange(len(order)) - np.repeat(np.cumsum(self.sizes) - self.sizes, self.sizes)
        chosen = (place * most) // np.maximum(size, most) != ((place - 1) * most) // np.maximum(size, most)
        counted = np.zeros(len(order), dtype=bool)
        counted[order] = chosen | (size <= most)
        return counted

    def unit_means(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Mean of ``values`` (n_windows, d) over the counted windows of each unit, shape (n_units, d)."""
        if self.n_units == len(self.units):
            out = np.empty(values.shape, dtype=np.float64)
            out[self.units] = values
            return out
        return means_by(self.units[self.counted], values[self.counted])

    def rows_of_units(self, values: NDArray[Any]) -> tuple[Scheme, NDArray[np.float64]]:
        """Return the units as windows of a scheme of their own, train units first, and their means of ``values``."""
        order = np.argsort(self.origin, kind="stable")
        own = Scheme(self.kind, np.arange(self.n_units), self.n_train_units, self.how, self.ungrouped)
        return own, self.unit_means(values)[order]

    def draw(self, n: int, rng: np.random.Generator) -> NDArray[np.bool_]:
        """Draw ``n`` reassignments of units to the sides, shape (n, n_units); all of them where they are few.

        The first row is the observed assignment.
        """
        total, chosen = self.n_units, self.n_val_units
        if self._log_assignments <= log(n + 0.5):
            every = np.array(list(combinations(range(total), chosen)))
            out = np.zeros((len(every), total), dtype=bool)
            np.put_along_axis(out, every, True, axis=1)
            observed = np.flatnonzero((out == self.origin).all(axis=1))[0]
            out[[0, observed]] = out[[observed, 0]]
            return out
        keys = rng.random((n, total), dtype=np.float32)
        cut = np.argpartition(keys, chosen - 1, axis=1)[:, :chosen]
        out = np.zeros((n, total), dtype=bool)
        np.put_along_axis(out, cut, True, axis=1)
        out[0] = self.origin
        return out

    def restrict(self, keep: NDArray[np.bool_]) -> Scheme:
        """Return the scheme of a part of the windows (mask over train rows, then val rows)."""
        _, units = np.unique(self.units[keep], return_inverse=True)
        return Scheme(self.kind, units.astype(np.int64), int(keep[: self.n_train].sum()), self.how, self.ungrouped)
