"""Distances against scipy, ties and types included."""

import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.distance import distances


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
@pytest.mark.parametrize(
    ("n", "m"), [(50, 31), (31, 50), (400, 7), (3, 2), (700, 333), (1, 90), (513, 512), (900, 700)]
)
def test_ks_equals_scipy_with_and_without_ties(dtype, n, m):
    rng = np.random.default_rng(n + m)
    first = (10 * rng.normal(size=(n, 6))).astype(dtype)
    second = (10 * rng.normal(size=(m, 6)) + 3).astype(dtype)
    found = distances(first, second)
    for j in range(6):
        wanted = stats.ks_2samp(*(side[:, j].astype(np.float64) for side in (first, second))).statistic
        assert found.ks[j] == pytest.approx(wanted, abs=1e-12)


def test_threads_do_not_change_the_numbers():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(3000, 300)), rng.normal(size=(2000, 300))
    one, two = distances(first, second), distances(first, second, n_jobs=2)
    assert np.array_equal(one.ks, two.ks)
    assert np.array_equal(one.wasserstein, two.wasserstein)


def test_wasserstein_is_the_shift_of_a_shifted_sample():
    x = np.random.default_rng(1).normal(size=(5000, 1))
    assert distances(x, x + 0.7).wasserstein[0] == pytest.approx(0.7)
    assert distances(x, 1.5 * x).wasserstein[0] == pytest.approx(
        stats.wasserstein_distance(x[:, 0], 1.5 * x[:, 0]), rel=0.02
    )


def test_input_is_not_sorted_in_place():
    x = np.random.default_rng(2).normal(size=(40, 1))
    before = x.copy()
    distances(x, x)
    assert np.array_equal(x, before)


def test_no_columns():
    assert distances(np.empty((3, 0)), np.empty((2, 0))).ks.shape == (0,)


@pytest.mark.parametrize("at", [0, 5, 150, 290])
def test_a_step_between_the_places_looked_at_first_is_found(at):
    first = np.arange(900.0)
    second = np.arange(1.0, 900.0, 3)
    second[at : at + 9] = second[at]  # nine equal values of val, wherever they stand among every sixteenth
    expected = stats.ks_2samp(first, second).statistic
    assert distances(first[:, None], second[:, None]).ks[0] == pytest.approx(expected, abs=1e-12)
    assert expected > 1 / 300


def test_constant_columns_differ_wholly_or_not_at_all():
    first, second = np.array([[2.0, 1.0]] * 40), np.array([[2.0, 3.0]] * 30)
    found = distances(first, second)
    assert found.ks.tolist() == [0.0, 1.0]
    assert found.wasserstein.tolist() == [0.0, 2.0]
