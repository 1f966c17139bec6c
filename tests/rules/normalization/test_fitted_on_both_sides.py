import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.normalization.fitted_on_both_sides import fitted_on_both_sides as rule
from tests.rules.normalization.test_fitted_per_side import by_group, ranged, standard
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("scaler", [standard, ranged])
@pytest.mark.parametrize("seed", [0, 1])
def test_does_not_fire_where_train_alone_was_fitted(make, scaler, seed):
    train, val = make(seed)
    assert run(rule, train, val).effect == 0
    found = run(rule, train.with_X(scaler(train.X)), val.with_X(scaler(val.X, train.X)))
    assert found.severity == "ok"


def on_both(train, val, scaler, **axis):
    both = np.concatenate([train.X, val.X])
    return train.with_X(scaler(train.X, both, **axis)), val.with_X(scaler(val.X, both, **axis))


def test_alike_sides_give_a_warning():
    found = run(rule, *on_both(*iid_split(2), standard))
    assert found.severity == "warning"
    assert found.where.channels == (0, 1, 2)


def test_a_val_side_that_moved_the_scaler_is_an_error():
    train, val = grouped_split(3)
    found = run(rule, *on_both(train, val.with_X(val.X + np.float32([0, 2, 0])), standard))
    assert found.severity == "error"
    # a third of the windows moved by 2 moves the mean by two thirds, in sd of what comes out
    assert 0.3 < found.effect < 0.7
    assert "the scaler has seen val" in found.message


def test_ranges():
    train, val = grouped_split(4)
    found = run(rule, *on_both(train, val.with_X(1.5 * val.X), ranged))
    assert found.severity == "error"
    assert found.where.channels == (0, 1, 2)


def test_one_scale_for_all_channels():
    train, val = grouped_split(5)
    units = np.float32([1, 5, 20])
    sides = on_both(train.with_X(train.X * units), val.with_X(val.X * units), standard, axis=(0, 1, 2))
    found = run(rule, *sides)
    assert found.severity in ("warning", "error")
    assert found.where.channels == (0, 1, 2)


def test_other_ways_to_be_exact_are_not_this_one():
    train, val = grouped_split(6)
    assert run(rule, train.with_X(standard(train.X)), val.with_X(standard(val.X))).severity == "ok"
    assert run(rule, by_group(train), by_group(val)).severity == "ok"


def test_two_natural_ranges_are_a_warning_at_most():
    rng = np.random.default_rng(7)
    train, val = rng.uniform(0.2, 0.8, (60, 40, 1)), rng.uniform(0.2, 0.8, (30, 40, 1))
    train[3, 3], val[3, 3] = 0.0, 1.0
    found = run(rule, make_split(train), make_split(val))
    assert found.severity == "warning"
