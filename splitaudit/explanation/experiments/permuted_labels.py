"""Is there any signal, and is it the majority that is being named?

## How
Accuracy inside train with units kept apart is set against accuracies with labels permuted between windows, and the
classes that the probe names on val are counted.

## Outcomes
``signal``: A_cv less the mean accuracy under permuted labels, in standard errors; ``over_majority``: A_val less the
share of val's largest class; ``names_majority``: share of val windows for which the probe names train's largest
class; ``majority_share``: share of the largest class of val.

## Limits
Signal that the window statistics do not hold is not seen; the reference network may find it.

## References
Ojala, M., Garriga, G. C. (2010). Permutation tests for studying classifier performance. JMLR 11, 1833-1863.
"""

from __future__ import annotations

import numpy as np

from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, number


@experiment(fits=4)
def permuted_labels(lab: Lab) -> Measured:
    """Compare with labels that mean nothing."""
    lab.need_two_classes()
    own = lab.rows
    X, y = lab.train.features[own], lab.rng.permutation(lab.train.y[own])
    nothing = np.zeros(len(own))
    for fit, held in lab.folds:
        nothing[held] = lab.score(X[fit], y[fit], X[held], y[held])
    cv = float(lab.hits_cv.mean())
    error = np.sqrt(max(cv * (1 - cv), 0.02) / len(own)) * np.sqrt(2)
    largest = lab.train.label_counts.argmax()
    majority = float(np.mean([said.argmax(axis=1) == largest for said in lab.said_val]))
    return Measured(
        outcomes={
            "signal": number(
                (cv - nothing.mean()) / error,
                "standard errors",
                f"inside train accuracy is {cv:.0%}, with permuted labels {nothing.mean():.0%}",
            ),
            "over_majority": number(
                lab.hits_val.mean() - lab.chance,
                "difference of accuracy",
                f"val is at {lab.hits_val.mean():.0%}, its largest class has {lab.chance:.0%}",
            ),
            "names_majority": number(
                majority, "share of val windows", f"the probe names train's largest class in {majority:.0%} of val"
            ),
            "majority_share": number(
                lab.chance - 1 / max((lab.val.label_counts > 0).sum(), 1),
                "share over equal shares",
                f"the largest class of val has {lab.chance:.0%}",
            ),
        },
        summary=f"inside train {cv:.0%}, permuted {nothing.mean():.0%}; the largest class of val has {lab.chance:.0%}",
    )
