import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.normalization.low_variation import low_variation as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity == "ok"


@pytest.mark.parametrize("spoiled", [0, 1])
def test_a_dead_channel_on_one_side_is_a_fact(spoiled):
    both = list(grouped_split(3, n_train=5, n_val=5))
    X = both[spoiled].X.copy()
    X[:, :, 1] = 0.2
    both[spoiled] = both[spoiled].with_X(X)
    found = run(rule, *both)
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert found.p_value is None
    assert found.effect == 1


def test_mostly_dead_is_beyond_chance():
    train, val = grouped_split(4)
    rng = np.random.default_rng(0)
    rows = np.sort(rng.permutation(len(val))[: int(0.9 * len(val))])
    X = val.X.copy()
    X[rows, :, 0] = X[rows, :1, 0] + 1e-5 * rng.normal(size=(len(rows), X.shape[1]))
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.p_value < 1e-6
    assert np.array_equal(found.where.val_windows, rows)


def test_one_dead_subject_of_six_is_not_beyond_chance():
    train, val = grouped_split(5)
    X = val.X.copy()
    X[val.groups == val.groups[0], :, 0] = 0
    assert run(rule, train, val.with_X(X)).severity == "ok"


def test_flat_windows_of_both_sides():
    train, val = grouped_split(6)
    sides = []
    for side in (train, val):
        X = side.X.copy()
        X[: int(0.9 * len(X))] = X[: int(0.9 * len(X)), :1]
        sides.append(side.with_X(X))
    found = run(rule, *sides)
    assert found.severity == "error"
    assert len(found.where.val_windows) == int(0.9 * len(val))


def test_levels_that_hide_what_happens_inside():
    rng = np.random.default_rng(7)
    sides = [make_split(rng.normal(size=(n, 1, 2)) * 1000 + rng.normal(size=(n, 50, 2))) for n in (120, 60)]
    found = run(rule, *sides)
    assert found.severity == "warning"
    assert "less inside windows than between" in found.message


def test_a_channel_that_seldom_moves_is_a_warning_and_a_switch_is_honest():
    rng = np.random.default_rng(8)
    sides, switched = [], []
    for side in grouped_split(8):
        rare = rng.random(len(side)) < 0.05
        X, S = side.X.copy(), side.X.copy()
        X[~rare, :, 2] = 0
        S[:, :, 2] = (S[:, :, 2] > 0) & rare[:, None]
        sides.append(side.with_X(X))
        switched.append(side.with_X(S))
    found = run(rule, *sides)
    assert found.severity == "warning"
    assert found.where.channels == (2,)
    assert run(rule, *switched).severity == "ok"


def test_single_time_steps_are_skipped():
    rng = np.random.default_rng(9)
    sides = [make_split(rng.normal(size=(n, 1, 3))) for n in (40, 20)]
    assert run(rule, *sides).severity == "skipped"
