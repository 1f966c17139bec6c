"""Whether a cause is placed where it was planted: the same channels, groups or windows, by Jaccard index."""

from __future__ import annotations

from typing import Any

from splitaudit.data.split import Split
from splitaudit.place import MAX_ROWS, Place
from splitaudit.zoo.world import Truth

ALIKE = 0.5


def placed(truth: Truth, found: Place, val: Split) -> bool | None:
    """Compare the narrowest place of the truth with what was found; None where the truth is everywhere."""
    every_group = len(set(val.groups.tolist())) if val.groups is not None else 0
    if truth.channels and len(truth.channels) < val.n_channels:
        return _alike(set(truth.channels), set(found.channels))
    if truth.groups and len(truth.groups) < every_group:
        return _alike(set(truth.groups), set(found.groups))
    rows = truth.val_windows.tolist()
    if 0 < len(rows) < 0.9 * len(val):
        return _alike(set(rows), set(found.val_windows)) if len(rows) <= MAX_ROWS else None
    return None


def _alike(planted: set[Any], found: set[Any]) -> bool:
    return len(planted & found) >= ALIKE * len(planted | found)
