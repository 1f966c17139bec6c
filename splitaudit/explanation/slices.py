"""Where the persistent errors sit: groups, classes and stretches of val that hold more of them than their share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.explained import ErrorSlice
from splitaudit.explanation.lab import Floats, Ints, Lab

N_STRETCHES = 5
LEVEL = 0.01
MOST = 6
MOST_PARTS = 200
MIN_SIZE = 5
HALF = 0.5  # an error that at least half of the learners make is the split's, not a learner's


def error_slices_of(parts: Sequence[ErrorSlice], regimes: Sequence[ErrorSlice] = ()) -> tuple[ErrorSlice, ...]:
    """Return the parts of val whose error rate is beyond chance, and regimes that are, gravest first."""
    beyond = [each for each in parts if each.p_value * len(parts) <= LEVEL] + list(regimes)
    return tuple(sorted(beyond, key=lambda each: -(each.error_rate - each.expected) * each.n_windows)[:MOST])


def parts_of(lab: Lab, accuracy: Floats) -> tuple[ErrorSlice, ...]:
    """All classes of val, and its groups or, where there are none, its stretches in time; small ones are left out.

    Parameters
    ----------
    lab : Lab
    accuracy : ndarray of shape (len(lab.val_rows),)
        Share of the learners that are right, of each window.
    """
    rows = lab.val_rows
    found = _sliced("class", lab.val.y[rows], lab.val.split.classes, accuracy)
    if lab.val.split.groups is not None:
        found += _sliced("group", lab.val.groups[rows], lab.val.split.group_names, accuracy)
    else:
        stretch = rows * N_STRETCHES // max(len(lab.val), 1)
        starts = [-(-k * len(lab.val) // N_STRETCHES) for k in range(N_STRETCHES + 1)]
        names = tuple(f"windows {starts[k]}–{starts[k + 1] - 1}" for k in range(N_STRETCHES))
        found += _sliced("time", stretch, names, accuracy)
    return tuple(found)


def _sliced(kind: str, codes: Ints, names: tuple[str, ...], accuracy: Floats) -> list[ErrorSlice]:
    out, wrong = [], accuracy <= HALF
    for code in np.unique(codes):
        inside = codes == code
        n, errors = int(inside.sum()), int(wrong[inside].sum())
        if n < MIN_SIZE or n == len(codes):
            continue
        expected = min(max(float(wrong[~inside].mean()), 1 / len(codes)), 1.0)
        out.append(slice_of(kind, names[int(code)], inside, accuracy, float(stats.binom.sf(errors - 1, n, expected))))
    return out


def slice_of(kind: str, name: str, inside: NDArray[np.bool_], accuracy: Floats, p_value: float) -> ErrorSlice:
    """Describe the windows ``inside`` (n,) by their persistent errors and those of the rest."""
    wrong = accuracy <= HALF
    return ErrorSlice(
        kind=kind,
        name=name,
        n_windows=int(inside.sum()),
        error_rate=float(wrong[inside].mean()),
        expected=float(wrong[~inside].mean()),
        p_value=p_value,
        accuracy=float(accuracy[inside].mean()),
    )
