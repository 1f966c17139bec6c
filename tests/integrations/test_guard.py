"""The guard before training."""

from __future__ import annotations

import numpy as np
import pytest

import splitaudit as sa

X = np.random.default_rng(0).normal(size=(60, 16, 2))
Y = np.arange(60) % 2
CLEAN = (X[:40], Y[:40]), (X[40:], Y[40:])
COPIED = (X[:40], Y[:40]), (X[30:], Y[30:])


def test_a_split_that_passes_gives_its_report():
    report = sa.guard(*CLEAN, select="SA301")
    assert report.passed
    assert report.finding("SA301").severity == "ok"


def test_a_split_that_does_not_pass_stops():
    with pytest.raises(sa.FindingsError, match=r"SA301 duplicate-windows: 10 of 30 val windows"):
        sa.guard(*COPIED, select="SA301")


def test_fail_on_and_other_options_are_those_of_check():
    assert sa.guard(*COPIED, select="SA301", fail_on="never").finding("SA301").severity == "error"
    lenient = {"SA301": {"error": 0.9}}
    assert sa.guard(*COPIED, select="SA301", rules=lenient).finding("SA301").severity == "warning"
    with pytest.raises(sa.FindingsError):
        sa.guard(*COPIED, select="SA301", rules=lenient, fail_on="warning")
    with pytest.raises(TypeError, match="slect"):
        sa.guard(*CLEAN, slect="SA301")


def test_one_source_may_hold_both_sides():
    (X_train, y_train), (X_val, y_val) = CLEAN
    both = {"X_train": X_train, "y_train": y_train, "X_val": X_val, "y_val": y_val}
    assert sa.guard(both, select="SA301").val.n_windows == 20
