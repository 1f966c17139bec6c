"""Lengths of time as people write them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from splitaudit.errors import ConfigError
from splitaudit.explanation.budget import parse_budget


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 300),
        ("90", 90),
        ("90s", 90),
        ("5m", 300),
        ("1h", 3600),
        ("1m30s", 90),
        ("1h 2m 3s", 3723),
        (" 5 M ", 300),
        ("0.5m", 30),
        (".5m", 30),
        ("1.5", 1.5),
        (90, 90),
        (0.25, 0.25),
        (np.float64(7), 7),
        (7 * 24 * 3600, 604800),
    ],
)
def test_budgets(text, seconds):
    assert parse_budget(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "0s",
        "-5m",
        "-1",
        "5 minutes",
        "5x",
        "m",
        "1h30",
        "1s1m",
        "1 2",
        "1e3",
        "nan",
        "inf",
        "٣m",
        "9999999h",
        0,
        -1.0,
        math.nan,
        math.inf,
        True,
        [5],
        {},
    ],
)
def test_what_is_no_budget(text):
    with pytest.raises(ConfigError, match=r"^the budget is .*, expected a time above zero and up to a week") as caught:
        parse_budget(text)
    assert "\n" not in str(caught.value)
