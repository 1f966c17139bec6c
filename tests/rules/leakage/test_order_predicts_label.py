from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.leakage.order_predicts_label import order_predicts_label as rule
from splitaudit.rules.leakage.order_predicts_label import place_tells
from splitaudit.zoo.cases import make_case
from tests.support import grouped_split, iid_split, run


def file_cut(order, border=300, seed=0):
    """A bare file of 450 windows in some order, cut by position."""
    train, val = iid_split(seed)
    X, y = np.concatenate([train.X, val.X]), np.concatenate([train.y, val.y])
    place = order(y)
    return make_split(X[place[:border]], y[place[:border]]), make_split(X[place[border:]], y[place[border:]])


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", range(4))
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity == "ok"


def test_a_sorted_file_that_was_cut_is_an_error():
    found = run(rule, *file_cut(lambda y: np.argsort(y, kind="stable")))
    assert found.severity == "error"
    assert found.evidence["order"] > 0.9
    assert "% 2 (" in found.message
    assert found.where.n_val_windows >= 145


def test_sides_that_are_sorted_alike_are_no_finding():
    sides = [side.take(np.argsort(side.y, kind="stable")) for side in iid_split(1)]
    found = run(rule, *sides)
    assert found.severity == "ok"
    assert found.evidence["order"] > 0.9


def test_other_class_shares_in_a_shuffled_file_are_not_its_business():
    train, val = iid_split(2)
    keep = (val.y == 2) | (np.random.default_rng(0).random(len(val)) < 0.15)
    found = run(rule, train, val.take(keep))
    assert found.severity == "ok"
    assert found.evidence["difference_of_class_shares"] > 0.3


def test_subjects_of_one_class_each_differ_by_chance():
    """Three sick subjects against two healthy ones happen to be split so; exchange of subjects says that it may."""
    train, val = grouped_split(0, n_train=4, n_val=2)
    train = replace(train, y=np.array([0, 1, 1, 1])[train.groups])
    val = replace(val, y=np.array([0, 0])[val.groups])
    found = run(rule, train, val)
    assert found.effect > 0.4
    assert found.severity in ("ok", "info")


def test_place_tells_by_hand():
    assert place_tells(np.repeat([0, 1], 50), 2) == 1.0
    assert place_tells(np.tile([0, 1], 50), 2) == 0.0
    # nine tenths of one class, the last one of the other: 10 of the 10 that the largest class misses are told
    assert place_tells(np.repeat([0, 1], [90, 10]), 2) == 1.0


def test_what_cannot_be_measured_is_said():
    train, val = iid_split(0)
    assert "20 windows and two classes" in run(rule, train.take(np.arange(15)), val.take(np.arange(15))).message
    assert run(rule, replace(train, y=None), val).severity == "skipped"


@pytest.mark.parametrize("base", ["ar", "bursts"])
def test_fires_on_its_zoo_case(base):
    case = make_case(f"{base}/sorted_by_label/moderate", 1)
    assert run(rule, case.train, case.val).severity == "error"
