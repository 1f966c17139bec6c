"""Where the persistent errors sit among kinds of windows: the one by which errors exceed what class and unit explain.

A regime is an end of one window statistic, such as the tenth of val that is loudest in a channel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import signal_name
from splitaudit.explained import ErrorSlice
from splitaudit.explanation.lab import Floats, Lab
from splitaudit.explanation.slices import HALF, LEVEL, slice_of
from splitaudit.stats.rotation import strongest_column

ENDS = (0.1, 0.2, 1 / 3)  # shares of val
MIN_ERRORS = 10
MIN_WINDOWS = 8
MAX_STATISTICS = 400


def regimes_of(lab: Lab, accuracy: Floats) -> tuple[ErrorSlice, ...]:
    """Return the regime that holds more of the persistent errors than its classes and units do, if there is one.

    Errors less the rate of their class are compared with both ends of every window statistic, each unit by itself,
    and the largest excess with that under rotations of the errors inside their units.

    Parameters
    ----------
    lab : Lab
    accuracy : ndarray of shape (len(lab.val_rows),)
        Share of the learners that are right, of each window.
    """
    rows = lab.val_rows
    if lab.val.split.time is not None:
        order = np.argsort(lab.val.split.time[rows], kind="stable")
        rows, accuracy = rows[order], accuracy[order]
    wrong = accuracy <= HALF
    if min(wrong.sum(), (~wrong).sum()) < MIN_ERRORS:
        return ()
    y = lab.val.y[rows]
    rate = np.bincount(y, weights=wrong) / np.maximum(np.bincount(y), 1)
    ends, names = _ends(lab, rows)
    if not names:
        return ()
    units = None if lab.ctx.scheme.kind == "window" else lab.val_units[rows]
    best, p = strongest_column(ends, wrong - rate[y], units, lab.of("regimes").rng)
    found = slice_of("regime", names[best], ends[:, best], accuracy, p)
    return (found,) if p <= LEVEL and found.error_rate > found.expected else ()


def _ends(lab: Lab, rows: NDArray[np.int64]) -> tuple[NDArray[np.bool_], list[str]]:
    """Membership of the windows in both ends of every statistic, (n, k), and what the ends are called."""
    values, table = lab.val.features[rows], lab.val.feature_table
    columns, names = [], []
    # of more statistics a regular part, which holds every kind and goes through the channels
    for j in np.unique(np.linspace(0, len(table) - 1, min(len(table), MAX_STATISTICS)).round().astype(int)):
        feature = table[j]
        what = f"{feature.statistic} of {signal_name(lab.val.split, feature.channels)}"
        if feature.timesteps != (0, lab.val.signals.shape[1]):
            what += f" in steps {feature.timesteps[0]}–{feature.timesteps[1] - 1}"
        for share in ENDS:
            low, high = np.quantile(values[:, j], (share, 1 - share))
            for word, inside in (("lowest", values[:, j] <= low), ("highest", values[:, j] >= high)):
                # values that many windows share make no end
                if MIN_WINDOWS <= inside.sum() <= 1.5 * share * len(rows):
                    columns.append(inside)
                    names.append(f"{word} {share:.0%} {what}")
    return np.array(columns, dtype=bool).reshape(len(names), len(rows)).T, names
