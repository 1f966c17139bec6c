"""Windows of val are in train with small changes, so val accuracy is too good to be true.

## Signature
Val falls when the near copies are left out.

## What would decide
Val without the named windows.

## What to do
Keep all versions of a recording on one side: augment, filter and export after the split.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy="Keep all versions of a recording on one side: augment, filter and export after the split.",
    decides="Val without the named windows.",
    costs="drop-leaked.inflated",
    rises=("audit.SA302", "drop-leaked.leaked", "drop-leaked.gained", "drop-leaked.inflated", "drop-leaked.excess"),
    falls=("audit.SA301", "audit.SA303"),
)
def leakage_near_duplicates(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA302")
