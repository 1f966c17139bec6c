import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.paired import design_effect, paired_by_unit


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


def test_more_agreement_is_not_less_evidence():
    units = np.repeat(np.arange(6), 40)
    all_right = np.ones(240)
    but_one = all_right.copy()
    but_one[7] = 0
    assert paired_by_unit(all_right, units).pvalue <= paired_by_unit(but_one, units).pvalue
    # one window each by chance is still no news
    assert paired_by_unit(np.tile(np.r_[1, np.zeros(39)], 3), np.repeat(np.arange(3), 40)).pvalue > 0.03


@pytest.mark.slow
def test_false_alarms_where_few_units_often_agree():
    rng = np.random.default_rng(4)
    units = np.repeat(np.arange(3), 12)
    alarms = 0
    for _ in range(1000):
        # as many windows that only one of two models is right about as there often are
        values = rng.choice([-1, 0, 1], len(units), p=[0.1, 0.8, 0.1])
        alarms += paired_by_unit(values, units).pvalue <= 0.05
    assert stats.binom.sf(alarms - 1, 1000, 0.05) > 1e-3


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


def test_windows_that_err_with_their_unit_are_worth_as_many_less():
    rng = np.random.default_rng(3)
    units = np.repeat(np.arange(200), 8)
    alone = (rng.random((1, 1600)) < 0.7).astype(float)
    together = np.repeat(rng.random((1, 200)) < 0.7, 8, axis=1).astype(float)
    assert design_effect(alone, units) == pytest.approx(1, abs=0.25)
    assert design_effect(together, units) == pytest.approx(8, rel=0.1)
    # the mean of many draws errs less than any of them, which says nothing of what one model does
    many = (rng.random((40, 1600)) < 0.7).astype(float)
    assert design_effect(many, units) == pytest.approx(1, abs=0.1)
    assert design_effect(together, np.zeros(1600, dtype=int)) == 1.0
    assert design_effect(np.ones((2, 1600)), units) == 1.0
