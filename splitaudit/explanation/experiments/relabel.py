"""Does accuracy come back when val's labels are read otherwise, or its class shares are taken into account?

## How
The classes that the probe names on val are renamed by the best map, learned on one half of the windows and used on
the other: one map for all of val, and one for each unit. Class shares are estimated without labels from the probe's
confusion (black-box shift estimation) and its probabilities weighted by them.

## Outcomes
``map``: accuracy gained by one map; ``map_units``: by a map per unit; ``mapped_share``: share of val in units that
gain by more than 0.2; ``reweight``: gained by weighting; ``shares``: total variation distance between the class
shares.

## Limits
A map cannot mend what is spread over all classes.

## References
Lipton, Z. C., Wang, Y.-X., Smola, A. (2018). Detecting and correcting for label shift with black box predictors.
ICML.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Floats, Ints, Lab, difference, number

MIN_UNIT = 12
GAINS = 0.2


@experiment(fits=0)
def relabel(lab: Lab) -> Measured:
    """Read the labels of val by another map, and with other class shares."""
    lab.need_two_classes()
    named, y, units = [said.argmax(axis=1) for said in lab.said_val], lab.val.y, lab.val_units
    before = lab.hits_val
    one = np.mean([_mapped(drawn, y, np.zeros(len(y), dtype=np.int64), lab) for drawn in named], axis=0)
    each = np.mean([_mapped(drawn, y, units, lab) for drawn in named], axis=0)
    gains = np.zeros(len(y))
    for unit in np.unique(units):
        own = units == unit
        gains[own] = each[own].mean() - before[own].mean()
    # as many draws of both sides as the side with fewer has
    weighted = np.mean([_weighted(lab, *said) == y for said in zip(lab.said_val, lab.said_cv, strict=False)], axis=0)
    counts = [side.label_counts / len(side) for side in (lab.train, lab.val)]
    distance = float(np.abs(counts[0] - counts[1]).sum() / 2)
    return Measured(
        outcomes={
            "map": difference(
                one,
                before,
                units,
                f"with one renaming of classes accuracy goes from {before.mean():.0%} to {one.mean():.0%}",
            ),
            "map_units": difference(
                each,
                before,
                units,
                f"with a renaming for each unit accuracy goes from {before.mean():.0%} to {each.mean():.0%}",
            ),
            "mapped_share": number(
                float((gains > GAINS).mean()),
                "share of val windows",
                f"{(gains > GAINS).mean():.0%} of val lies in units whose labels follow another map",
            ),
            "reweight": difference(
                weighted,
                before,
                units,
                f"with val's class shares taken into account accuracy goes from {before.mean():.0%} to "
                f"{weighted.mean():.0%}",
            ),
            "shares": number(
                distance, "total variation distance", f"the class shares of the sides are {distance:.0%} apart"
            ),
        },
        summary=f"val {before.mean():.0%}; renamed {one.mean():.0%}, per unit {each.mean():.0%}, reweighted "
        f"{weighted.mean():.0%}",
    )


def _mapped(named: Ints, y: Ints, units: Ints, lab: Lab) -> NDArray[np.bool_]:
    """Hits after the best map of every unit, learned on the other half of its windows."""
    hits: NDArray[np.bool_] = named == y
    hits = hits.copy()
    for unit in np.unique(units):
        own = np.flatnonzero(units == unit)
        if len(own) < MIN_UNIT:
            continue
        halves = np.array_split(lab.rng.permutation(own), 2)
        for learn, use in (halves, halves[::-1]):
            table = np.zeros((lab.n_classes, lab.n_classes))
            np.add.at(table, (named[learn], y[learn]), 1)
            # a class keeps its name unless another is clearly more frequent
            table[np.arange(lab.n_classes), np.arange(lab.n_classes)] += 1
            hits[use] = table.argmax(axis=1)[named[use]] == y[use]
    return hits


def _weighted(lab: Lab, probabilities: Floats, inside: Floats) -> Ints:
    """Classes after weighting by black-box estimates of val's class shares."""
    k = lab.n_classes
    joint = np.zeros((k, k))
    np.add.at(joint, (inside.argmax(axis=1), lab.train.y), 1 / len(lab.train))
    seen = np.bincount(probabilities.argmax(axis=1), minlength=k) / len(lab.val)
    present = lab.train.label_counts > 0
    block = joint[np.ix_(present, present)]
    weights = np.zeros(k)
    weights[present] = np.linalg.solve(block.T @ block + 1e-3 * np.eye(int(present.sum())), block.T @ seen[present])
    named: Ints = (probabilities * np.clip(weights, 0.05, 20.0)).argmax(axis=1)
    return named
