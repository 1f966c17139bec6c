"""Where the persistent errors sit: groups, classes and stretches of val that hold more of them than their share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.explained import ErrorSlice
from splitaudit.explanation.lab import Ints, Lab

N_STRETCHES = 5
LEVEL = 0.01
MOST = 6
MOST_PARTS = 200
MIN_SIZE = 5


def error_slices_of(lab: Lab, wrong: NDArray[np.bool_]) -> tuple[ErrorSlice, ...]:
    """Slices of val (of the windows at ``lab.val_rows``) whose error rate is beyond chance, gravest first."""
    found = parts_of(lab, wrong)
    beyond = [each for each in found if each.p_value * max(len(found), 1) <= LEVEL]
    return tuple(sorted(beyond, key=lambda each: -(each.error_rate - each.expected) * each.n_windows)[:MOST])


def parts_of(lab: Lab, wrong: NDArray[np.bool_]) -> tuple[ErrorSlice, ...]:
    """All classes of val, and its groups or, where there are none, its stretches in time; small ones are left out."""
    rows = lab.val_rows
    found = _sliced("class", lab.val.y[rows], lab.val.split.classes, wrong)
    if lab.val.split.groups is not None:
        found += _sliced("group", lab.val.groups[rows], lab.val.split.group_names, wrong)
    else:
        stretch = rows * N_STRETCHES // max(len(lab.val), 1)
        starts = [-(-k * len(lab.val) // N_STRETCHES) for k in range(N_STRETCHES + 1)]
        names = tuple(f"windows {starts[k]}–{starts[k + 1] - 1}" for k in range(N_STRETCHES))
        found += _sliced("time", stretch, names, wrong)
    return tuple(found)


def _sliced(kind: str, codes: Ints, names: tuple[str, ...], wrong: NDArray[np.bool_]) -> list[ErrorSlice]:
    out = []
    for code in np.unique(codes):
        inside = codes == code
        n, errors = int(inside.sum()), int(wrong[inside].sum())
        if n < MIN_SIZE or n == len(codes):
            continue
        expected = float(wrong[~inside].mean())
        pvalue = float(stats.binom.sf(errors - 1, n, min(max(expected, 1 / len(codes)), 1.0)))
        out.append(
            ErrorSlice(
                kind=kind,
                name=names[int(code)],
                n_windows=n,
                error_rate=errors / n,
                expected=expected,
                p_value=pvalue,
            )
        )
    return out
