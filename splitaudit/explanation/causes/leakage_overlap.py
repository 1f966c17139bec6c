"""Windows of val share samples with train's, so val accuracy is too good to be true.

## Signature
Val falls when the overlapping windows are left out.

## What would decide
A split by recording, or with a gap of a window's length.

## What to do
Split recordings first and cut windows afterwards, or leave a gap of a window's length.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy="Split recordings first and cut windows afterwards, or leave a gap of a window's length.",
    decides="A split by recording, or with a gap of a window's length.",
    costs="drop-leaked.inflated",
    rises=(
        "audit.SA303",
        "audit.SA305",
        "drop-leaked.leaked",
        "drop-leaked.gained",
        "drop-leaked.inflated",
        "drop-leaked.excess",
        "cross-validation.optimism",
    ),
    falls=("audit.SA301",),
)
def leakage_overlap(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA303", "SA305")
