"""Validation holds a class that train never saw.

## What it measures
Classes that occur in validation and not in train, and the share of validation windows they make up; also the reverse.

## Why it matters
A model cannot predict a class it has never seen: every such window is an error, whatever is tuned.

## How it is decided
Counted exactly. The effect is the share of validation windows with an unseen class.

## What to do
Draw the split again so that train holds every class, leave these windows out, or mend the labels if two names mean
one class (see SA503).

## Limits
A class that train holds and validation lacks is only told in the details: with few windows that happens honestly.

## References
Scheirer, W. J. et al. (2013). Toward open set recognition. IEEE Trans. PAMI 35, 1757-1772.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import Context, rule


@rule(
    "SA502",
    effect="share of validation windows",
    warn=1e-9,
    error=0.01,
    remedy="Draw the split again so that train holds every class, or mend labels that mean the same.",
    needs=("labels",),
    fires_on=("unseen_label",),
    sees="all",
)
def unseen_class(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare which classes occur."""
    ours, theirs = train.label_counts > 0, val.label_counts > 0
    unseen, absent = np.flatnonzero(theirs & ~ours), np.flatnonzero(ours & ~theirs)
    rows = np.flatnonzero(np.isin(val.y, unseen))
    names = [train.split.classes[k] for k in unseen]
    missing = [train.split.classes[k] for k in absent]
    if len(unseen):
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        summary = f"{len(rows)} of {len(val)} val windows have a class that train never saw: {shown}"
    else:
        summary = "Train holds every class of val" + (f"; val lacks {', '.join(missing[:4])}" if missing else "")
    return Evidence(
        effect=len(rows) / len(val),
        summary=summary,
        where=Where(val_windows=rows),
        details={"unseen": names, "absent_from_val": missing},
    )
