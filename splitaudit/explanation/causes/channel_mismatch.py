"""The channels of val stand in another order than train's, or upside down.

## Signature
Each side is learnable alone, and putting channels back or turning them over brings accuracy back.

## What would decide
The channel lists of both exports.

## What to do
Put the named channels into the order of train, multiply by -1 where it says so, and compare again.
"""

from __future__ import annotations

from splitaudit.explanation.cause import NOWHERE, Case, cause
from splitaudit.place import Place


@cause(
    remedy=("Put the named channels into the order of train, multiply by -1 where it says so, and compare again."),
    decides="The channel lists of both exports.",
    costs="put-back.put_back",
    rises=(
        "audit.SA207",
        "put-back.put_back",
        "put-back.brought_together",
        "put-back.flipped",
        "cross-validation.gap",
        "align.apart",
        "audit.SA104",
        "separation.auc_unit",
        "separation.strange",
        "repairs.channels_lead",
        "repairs.channels_share",
    ),
    falls=("align.affine_share", "align.affine", "align.brought_together"),
)
def channel_mismatch(case: Case) -> Place:
    """Say where it sits."""
    found = case.place_of("SA207")
    return found if found != NOWHERE else Place(channels=case.channel("put-back", "flipped_channel"))
