import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from splitaudit.stats.agreement import kappa, mean_kappa


@pytest.mark.parametrize("seed", range(5))
def test_it_is_cohens(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.random((2, 200)) < rng.uniform(0.2, 0.9, (2, 1))
    second = np.where(rng.random(200) < 0.5, first, second)
    assert kappa(first, second) == pytest.approx(cohen_kappa_score(first, second))


def test_the_same_windows_are_one_and_the_opposite_is_minus_one():
    right = np.arange(10) % 2 == 0
    assert kappa(right, right) == 1
    assert kappa(right, ~right) == pytest.approx(-1)


def test_independent_records_are_near_zero():
    first, second = np.random.default_rng(0).random((2, 20_000)) < 0.76
    assert abs(kappa(first, second)) < 0.05


@pytest.mark.parametrize("value", [True, False])
def test_records_without_any_difference_agree(value):
    same = np.full(8, value)
    assert kappa(same, same) == 1
    assert kappa(same, ~same) == 0


def test_the_mean_is_over_pairs():
    rng = np.random.default_rng(1)
    right = rng.random((3, 60)) < 0.7
    pairs = [kappa(right[a], right[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert mean_kappa(right) == pytest.approx(np.mean(pairs))
    assert mean_kappa(right[:1]) == 1
    assert mean_kappa(right[[0, 0, 0]]) == 1
