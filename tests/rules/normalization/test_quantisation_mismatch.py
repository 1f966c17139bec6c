import numpy as np
import pytest

from splitaudit.rules.normalization.quantisation_mismatch import quantisation_mismatch as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    train, val = make(seed)
    assert run(rule, train, val).effect == 0
    for change in (lambda X: np.round(X, 1), np.round, lambda X: (100 * X).astype(np.int16), np.sign):
        assert run(rule, train.with_X(change(train.X)), val.with_X(change(val.X))).severity == "ok"


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("spoiled", [0, 1])
@pytest.mark.parametrize("step", [0.1, 0.037, 1.0])
def test_steps_on_one_side(make, spoiled, step):
    both = list(make(3))
    X = both[spoiled].X.copy()
    X[:, :, 2] = np.round(X[:, :, 2] / step) * step + 0.3
    both[spoiled] = both[spoiled].with_X(X)
    found = run(rule, *both)
    assert found.severity == "error"
    assert found.where.channels == (2,)
    assert found.evidence["step"] == pytest.approx(step, rel=1e-3)
    assert f"in {('train', 'val')[spoiled]} is resolved" in found.message


def test_a_grid_is_found_after_scaling():
    train, val = grouped_split(4)
    scale = np.float32(1 / 1.2345)
    coarse = (np.round(val.X * 8) / 8 - np.float32(0.1)) * scale
    found = run(rule, train.with_X((train.X - np.float32(0.1)) * scale), val.with_X(coarse))
    assert found.severity == "error"
    assert found.evidence["step"] == pytest.approx(0.125 / 1.2345, rel=1e-3)


def test_half_precision_is_a_warning_unless_the_level_is_high():
    train, val = grouped_split(5)
    found = run(rule, train, val.with_X(val.X.astype(np.float16).astype(np.float32)))
    assert found.severity == "warning"
    assert found.evidence["bits"] == 11
    high = [side.with_X(side.X + 1000) for side in (train, val)]
    found = run(rule, high[0], high[1].with_X(high[1].X.astype(np.float16).astype(np.float32)))
    assert found.severity == "error"


def test_some_subjects_are_a_warning_and_named_by_windows():
    train, val = grouped_split(6)
    rows = np.flatnonzero(val.groups == val.groups.max())
    X = val.X.copy()
    X[rows, :, 0] = np.round(X[rows, :, 0], 1)
    found = run(rule, train, val.with_X(X))
    assert found.severity == "warning"
    assert np.array_equal(found.where.val_windows, rows)


def test_a_device_that_is_on_both_sides_is_no_mismatch():
    train, val = grouped_split(7)
    sides = []
    for side in (train, val):
        rows = np.isin(side.groups, np.unique(side.groups)[:2])
        X = side.X.copy()
        X[rows] = np.round(X[rows], 1)
        sides.append(side.with_X(X))
    assert run(rule, *sides).severity == "ok"
