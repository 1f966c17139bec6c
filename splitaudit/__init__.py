"""Audit a train/validation split of windowed sequence data before training on it.

>>> import splitaudit as sa
>>> report = sa.check("train.npz", "val.npz")  # doctest: +SKIP
>>> report.raise_for_findings()  # doctest: +SKIP

Everything here is loaded when it is first used, so that importing the package costs next to nothing. It may be imported
before pytest starts, which then has nothing to say of its plugin (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from splitaudit import errors
    from splitaudit.api import check, explain
    from splitaudit.baselines import baseline
    from splitaudit.data.split import Split
    from splitaudit.errors import ConfigError, DataError, FindingsError, MissingExtraError, SplitAuditError
    from splitaudit.integrations.cross_validation import CrossValidation, check_cv
    from splitaudit.integrations.guard import guard
    from splitaudit.readers.read import read, read_pair
    from splitaudit.results import Baseline, Partition, Report
    from splitaudit.splits import repair, split
    from splitaudit.version import __version__

_HOME = {
    "baseline": "splitaudit.baselines",
    "check": "splitaudit.api",
    "check_cv": "splitaudit.integrations.cross_validation",
    "explain": "splitaudit.api",
    "guard": "splitaudit.integrations.guard",
    "read": "splitaudit.readers.read",
    "read_pair": "splitaudit.readers.read",
    "repair": "splitaudit.splits",
    "split": "splitaudit.splits",
    "Baseline": "splitaudit.results",
    "CrossValidation": "splitaudit.integrations.cross_validation",
    "Partition": "splitaudit.results",
    "Split": "splitaudit.data.split",
    "Report": "splitaudit.results",
    "ConfigError": "splitaudit.errors",
    "DataError": "splitaudit.errors",
    "FindingsError": "splitaudit.errors",
    "MissingExtraError": "splitaudit.errors",
    "SplitAuditError": "splitaudit.errors",
    "__version__": "splitaudit.version",
}

__all__ = [
    "Baseline",
    "ConfigError",
    "CrossValidation",
    "DataError",
    "FindingsError",
    "MissingExtraError",
    "Partition",
    "Report",
    "Split",
    "SplitAuditError",
    "__version__",
    "baseline",
    "check",
    "check_cv",
    "errors",
    "explain",
    "guard",
    "read",
    "read_pair",
    "repair",
    "split",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    if name == "errors":
        return importlib.import_module("splitaudit.errors")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
