"""Does the user's own training reach what the probe reaches?

## How
The val accuracy that was observed, or is in the predictions or the history, is set against the probe's. Rules SA701
to SA706 look at the rest.

## Outcomes
``deficit``: A_val of the probe less the observed accuracy; ``deficit_z``: in standard errors of so many val windows;
``own_over_majority``: observed accuracy less the share of val's largest class.

## Limits
A network can be better than the probe; that is no fault.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.training import Training
from splitaudit.errors import NotApplicable
from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, number

LAST = 0.2


@experiment()
def own_training(lab: Lab) -> Measured:
    """Compare the user's accuracy on val with the probe's."""
    lab.need_two_classes()
    seen = observed_accuracy(lab.training, lab)
    if seen is None:
        raise NotApplicable("no training history, predictions or observed accuracy were given")
    value, source = seen
    probe = float(lab.hits_val.mean())
    error = float(np.sqrt(max(value * (1 - value), 0.02) / len(lab.val)))
    text = f"{source} has {value:.1%} on val, the probe {probe:.1%}"
    outcomes: dict[str, Outcome] = {
        "observed": number(value, "accuracy", f"{source} has {value:.1%} on val"),
        "deficit": number(probe - value, "difference of accuracy", text),
        "deficit_z": number((probe - value) / error, "standard errors", text),
        "own_over_majority": number(
            value - lab.chance,
            "difference of accuracy",
            f"{source} has {value:.1%} on val, its largest class {lab.chance:.1%}",
        ),
    }
    return Measured(outcomes=outcomes, summary=text)


def observed_accuracy(training: Training, lab: Lab) -> tuple[float, str] | None:
    """The val accuracy of the user's own model and where it comes from."""
    if training.observed is not None:
        return float(training.observed), "the user's model"
    if training.predictions is not None and lab.val.has("labels"):
        return float((training.predictions.labels == lab.val.y).mean()), training.predictions.name
    for history in training.histories:
        known = history.val_accuracy[np.isfinite(history.val_accuracy)]
        if len(known):
            last = known[-max(1, round(LAST * len(known))) :]
            return float(last.mean()), history.name
    return None
