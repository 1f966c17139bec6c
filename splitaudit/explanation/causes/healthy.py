"""Nothing holds validation back but the task itself.

## Signature
Train, val and their folds agree: what train knows of itself by units is what it knows of val and what val knows of
itself; no leak; the learning curve is flat near its limit.

## What would decide
A larger val, or folds by unit with a larger model, if the number still seems low.

## What to do
Nothing has to be mended in the split; take the ceiling for what the data allow, or record what the windows do not
show.
"""

from __future__ import annotations

from splitaudit.explanation.cause import NOWHERE, Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Nothing has to be mended in the split; take the ceiling for what the data allow, or record what "
        "the windows do not show."
    ),
    decides="A larger val, or folds by unit with a larger model, if the number still seems low.",
    rises=(
        "confidence-curve.sharpens_cv",
        "confidence-curve.sharpens_val",
        "confidence-curve.sure_val",
        "cross-validation.skill_val",
        "cross-validation.skill_cv",
    ),
    falls=(
        "audit.SA101",
        "audit.SA102",
        "audit.SA103",
        "audit.SA104",
        "audit.SA105",
        "audit.SA106",
        "audit.SA201",
        "audit.SA205",
        "audit.SA207",
        "audit.SA301",
        "audit.SA302",
        "audit.SA303",
        "audit.SA304",
        "audit.SA305",
        "audit.SA306",
        "audit.SA307",
        "audit.SA403",
        "audit.SA501",
        "audit.SA505",
        "audit.SA507",
        "cross-validation.gap",
        "cross-validation.gap_t",
        "cross-validation.optimism",
        "cross-validation.optimism_share",
        "cross-validation.home",
        "align.affine",
        "align.apart",
        "reshuffle.redrawn",
        "learning-curve.rise_cv",
        "drop-leaked.leaked",
        "confidence-curve.noise",
        "own-training.deficit",
        "own-training.deficit_z",
        "relabel.map_units",
        "recency.late_z",
        "blocked-folds.blocked",
    ),
)
def healthy(case: Case) -> Place:
    """Say where it sits."""
    return NOWHERE
