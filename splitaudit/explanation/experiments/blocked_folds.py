"""Does train forget from one stretch of its own time to the next?

## How
Train's windows are put into their order (time where it is given, else file order) and cut into four stretches. The
probe is fitted on all but one stretch and asked about it, and fitted on the first two thirds and asked about the
last; both are set against random folds.

## Outcomes
``blocked``: A_rand less the accuracy of stretches; ``ahead``: A_rand less the accuracy of the last third;
``ahead_known``: the same for classes that occur before; ``trend``: whether val errors grow with the distance from
train's end, as correlation.

## Limits
Files whose order says nothing give no difference.

## References
Bergmeir, C., Benitez, J. M. (2012). On the use of cross-validation for time series predictor evaluation. Information
Sciences 191, 192-213.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.scheme import order_of
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, number

N_STRETCHES = 4


@experiment(fits=5)
def blocked_folds(lab: Lab) -> Measured:
    """Cross the probe over stretches of train's order."""
    lab.need_two_classes()
    rows = lab.rows_in_order
    X, y = lab.train.features[rows], lab.train.y[rows]
    hits = np.zeros(len(rows), dtype=bool)
    for part in np.array_split(np.arange(len(rows)), N_STRETCHES):
        rest = np.setdiff1d(np.arange(len(rows)), part)
        hits[part] = lab.score(X[rest], y[rest], X[part], y[part])
    border = 2 * len(rows) // 3
    ahead = lab.score(X[:border], y[:border], X[border:], y[border:])
    at_random = lab.hits_random[rows]
    known = np.isin(y[border:], y[:border])
    trend = _trend(lab)
    return Measured(
        outcomes={
            "blocked": number(
                at_random.mean() - hits.mean(),
                "difference of accuracy",
                f"inside train random folds give {at_random.mean():.0%}, stretches of its order {hits.mean():.0%}",
            ),
            "ahead": number(
                at_random[border:].mean() - ahead.mean(),
                "difference of accuracy",
                f"train's last third is known to {at_random[border:].mean():.0%} from random folds and to "
                f"{ahead.mean():.0%} from what comes before it",
            ),
            "ahead_known": number(
                (at_random[border:][known].mean() - ahead[known].mean()) if known.any() else 1.0,
                "difference of accuracy",
                "the same for classes that occur in what comes before",
            ),
            "trend": number(trend, "correlation", f"val errors go with the order of its windows by r = {trend:.2f}"),
        },
        summary=f"random folds {at_random.mean():.0%}, stretches {hits.mean():.0%}, the last third from the first two "
        f"{ahead.mean():.0%}",
    )


def _trend(lab: Lab) -> float:
    order = order_of(lab.val).order if lab.val.split.groups is None else np.arange(len(lab.val))
    hits = lab.hits_val[order]
    if len(hits) < 20 or hits.std() == 0:
        return 0.0
    return float(-np.corrcoef(hits, np.arange(len(hits)))[0, 1])
