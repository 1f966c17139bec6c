"""Windows of val are in train as well, so val accuracy is too good to be true.

## Signature
Val falls when the copies are left out.

## What would decide
Val without the named windows.

## What to do
Drop the named windows from one side and measure again; deduplicate before splitting.
"""

from __future__ import annotations

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy="Drop the named windows from one side and measure again; deduplicate before splitting.",
    decides="Val without the named windows.",
    costs="drop-leaked.inflated",
    rises=("audit.SA301", "drop-leaked.leaked", "drop-leaked.gained", "drop-leaked.inflated", "drop-leaked.excess"),
    falls=("audit.SA303",),
)
def leakage_duplicates(case: Case) -> Place:
    """Say where it sits."""
    return case.place_of("SA301", "SA308")
