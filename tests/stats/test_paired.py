import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.paired import paired_by_unit


def test_windows_of_their_own_give_the_one_sample_t_test():
    values = np.random.default_rng(0).normal(0.2, 1, 50)
    found = paired_by_unit(values, np.arange(50))
    expected = stats.ttest_1samp(values, 0, alternative="greater")
    assert found.pvalue == pytest.approx(expected.pvalue)
    assert found.interval() == pytest.approx(tuple(stats.ttest_1samp(values, 0).confidence_interval(0.95)))


def test_repeating_every_window_of_a_unit_changes_nothing():
    values = np.random.default_rng(1).normal(0.2, 1, 20)
    once = paired_by_unit(values, np.arange(20))
    often = paired_by_unit(np.repeat(values, 30), np.repeat(np.arange(20), 30))
    assert often.pvalue == pytest.approx(once.pvalue)


def test_units_that_agree_exactly_give_the_sign_test():
    assert paired_by_unit(np.ones(12), np.repeat(np.arange(4), 3)).pvalue == 0.5**4
    assert paired_by_unit(np.zeros(12), np.repeat(np.arange(4), 3)).pvalue == 1.0


def test_one_unit_says_nothing():
    found = paired_by_unit(np.ones(12), np.zeros(12, dtype=int))
    assert found.pvalue == 1.0
    assert found.visible(0.05) == np.inf


def test_false_alarms_with_units_of_unequal_size():
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(400):
        units = np.repeat(np.arange(8), rng.integers(2, 30, 8))
        values = rng.normal(size=8)[units] + rng.normal(size=len(units))
        hits += paired_by_unit(values, units).pvalue <= 0.05
    assert stats.binom.sf(hits - 1, 400, 0.08) > 1e-4
