"""The ceiling: what differently built learners reach on val alike."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from splitaudit.explained import Ceiling
from splitaudit.explanation.lab import Lab, accuracy
from splitaudit.stats.agreement import mean_kappa

WITHIN = 0.03  # learners this near to the best one count as stopping at the same value


def ceiling_of(lab: Lab, hits: Mapping[str, NDArray[np.bool_]], observed: float | None) -> Ceiling:
    """Say what the learners reach, and whether they fail on the same windows.

    Parameters
    ----------
    lab : Lab
        The sides.
    hits : mapping of str to ndarray of bool
        Which of the windows at ``lab.val_rows`` each learner gets right.
    observed : float, optional
        The accuracy that the user reported.
    """
    means = {name: float(right.mean()) for name, right in hits.items()}
    best = max(means, key=lambda name: means[name])
    found = accuracy(hits[best], lab.val_units[lab.val_rows])
    error = np.sqrt(max(found.value * (1 - found.value), 0.01) / len(lab.val_rows))
    near = [name for name in hits if means[best] - means[name] <= max(WITHIN, 2 * error)]
    kappa = mean_kappa(np.array([hits[name] for name in near])) if len(near) > 1 else None
    low, high = found.low or 0.0, 1.0 if found.high is None else found.high
    low, high = max(low, found.value - 10 * error), min(high, found.value + 10 * error)
    alike = f"{len(near)} of {len(hits)} learners of different kinds end there"
    text = alike if len(near) > 1 else f"the best learner is {best}"
    if kappa is not None:
        text += f", and their errors agree with kappa {kappa:.2f}"
    return Ceiling(
        value=found.value,
        low=low,
        high=high,
        observed=observed,
        chance=lab.chance,
        learners=means,
        agreement=kappa,
        text=text,
    )
