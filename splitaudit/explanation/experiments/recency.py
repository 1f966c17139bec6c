"""Does val resemble the end of train more than its beginning?

## How
Train's windows are put into their order (time where it is given, else file order). The probe is fitted on the earlier
and on the later half and asked about val; and the places in that order of the train windows nearest to each val
window, in standardised window statistics, are averaged.

## Outcomes
``recent``: accuracy on val from the later half less that from the earlier half; ``late``: mean place of the nearest
windows, from -0.5 (train's beginning) to 0.5 (its end), 0 on average where the order means nothing; ``late_z``: the
same in standard errors between units of val.

## Limits
Files whose order says nothing, or that were shuffled, give nothing.
"""

from __future__ import annotations

import numpy as np

from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, difference, number
from splitaudit.models.panel import nearest
from splitaudit.stats.paired import paired_by_unit


@experiment(fits=2.5)
def recency(lab: Lab) -> Measured:
    """Compare what the halves of train's order say about val."""
    lab.need_two_classes()
    rows, own = lab.rows_in_order, lab.val_rows
    X, y = lab.train.features[rows], lab.train.y[rows]
    new, new_y, units = lab.val.features[own], lab.val.y[own], lab.val_units[own]
    half = len(rows) // 2
    early = lab.score(X[:half], y[:half], new, new_y)
    later = lab.score(X[half:], y[half:], new, new_y)
    places = nearest(X, new).mean(axis=1) / max(len(rows) - 1, 1) - 0.5
    found = paired_by_unit(places, units)
    z = found.mean / max(found.error, 0.29 / np.sqrt(len(own)), 1e-3) if np.isfinite(found.error) else 0.0
    return Measured(
        outcomes={
            "recent": difference(
                later,
                early,
                units,
                f"val is known to {early.mean():.0%} from train's earlier half, to {later.mean():.0%} from the later",
            ),
            "late": number(
                found.mean, "of train's length", f"windows like val's stand {found.mean:+.0%} from the middle of train"
            ),
            "late_z": number(z, "standard errors", f"that is {z:.1f} standard errors between units of val"),
        },
        summary=f"val {early.mean():.0%} from train's earlier half, {later.mean():.0%} from its later half",
    )
