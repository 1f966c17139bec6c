"""The same signal means another label in val than in train.

## Signature
The windows look alike, val teaches itself far better than train teaches it, and another reading of the labels brings
accuracy back.

## What would decide
The labelling rules of both sides, side by side.

## What to do
Compare how the labels of both sides were made, and relabel one side by the other's protocol.
"""

from __future__ import annotations

from dataclasses import replace

from splitaudit.explanation.cause import NOWHERE, Case, cause
from splitaudit.place import Place


@cause(
    remedy="Compare how the labels of both sides were made, and relabel one side by the other's protocol.",
    decides="The labelling rules of both sides, side by side.",
    costs="relabel.map_units",
    rises=(
        "audit.SA507",
        "audit.SA503",
        "audit.SA308",
        "relabel.map",
        "relabel.map_units",
        "relabel.mapped_share",
        "cross-validation.home",
        "cross-validation.home_random",
        "cross-validation.gap",
        "cross-validation.gap_t",
        "confidence-curve.confident_less_right",
        "error-slices.concentrated",
        "repairs.names_lead",
        "repairs.names_share",
    ),
    falls=(
        "separation.auc_unit",
        "separation.strange",
        "separation.p_shift",
        "align.apart",
        "audit.SA101",
        "audit.SA102",
        "align.affine",
        "confidence-curve.ratio_wrong_val",
    ),
)
def concept_shift(case: Case) -> Place:
    """Say where it sits."""
    windows = case.against_train()
    groups = case.place_of("SA507", "SA308").groups or case.worst_groups().groups
    return replace(windows, groups=groups) if windows != NOWHERE else case.place_of("SA503")
