"""Does accuracy come back when val's labels are read otherwise, or its class shares are taken into account?

## How
The classes that the probe names on val are renamed by the best map, learned on one half of the windows and used on
the other: one map for all of val, and one for each unit. Val's labels say its class shares, so nothing is estimated:
the probe's probabilities are weighted by those shares over train's, which is what is right if only the shares differ.

## Outcomes
``map``: accuracy gained by one map; ``map_units``: by a map per unit; ``mapped_share``: share of val in units that
gain by more than 0.2; ``reweight``: gained by weighting; ``shares``: total variation distance between the class
shares.

## Limits
A map cannot mend what is spread over all classes.

## References
Saerens, M., Latinne, P., Decaestecker, C. (2002). Adjusting the outputs of a classifier to new a priori probabilities.
Neural Computation 14, 21-41: the weights, and how they would be estimated without val's labels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Ints, Lab, difference, number

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
    shares = [side.label_counts / len(side) for side in (lab.train, lab.val)]
    weights = np.divide(shares[1], shares[0], out=np.zeros(lab.n_classes), where=shares[0] > 0)
    weighted = np.mean([(said * weights).argmax(axis=1) == y for said in lab.said_val], axis=0)
    distance = float(np.abs(shares[0] - shares[1]).sum() / 2)
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
