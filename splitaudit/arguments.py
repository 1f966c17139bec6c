"""Arguments of the library's functions, checked: one sentence says what was given and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from splitaudit.errors import ConfigError


def codes(codes: str | Iterable[str], name: str) -> tuple[str, ...]:
    """Return codes, prefixes or names of rules, given as one string or several."""
    listed = codes.split(",") if isinstance(codes, str) else list(codes or ())
    if not all(isinstance(code, str) for code in listed):
        raise ConfigError(f"{name} is {codes!r}, expected codes or names of rules")
    return tuple(code.strip() for code in listed if code.strip())


def number(value: Any, name: str) -> float:
    """Return a number."""
    if not isinstance(value, (int, float, np.integer, np.floating)):
        raise ConfigError(f"{name} is {value!r}, expected a number")
    return float(value)


def whole(value: Any, name: str, least: int) -> int:
    """Return a whole number of at least ``least``."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise ConfigError(f"{name} is {value!r}, expected a whole number of at least {least}")
    return int(value)


def jobs(n_jobs: Any) -> int:
    """Return a number of threads; None stands for one."""
    if n_jobs is None:
        return 1
    if not isinstance(n_jobs, (int, np.integer)) or isinstance(n_jobs, bool) or n_jobs == 0:
        raise ConfigError(f"n_jobs is {n_jobs!r}, expected a number of threads, or -1 for all processors")
    return int(n_jobs)


def options(rules: Any) -> Mapping[str, Mapping[str, Any]] | None:
    """Return options of rules by code."""
    if rules is None:
        return None
    if not isinstance(rules, Mapping) or not all(isinstance(options, Mapping) for options in rules.values()):
        raise ConfigError(f"rules is {rules!r}, expected options by rule, such as {{'SA301': {{'error': 0.05}}}}")
    return rules
