from dataclasses import replace

import numpy as np
import pytest

from splitaudit.rules.order.labels_not_shuffled import labels_not_shuffled as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_a_recording_in_order_is_told_without_alarm():
    train, val = iid_split(0, n_train=600)
    bouts = np.repeat(np.arange(20) % 3, 30)
    order = np.argsort(np.argsort(bouts, kind="stable"), kind="stable")
    ordered = train.take(np.argsort(train.y, kind="stable")[order])
    found = run(rule, replace(ordered, rows=np.arange(600)), val)
    assert found.severity in ("ok", "info")
    assert found.evidence["sortedness"] > 0.8


def test_a_sorted_file_is_a_warning_and_one_that_was_cut_an_error():
    train, val = iid_split(1, n_train=400)
    ordered = replace(train.take(np.argsort(train.y, kind="stable")), rows=np.arange(400))
    assert run(rule, ordered, val).severity == "warning"
    first, last = ordered.take(np.arange(280)), ordered.take(np.arange(280, 400))
    assert run(rule, first, last).severity == "error"


def test_runs_agree_with_the_formula_for_two_classes():
    train, val = iid_split(2)
    y = np.array([0, 1] * 150)
    found = run(rule, replace(train, y=y), val)
    assert found.evidence["expected_runs"] == pytest.approx(1 + 2 * 150 * 150 / 300)
    assert found.statistic == 300
