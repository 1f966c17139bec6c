import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.normalization.clipped import clipped as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    found = run(rule, *make(seed))
    assert found.severity == "ok"
    assert found.effect == 0


@pytest.mark.parametrize("spoiled", ["val", "train"])
@pytest.mark.parametrize("both_ends", [True, False])
def test_one_side_cut_off(spoiled, both_ends):
    sides = dict(zip(("train", "val"), grouped_split(3), strict=True))
    X = sides[spoiled].X.copy()
    low, high = np.quantile(X[:, :, 1], [0.04, 0.96])
    X[:, :, 1] = np.clip(X[:, :, 1], low if both_ends else None, high)
    sides[spoiled] = sides[spoiled].with_X(X)
    found = run(rule, sides["train"], sides["val"])
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert found.effect == pytest.approx(0.04, abs=0.005)
    hit = X[:, :, 1] == X[:, :, 1].max()
    hit |= (X[:, :, 1] == X[:, :, 1].min()) & both_ends
    assert np.array_equal(getattr(found.where, f"{spoiled}_windows"), np.flatnonzero(hit.any(axis=1)))
    assert f"{spoiled} was cut off" in found.message


def test_rectified_on_one_side():
    train, val = grouped_split(4)
    found = run(rule, train, val.with_X(np.maximum(val.X, 0)))
    assert found.severity == "error"
    assert found.where.channels == (0, 1, 2)


def test_some_subjects_cut_off():
    train, val = grouped_split(5)
    rows = np.flatnonzero(np.isin(val.groups, np.unique(val.groups)[:2]))
    X = val.X.copy()
    X[rows, :, 0] = np.minimum(X[rows, :, 0], 1.0)
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert set(found.where.val_windows) <= set(rows.tolist())


def test_levels_at_which_the_sensor_of_each_subject_rests_are_a_warning():
    sides = []
    for number, side in enumerate(grouped_split(7)):
        level = 0.1 * np.random.default_rng(number).normal(size=(side.groups.max() + 1, 1, 1))
        sides.append(side.with_X((np.maximum(side.X, 0.3) + level[side.groups]).astype(side.X.dtype)))
    found = run(rule, *sides)
    assert found.severity == "warning"
    assert "all in one group" in found.message


@pytest.mark.parametrize("seed", [10, 21, 29, 34])
def test_short_windows_of_whole_numbers_have_no_rail(seed):
    rng = np.random.default_rng(seed)
    sides = []
    for n in (470, 225):
        X = 8 + 6 * rng.normal(size=(n, 1, 6)) + 5 * rng.normal(size=(n, 8, 6))
        sides.append(make_split(np.round(X).astype(np.float32)))
    assert run(rule, *sides).severity == "ok"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_whole_numbers_that_val_cuts_off_are_an_error(seed):
    rng = np.random.default_rng(seed)
    train, val = (np.round(40 + 12 * rng.normal(size=(n, 32, 2))).astype(np.float32) for n in (400, 200))
    val[:, :, 1] = np.minimum(val[:, :, 1], np.quantile(val[:, :, 1], 0.9))
    found = run(rule, make_split(train), make_split(val))
    assert found.severity == "error"
    assert found.where.channels == (1,)


def test_both_sides_cut_off_at_other_values_are_an_error():
    train, val = grouped_split(8)
    found = run(rule, train.with_X(np.clip(train.X, -1.8, 1.8)), val.with_X(np.clip(val.X, -1.2, 1.2)))
    assert found.severity == "error"
    assert "val was cut off" in found.message


def test_both_sides_alike_are_a_warning():
    train, val = grouped_split(6)
    found = run(rule, *(side.with_X(np.clip(side.X, -1.5, 1.5)) for side in (train, val)))
    assert found.severity == "warning"
    assert "stops there as well" in found.message


def honest(name, X, rng):
    if name == "switch":
        return (X > 0.5).astype(np.float32)
    if name == "coarse":
        return np.round(2 * X) / 2
    if name == "rain":
        return np.maximum(X - 1, 0)
    if name == "padded":
        beyond = np.arange(X.shape[1]) >= rng.integers(30, X.shape[1] + 1, len(X))[:, None]
        return np.where(beyond[:, :, None], np.float32(0), X + 9)
    return np.where(rng.random(len(X)) < 0.4, np.float32(0), 1)[:, None, None] * X  # silent windows


@pytest.mark.parametrize("name", ["switch", "coarse", "rain", "padded", "silent"])
def test_honest_extremes(name):
    rng = np.random.default_rng(7)
    train, val = grouped_split(7)
    assert run(rule, *(side.with_X(honest(name, side.X, rng)) for side in (train, val))).severity == "ok"
