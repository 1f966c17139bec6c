import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.data.constant_channel import constant_channel as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_a_dead_channel_on_one_side_is_an_error():
    train, val = iid_split(0)
    X = val.X.copy()
    X[:, :, 1] = 4.5
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert "4.5" in found.message


def test_a_dead_channel_on_both_sides_is_a_warning():
    train, val = iid_split(1)
    sides = []
    for side in (train, val):
        X = side.X.copy()
        X[:, :, 0] = 0
        sides.append(side.with_X(X))
    found = run(rule, *sides)
    assert found.severity == "warning"
    assert found.where.channels == (0,)


def test_a_channel_that_often_rests_may_rest_in_a_small_val():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(200, 16, 2))
    X[rng.random(200) < 0.8, :, 1] = 0
    resting = np.flatnonzero((X[:, :, 1] == 0).all(axis=1))[:8]
    found = run(rule, make_split(X), make_split(X[resting] + [0.1, 0]))
    assert found.severity == "ok"
