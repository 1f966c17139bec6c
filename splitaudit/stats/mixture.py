"""A share of the windows of one side that stands apart from all others by one common shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.shift import shift_test
from splitaudit.stats.units import Scheme

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

GAPS = tuple(float(np.log(factor)) for factor in (3.6, 9.81, 57.3, 1e3, 1e6))


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """Which windows stand apart (``rows``), from which (``others``), by how much, and how likely that is by chance."""

    rows: Mask
    others: Mask
    in_val: bool
    difference: float
    half_width: float
    pvalue: float


def separate_share(values: Floats, scheme: Scheme, labels: NDArray[Any] | None) -> Share | None:
    """Find a share of one side's windows that is shifted against the rest and frequent on that side only.

    Parameters
    ----------
    values : ndarray of shape (n_train + n_val,)
        Such as the logarithm of a window's spread; NaN where unknown.
    scheme : Scheme
        The exchangeable units.
    labels : ndarray of shape (n_train + n_val,), optional
        Classes; a share that is a class of its own does not count.

    Returns
    -------
    Share or None
        Its p-value is corrected for all thresholds.
    """
    known = ~np.isnan(values)
    if known.sum() < 0.5 * len(values):
        return None
    centred = np.where(known, values, np.nanmedian(values)) - np.nanmedian(values)
    thresholds = [(sign, gap / 2) for gap in GAPS for sign in (1.0, -1.0)]
    beyond = np.stack([sign * centred > half for sign, half in thresholds], axis=1)
    test = shift_test(beyond.astype(np.float64), scheme, ranks=False)
    best: Share | None = None
    for j in np.argsort(test.pvalues, kind="stable"):
        if test.pvalues[j] > 0.05:
            break
        sign, half = thresholds[j]
        found = _apart(centred, beyond[:, j] & known, sign * half, scheme.is_val, labels)
        if found is not None:
            rows, others, in_val, difference, width = found
            best = Share(rows, others, in_val, difference, width, float(test.pvalues[j]))
            break
    return best


def _apart(
    values: Floats, beyond: Mask, threshold: float, is_val: Mask, labels: NDArray[Any] | None
) -> tuple[Mask, Mask, bool, float, float] | None:
    """The windows beyond a threshold, if they are one side's, parted from the rest, and no class of their own."""
    shares = beyond[is_val].mean(), beyond[~is_val].mean()
    in_val = bool(shares[0] > shares[1])
    if max(shares) < 0.03 or min(shares) > 0.1 * max(shares):
        return None
    rows = beyond & (is_val if in_val else ~is_val)
    others = ~beyond
    # hardly anything in the middle half of the way
    gap = (np.abs(values - threshold) < abs(threshold) / 4).sum()
    if gap > 0.2 * rows.sum() or rows.sum() < 5:
        return None
    differences = []
    groups = np.zeros(len(values), dtype=np.int64) if labels is None else labels
    for group in np.unique(groups[rows]):
        own, rest = rows & (groups == group), others & (groups == group)
        if rest.sum() >= 5:
            differences.append((own.sum(), np.median(values[own]) - np.median(values[rest])))
    if sum(count for count, _ in differences) < 0.5 * rows.sum():
        return None
    weight = np.array([count for count, _ in differences], dtype=np.float64)
    found = np.array([difference for _, difference in differences])
    center = float(np.average(found, weights=weight))
    spread = float(np.std(values[rows]) / np.sqrt(rows.sum()) + np.std(values[others]) / np.sqrt(others.sum()))
    return rows, others, in_val, center, 2.0 * spread + 0.05
