"""Does accuracy still rise with more data?

## How
The probe is fitted on a quarter, a half and all of train, windows drawn at random in equal shares of the classes, and
asked on val and, inside train, on units kept apart; where there are units, also on half of the units with all their
windows. A power law through the three sizes says what twice as much data would give.

## Outcomes
``rise_cv`` and ``rise_val``: accuracy at full size less that at half size; ``rise_before``: from a quarter to a half;
``rise_units``: from half of the units to all; ``more_data``: what twice as much would add by the power law;
``per_class``: log2 of the windows of train's median class.

## Limits
A curve that is flat because windows resemble each other can still rise with new subjects; ``rise_units`` looks at
that.

## References
Hestness, J. et al. (2017). Deep learning scaling is predictable, empirically. arXiv:1712.00409.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Features, Ints, Lab, difference, extrapolated, number

MIN_UNITS = 6
Hits = NDArray[np.float64]


@experiment(fits=14)
def learning_curve(lab: Lab) -> Measured:
    """Fit on parts of train."""
    lab.need_two_classes()
    own, rows = lab.rows, lab.val_rows
    X, y, units = lab.train.features[own], lab.train.y[own], lab.train_units[own]
    new, new_y = lab.val.features[rows], lab.val.y[rows]
    full = lab.hits_val[rows]
    val = {1.0: full} | {
        size: np.mean([lab.score(X[s], y[s], new, new_y) for s in _parts(lab, y, size, repeats)], axis=0)
        for size, repeats in ((0.5, 3), (0.25, 1))  # the quarter is told, the half is judged by
    }
    cv = {size: _crossed(lab, X, y, size) for size in (0.25, 0.5, 1.0)}
    usual = np.median(lab.train.label_counts[lab.train.label_counts > 0])
    means = [float(cv[size].mean()) for size in (0.25, 0.5, 1.0)]
    outcomes: dict[str, Outcome] = {
        "rise_cv": difference(cv[1.0], cv[0.5], units, _said("inside train", cv)),
        "rise_val": difference(val[1.0], val[0.5], lab.val_units[rows], _said("on val", val)),
        "rise_before": number(
            means[1] - means[0],
            "difference of accuracy",
            f"inside train accuracy rises from {means[0]:.0%} with a quarter of the windows to {means[1]:.0%} with "
            "half",
        ),
        "more_data": number(
            extrapolated(means),
            "difference of accuracy",
            f"by the power law twice as much data would add {100 * extrapolated(means):.0f} points",
        ),
        "per_class": number(
            float(np.log2(usual)), "log2 of windows", f"the median class of train has {usual:.0f} windows"
        ),
    }
    if len(np.unique(units)) >= MIN_UNITS and lab.ctx.scheme.kind in ("group", "recording"):
        outcomes["rise_units"] = _by_units(lab, X, y, units, cv[1.0])
    return Measured(
        outcomes=outcomes,
        summary=f"inside train {means[0]:.0%}, {means[1]:.0%}, {means[2]:.0%} at a quarter, a half and all; on val "
        f"{val[0.25].mean():.0%}, {val[0.5].mean():.0%}, {val[1.0].mean():.0%}",
    )


def _said(where: str, at: dict[float, Hits]) -> str:
    return f"{where} accuracy goes from {at[0.5].mean():.0%} with half of train to {at[1.0].mean():.0%} with all of it"


def _parts(lab: Lab, y: Ints, size: float, repeats: int) -> list[Ints]:
    """Random parts of some windows, every class cut alike but never to nothing."""
    parts = []
    for _ in range(repeats):
        chosen = []
        for k in np.unique(y):
            own = lab.rng.permutation(np.flatnonzero(y == k))
            chosen.append(own[: max(1, round(size * len(own)))])
        parts.append(np.sort(np.concatenate(chosen)))
    return parts


def _crossed(lab: Lab, X: Features, y: Ints, size: float) -> Hits:
    hits = np.zeros(len(y))
    for fit, held in lab.folds:
        for part in [np.arange(len(fit))] if size == 1.0 else _parts(lab, y[fit], size, 1):
            some = fit[part]
            hits[held] = lab.score(X[some], y[some], X[held], y[held])
    return hits


def _by_units(lab: Lab, X: Features, y: Ints, units: Ints, full: Hits) -> Outcome:
    hits = np.zeros(len(y))
    for fit, held in lab.folds:
        names = lab.rng.permutation(np.unique(units[fit]))
        some = fit[np.isin(units[fit], names[: max(2, len(names) // 2)])]
        hits[held] = lab.score(X[some], y[some], X[held], y[held])
    return difference(
        full,
        hits,
        units,
        f"inside train accuracy goes from {hits.mean():.0%} with half of the {lab.ctx.scheme.kind}s to "
        f"{full.mean():.0%} with all",
    )
