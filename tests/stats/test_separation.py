import numpy as np
import pytest

from splitaudit.stats.separation import class_moments, nearest_class, separation


def moments(values, y, n_classes=3, step=7):
    blocks = [(slice(i, i + step), values[i : i + step]) for i in range(0, len(values), step)]
    return class_moments(blocks, y, n_classes)


def test_moments_by_class_do_not_depend_on_the_blocks():
    rng = np.random.default_rng(0)
    values, y = rng.normal(size=(50, 4)).astype(np.float32), rng.integers(0, 3, 50)
    found = moments(values, y)
    expected = np.array([values[y == k].mean(axis=0) for k in range(3)])
    assert found.mean == pytest.approx(expected, abs=1e-6)
    residual = values - expected[y]
    assert found.within == pytest.approx((residual**2).mean(axis=0), abs=1e-6)


def test_distance_of_the_nearest_classes_in_sd():
    rng = np.random.default_rng(1)
    y = rng.integers(0, 3, 6000)
    values = np.array([0.0, 10.0, 14.0])[y][:, None] + rng.normal(size=(6000, 1))
    assert separation(moments(values, y, step=999)) == pytest.approx(4.0, rel=0.05)


def test_constant_columns_and_functions_of_the_class():
    y = np.repeat([0, 1, 2], 5)
    values = np.stack([np.full(15, 0.3), 0.1 + y, y == 0], axis=1).astype(np.float32)
    assert separation(moments(values, y)).tolist() == [0.0, 1000.0, 0.0]
    assert separation(moments(values, np.zeros(15, dtype=int))).tolist() == [0.0, 0.0, 0.0]


def test_pooled_sets_of_columns():
    rng = np.random.default_rng(2)
    values, y = rng.normal(size=(40, 6)), rng.integers(0, 2, 40)
    pooled = moments(values, y, 2).over(2)
    assert pooled.mean[1, 0] == pytest.approx(values[y == 1][:, :3].mean())
    assert pooled.square[0, 1] == pytest.approx((values[y == 0][:, 3:] ** 2).mean())


def test_nearest_class_leaves_out_classes_that_do_not_occur():
    means, counts = np.array([0.0, 5.0, 1.0]), np.array([3, 2, 0])
    assert nearest_class(np.array([1.1, 4.0]), means, counts).tolist() == [0, 1]
