"""Does accuracy still rise with the length of the window?

## How
Windows are cut to their first and last half and to their middle quarter, and the probe is crossed inside train, units
kept apart.

## Outcomes
``rise_length``: accuracy of whole windows less that of halves; ``rise_half``: of halves less that of quarters;
``share_length``: share of the errors of halves that whole windows mend; ``longer``: what twice the length would add
by a power law.

## Limits
Statistics of short windows are fewer; a window shorter than eight steps is not cut.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import NotApplicable
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Folds, Lab, difference, extrapolated, number

MIN_STEPS = 8


@experiment(fits=12, passes=2)
def truncate(lab: Lab) -> Measured:
    """Cross the probe over parts of the windows."""
    lab.need_two_classes()
    X = lab.train.signals[lab.rows]
    t = X.shape[1]
    if t < MIN_STEPS:
        raise NotApplicable(f"windows of {t} steps cannot be cut")
    units = lab.train_units[lab.rows]
    whole = lab.hits_cv[lab.rows]
    # other folds for the second half: which units they keep apart would show in both alike
    parts = zip((X[:, : t // 2], X[:, t - t // 2 :]), (lab.folds, lab.other_folds), strict=True)
    halves = np.mean([_crossed(lab, part, folds) for part, folds in parts], axis=0)
    start = (t - max(t // 4, 2)) // 2
    quarter = _crossed(lab, X[:, start : start + max(t // 4, 2)], lab.folds)
    mended = (whole.mean() - halves.mean()) / max(1 - halves.mean(), 0.02)
    longer = extrapolated([quarter.mean(), halves.mean(), whole.mean()])
    return Measured(
        outcomes={
            "rise_length": difference(
                whole,
                halves,
                units,
                f"half a window is right in {halves.mean():.0%}, the whole in {whole.mean():.0%}",
            ),
            "share_length": number(
                mended,
                "share of errors",
                f"the whole window mends {mended:.0%} of the errors that half of it leaves",
            ),
            "longer": number(
                longer,
                "difference of accuracy",
                f"by the power law twice as long windows would add {100 * longer:.0f} points",
            ),
            "rise_half": number(
                halves.mean() - quarter.mean(),
                "difference of accuracy",
                f"a quarter of a window is right in {quarter.mean():.0%}, half of it in {halves.mean():.0%}",
            ),
        },
        summary=f"quarter {quarter.mean():.0%}, half {halves.mean():.0%}, whole window {whole.mean():.0%} inside train",
    )


def _crossed(lab: Lab, X: NDArray[np.floating], folds: Folds) -> NDArray[np.float64]:
    features, y = lab.measured(X), lab.train.y[lab.rows]
    hits = np.zeros(len(y))
    for fit, held in folds:
        hits[held] = lab.score(features[fit], y[fit], features[held], y[held])
    return hits
