"""How long an explanation may take, as people write it: "90", "90s", "5m", "1h", "1m30s"."""

from __future__ import annotations

import math
import re

from splitaudit.errors import ConfigError

DEFAULT_SECONDS = 300.0
LONGEST = 7 * 24 * 3600.0
SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0}
NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
ALONE = re.compile(NUMBER, re.ASCII)  # "1h30" is none: half past, or thirty seconds?
PARTS = re.compile(rf"(?:{NUMBER} ?h)? ?(?:{NUMBER} ?m)? ?(?:{NUMBER} ?s)?", re.ASCII)


def parse_budget(text: str | float | None) -> float:
    """Return a budget in seconds.

    Parameters
    ----------
    text : str, float or None
        Seconds, or hours, minutes and seconds with their letters, largest first, such as ``"5m"`` or ``"1m30s"``; None
        is five minutes.

    Raises
    ------
    ConfigError
        If it is no length of time, or not above zero and below a week.
    """
    if text is None:
        return DEFAULT_SECONDS
    seconds = _written(text) if isinstance(text, str) else _given(text)
    if not 0 < seconds <= LONGEST:  # NaN is neither
        raise ConfigError(f'the budget is {text!r}, expected a time above zero and up to a week, such as "90s" or "5m"')
    return seconds


def _given(value: object) -> float:
    try:
        return math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def _written(text: str) -> float:
    written = text.strip().lower()
    if ALONE.fullmatch(written):
        return float(written)
    found = PARTS.fullmatch(written)
    if found is None:
        return math.nan
    return sum(float(count or 0) * SECONDS[letter] for letter, count in zip("hms", found.groups(), strict=True))
