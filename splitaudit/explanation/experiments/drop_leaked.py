"""What is val's accuracy without the windows that leaked?

## How
The audit names the windows of val that train knows: copies, near copies, windows that share samples with train, and
windows of groups that are on both sides. The probe's accuracy is set apart on them and on the rest.

## Outcomes
``leaked``: share of val that is known to train in one of these ways; ``gained``: accuracy on these windows less
accuracy on the rest, or, where all are known, less accuracy inside train with units kept apart; ``inflated``: A_val
less accuracy on the rest; ``excess``: A_val less A_cv.

## Limits
Windows whose leak the audit did not see count as clean.
"""

from __future__ import annotations

import numpy as np

from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, number

LEAKS = ("SA301", "SA302", "SA303", "SA304", "SA305")
FEW = 5


@experiment()
def drop_leaked(lab: Lab) -> Measured:
    """Set the windows apart that train knows."""
    lab.need_two_classes()
    known = np.zeros(len(lab.val), dtype=bool)
    position = {int(row): i for i, row in enumerate(lab.val.split.rows)}
    for code in LEAKS:
        found = lab.findings.get(code)
        if found is None or found.severity not in ("error", "warning", "accepted"):
            continue
        rows = found.where.val_windows
        if found.where.n_val_windows > len(rows):  # the list is cut: what it does not name is as likely to be known
            known |= found.where.n_val_windows >= len(lab.val)
        known[[position[row] for row in rows if row in position]] = True
    hits, cv = lab.hits_val, float(lab.hits_cv.mean())
    rest = float(hits[~known].mean()) if (~known).sum() >= FEW else cv
    gained = float(hits[known].mean()) - rest if known.sum() >= FEW else 0.0
    share = float(known.mean())
    return Measured(
        outcomes={
            "leaked": number(share, "share of val windows", f"{share:.0%} of val's windows are known to train"),
            "gained": number(
                gained,
                "difference of accuracy",
                f"the known windows are right in {hits[known].mean() if known.any() else 0:.0%}, the others in "
                f"{rest:.0%}",
            ),
            "inflated": number(
                float(hits.mean()) - rest if known.any() else 0.0,
                "difference of accuracy",
                f"without the known windows accuracy goes from {hits.mean():.0%} to {rest:.0%}",
            ),
            "excess": number(
                float(hits.mean()) - cv,
                "difference of accuracy",
                f"val is at {hits.mean():.0%}, train with units kept apart at {cv:.0%}",
            ),
        },
        summary=f"{share:.0%} of val is known to train; without it {rest:.0%} instead of {hits.mean():.0%}",
    )
