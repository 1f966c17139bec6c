import numpy as np
import pytest

from splitaudit.rules.leakage.shortcut_in_train import shortcut_in_train as rule
from splitaudit.zoo.cases import make_case
from tests.support import grouped_split, iid_split, run


def marked(split, marks, channel=1, size=3.0):
    X = split.X.copy()
    X[:, :, channel] += (size * marks[:, None]).astype(np.float32)
    return split.with_X(X)


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", range(4))
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity == "ok"


@pytest.mark.parametrize("make", [iid_split, grouped_split])
def test_a_mark_that_goes_with_the_class_in_train_only(make):
    train, val = make(0)
    found = run(rule, marked(train, train.y), marked(val, np.random.default_rng(0).permutation(val.y)))
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert found.evidence["accuracy_in_train"] > 0.97
    assert found.evidence["accuracy_in_val"] < 0.6
    assert found.evidence["other_channels_in_val"] > 0.8
    low, high = found.evidence["accuracy_in_val_interval"]
    assert low < found.evidence["accuracy_in_val"] < high


def test_a_mark_that_holds_on_both_sides_is_none():
    train, val = grouped_split(1)
    assert run(rule, marked(train, train.y), marked(val, val.y)).severity == "ok"


def test_where_every_channel_fails_no_channel_is_blamed():
    train, val = grouped_split(2)
    X = val.X.copy()
    found = run(rule, marked(train, train.y, size=6.0), val.with_X(X[np.random.default_rng(0).permutation(len(X))]))
    assert found.severity == "ok"


def test_five_subjects_a_side_are_enough():
    train, val = grouped_split(3, n_train=5, n_val=5)
    found = run(rule, marked(train, train.y), marked(val, np.random.default_rng(0).permutation(val.y)))
    assert found.p_value < 1e-3


def test_what_cannot_be_measured_is_said():
    train, val = iid_split(0)
    assert "one class only" in run(rule, train, val.take(val.y == 1)).message
    assert "fewer than 20 windows" in run(rule, train, val.take(np.arange(15))).message
    assert run(rule, train.take_channels([0]), val.take_channels([0])).severity == "skipped"


@pytest.mark.parametrize("base", ["regimes", "bursts"])
def test_fires_on_its_zoo_case(base):
    case = make_case(f"{base}/shortcut_channel/moderate", 1)
    found = run(rule, case.train, case.val)
    assert found.severity == "error"
    assert found.where.channels == case.truth.channels
