import numpy as np
import pytest

from splitaudit.stats.nearest import Points


def all_distances(first, second):
    return np.sqrt(((first[:, None] - second[None]) ** 2).sum(axis=2))


@pytest.mark.parametrize("d", [2, 16])
def test_nearest_against_all_distances(rng, d):
    pool, points = rng.normal(size=(500, d)), rng.normal(size=(200, d))
    every = all_distances(points, pool)
    radius = float(np.median(every.min(axis=1)))
    distance, row = Points(pool).nearest(points, radius)
    near = np.isfinite(distance)
    assert np.array_equal(near, every.min(axis=1) < radius)
    assert np.array_equal(row[near], every.argmin(axis=1)[near])
    assert distance[near] == pytest.approx(every.min(axis=1)[near])


def test_points_of_the_own_unit_are_left_out(rng):
    pool, units = rng.normal(size=(300, 2)), rng.integers(0, 2, 300)
    distance, row = Points(pool).nearest(pool, 10.0, 100, (units, units))
    every = all_distances(pool, pool)
    every[units[:, None] == units[None]] = np.inf
    near = np.isfinite(distance)
    assert near.mean() > 0.99
    assert np.array_equal(row[near], every.argmin(axis=1)[near])


def test_zeros_are_near_to_nothing(rng):
    pool = rng.normal(size=(50, 3))
    pool[::2] = 0
    distance, row = Points(pool).nearest(pool, 0.1)
    assert np.array_equal(np.isfinite(distance), np.arange(50) % 2 == 1)
    assert np.array_equal(row[1::2], np.arange(1, 50, 2))
    assert np.isinf(Points(np.zeros((9, 3))).nearest(pool, 0.1)[0]).all()
