"""The file was cut in its order, and what its end holds differs from its beginning.

## Signature
Stretches of train are as hard for the rest of it as val is, random folds are far easier, and a split drawn again is
easy.

## What would decide
The same split drawn again by blocks of time.

## What to do
Draw blocks of time with gaps to both sides, or shuffle before the cut if the order means nothing; for forecasting
keep the cut and expect this accuracy.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Draw blocks of time with gaps to both sides, or shuffle before the cut if the order means "
        "nothing; for forecasting keep the cut and expect this accuracy."
    ),
    decides="The same split drawn again by blocks of time.",
    costs="reshuffle.redrawn",
    rises=(
        "blocked-folds.blocked",
        "blocked-folds.ahead",
        "blocked-folds.ahead_known",
        "blocked-folds.trend",
        "audit.SA106",
        "audit.SA309",
        "audit.SA401",
        "audit.SA402",
        "audit.SA403",
        "recency.recent",
        "recency.late",
        "recency.late_z",
        "reshuffle.redrawn",
        "reshuffle.redrawn_windows",
        "cross-validation.optimism",
        "cross-validation.gap",
        "cross-validation.home_random",
    ),
)
def unshuffled_split(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA106", "SA403", "SA309", "SA402", "SA401")
