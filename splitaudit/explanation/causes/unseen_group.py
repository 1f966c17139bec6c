"""The groups of val do it in their own way, which train's groups do not teach.

## Signature
Random folds inside train are far better than folds by group, which are about as bad as val; or the errors sit in some
groups of val.

## What would decide
More groups in train: accuracy by group must then rise.

## What to do
Report accuracy by group; record more groups, calibrate per group (such as standardising each by itself), or draw val
so that it holds typical groups.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Report accuracy by group; record more groups, calibrate per group (such as standardising each by"
        " itself), or draw val so that it holds typical groups."
    ),
    decides="More groups in train: accuracy by group must then rise.",
    costs="cross-validation.optimism",
    rises=(
        "cross-validation.optimism",
        "cross-validation.optimism_share",
        "error-slices.worst_unit",
        "error-slices.worst_deficit",
        "error-slices.concentrated",
        "error-slices.scatter_val",
        "error-slices.scatter_train",
        "audit.SA105",
        "align.each_unit",
        "cross-validation.gap",
        "cross-validation.home_random",
        "learning-curve.rise_units",
        "separation.auc_window",
        "separation.strange_gap",
    ),
    falls=("audit.SA101", "align.apart", "reshuffle.redrawn", "relabel.map"),
    needs=("split.groups",),
)
def unseen_group(case: Case) -> Place:
    """Say where it sits."""
    found = case.worst_groups()
    return found if found.groups else case.place_of("SA105")
