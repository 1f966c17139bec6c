"""Every cause: its file, its line here, its cases in the zoo, its test make one."""

from __future__ import annotations

import importlib
from functools import cache

from splitaudit.explanation.cause import CauseSpec

NAMES = (
    "healthy",
    "label_noise",
    "uninformative_window",
    "insufficient_data",
    "unseen_group",
    "covariate_shift",
    "normalization_mismatch",
    "channel_mismatch",
    "concept_shift",
    "label_shift",
    "unshuffled_split",
    "leakage_duplicates",
    "leakage_near_duplicates",
    "leakage_overlap",
    "leakage_group",
    "shortcut_in_train",
    "target_leak",
    "majority_ceiling",
    "model_fault",
)


@cache
def all_causes() -> dict[str, CauseSpec]:
    """Return every cause by name."""
    return {name: getattr(importlib.import_module(f"splitaudit.explanation.causes.{name}"), name) for name in NAMES}
