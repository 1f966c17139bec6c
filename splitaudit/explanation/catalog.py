"""Every experiment, the cheap and decisive first. To add one: its file, its line here, its test."""

from __future__ import annotations

import importlib
from functools import cache

from splitaudit.explanation.experiment import ExperimentSpec

MODULES = (
    "cross_validation",
    "own_training",
    "drop_leaked",
    "confidence_curve",
    "error_slices",
    "separation",
    "relabel",
    "permuted_labels",
    "align",
    "put_back",
    "drop_channel",
    "blocked_folds",
    "recency",
    "reshuffle",
    "learning_curve",
    "truncate",
    "panel",
)


@cache
def all_experiments() -> tuple[ExperimentSpec, ...]:
    """Return every experiment in the order of the catalogue."""
    found = []
    for name in MODULES:
        module = importlib.import_module(f"splitaudit.explanation.experiments.{name}")
        found.append(getattr(module, name))
    return tuple(found)
