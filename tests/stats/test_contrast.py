import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.contrast import outsiders, two_sample


def test_two_sample_is_students(rng):
    first, second = rng.normal(size=(7, 3)), rng.normal(1, 1, size=(4, 3))
    found, expected = two_sample(first, second), stats.ttest_ind(second, first)
    assert found.difference / found.error == pytest.approx(expected.statistic)
    assert found.pvalue == pytest.approx(expected.pvalue)
    low, high = expected.confidence_interval()
    assert found.difference - found.half_width() == pytest.approx(low)
    assert found.difference + found.half_width() == pytest.approx(high)


def test_gaps_are_left_out(rng):
    first, second = rng.normal(size=(7, 2)), rng.normal(size=(5, 2))
    holes = first.copy()
    holes[[1, 4], 0] = np.nan
    found = two_sample(holes, second)
    assert found.pvalue[0] == pytest.approx(stats.ttest_ind(second[:, 0], np.delete(first[:, 0], [1, 4])).pvalue)
    assert found.pvalue[1] == pytest.approx(stats.ttest_ind(second[:, 1], first[:, 1]).pvalue)


def test_undefined_is_nan(rng):
    empty = np.full((3, 1), np.nan)
    assert np.isnan(two_sample(empty, rng.normal(size=(4, 1))).pvalue).all()
    assert np.isnan(two_sample(np.ones((3, 1)), np.ones((4, 1))).error).all()
    assert np.isnan(outsiders(np.ones((1, 1)), np.ones((2, 1))).error).all()


def test_a_new_member_falls_outside_as_often_as_it_should(rng):
    draws = rng.normal(size=(4000, 6))
    p = np.array([outsiders(d[:5, None], d[5:, None]).pvalue[0, 0] for d in draws])
    assert abs((p <= 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 4000)
