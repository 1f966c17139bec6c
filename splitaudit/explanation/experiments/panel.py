"""Do learners of different kinds stop at the same value, and on the same windows?

## How
Four learners are fitted on train and asked on val: extremely randomised trees and a linear discriminant on window
statistics, ridge regression on random convolutions, and nearest neighbours on window statistics.

## Outcomes
``spread``: standard deviation of their accuracies over that of sampling; ``agreement``: Cohen's kappa of right and
wrong between pairs; ``best``: accuracy of the best less that of the probe; ``all_wrong``: share of val that none gets
right.

## Limits
All four see windows, not what lies before them.

## References
Geirhos, R., Meding, K., Wichmann, F. A. (2020). Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and
humans by measuring error consistency. NeurIPS.
"""

from __future__ import annotations

import numpy as np

from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, accuracy, number
from splitaudit.models.panel import convolution_ridge, discriminant, neighbours
from splitaudit.stats.agreement import mean_kappa

NAMES = ("extremely randomised trees", "linear discriminant", "ridge on random convolutions", "nearest neighbours")


@experiment(fits=4, passes=1)
def panel(lab: Lab) -> Measured:
    """Ask learners of different kinds about val."""
    lab.need_two_classes()
    hits = panel_hits(lab)
    y, rows = lab.val.y, lab.val_rows
    shares = {**hits, NAMES[0]: lab.hits_val[rows]}
    outcomes: dict[str, Outcome] = {
        f"accuracy of {name}": accuracy(right, lab.val_units[rows]) for name, right in shares.items()
    }
    right = np.array(list(hits.values()))
    means = np.array([share.mean() for share in shares.values()])
    sampling = float(np.sqrt(max(means.mean() * (1 - means.mean()), 0.01) / len(y[rows])))
    kappa = mean_kappa(right)
    outcomes |= {
        "spread": number(
            float(means.std(ddof=1)) / sampling,
            "times sampling",
            f"the learners end between {means.min():.0%} and {means.max():.0%}",
        ),
        "agreement": number(kappa, "kappa", f"their errors agree with kappa {kappa:.2f}"),
        "best": number(
            float(means.max() - means[0]),
            "difference of accuracy",
            f"the best learner is at {means.max():.0%}, the probe at {means[0]:.0%}",
        ),
        "all_wrong": number(
            float((~right).all(axis=0).mean()),
            "share of val windows",
            f"no learner is right about {(~right).all(axis=0).mean():.0%} of val",
        ),
    }
    listed = ", ".join(f"{name} {mean:.0%}" for name, mean in zip(NAMES, means, strict=True))
    return Measured(outcomes=outcomes, summary=f"{listed}; kappa of their errors {kappa:.2f}")


def panel_hits(lab: Lab) -> dict[str, np.ndarray]:
    """Which of the lab's val rows each learner gets right."""
    own, rows = lab.rows, lab.val_rows
    y = lab.train.y[own]

    def make(rng: np.random.Generator) -> list[np.ndarray]:
        ours, theirs = lab.train.features[own], lab.val.features[rows]
        return [
            discriminant(ours, y, theirs, n_classes=lab.n_classes),
            convolution_ridge(
                lab.train.signals[own], y, lab.val.signals[rows], lab.train.ruler, n_classes=lab.n_classes, rng=rng
            ),
            neighbours(ours, y, theirs, n_classes=lab.n_classes),
        ]

    named = lab.once("panel", make)
    right = [lab.right_val[rows], *(each == lab.val.y[rows] for each in named)]
    return dict(zip(NAMES, right, strict=True))
