"""The t tests on unit means: against scipy, under the null, and with power."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.bench_unbalanced import LAWS
from splitaudit.stats.shift import shift_test, streamed_shift_test
from splitaudit.stats.units import Scheme


def windows(n, m):
    return Scheme("window", np.arange(n + m), n, "test")


def groups(n, m, per):
    return Scheme("group", np.repeat(np.arange(n + m), per), n * per, "test")


def test_window_units_give_students_t():
    x = np.random.default_rng(0).normal(size=(50, 4))
    found = shift_test(x, windows(30, 20), ranks=False)
    expected = stats.ttest_ind(x[30:], x[:30])
    assert found.statistics == pytest.approx(expected.statistic)
    assert found.pvalues == pytest.approx(np.minimum(1, 4 * expected.pvalue))


def test_streaming_gives_the_same_numbers():
    x = np.random.default_rng(1).normal(size=(70, 5)).astype(np.float32)
    for scheme in (windows(40, 30), groups(4, 3, 10)):
        whole = shift_test(x, scheme, ranks=False)
        blocks = [(slice(a, a + 17), x[a : a + 17]) for a in range(0, 70, 17)]
        streamed = streamed_shift_test(((slice(s.start, min(s.stop, 70)), b) for s, b in blocks), scheme)
        assert streamed.statistics == pytest.approx(whole.statistics, rel=1e-4)
        assert streamed.df == whole.df


def test_columns_constant_on_each_side_get_the_exchange_floor():
    x = np.r_[np.zeros((5, 1)), np.ones((3, 1))]
    found = shift_test(x, windows(5, 3), ranks=False)
    assert np.isinf(found.statistics[0])
    assert found.pvalue == pytest.approx(1 / 56)


def test_constant_columns_say_nothing():
    assert shift_test(np.ones((9, 2)), windows(5, 4)).pvalue == 1.0


@pytest.mark.parametrize(("n", "m"), [(5, 5), (12, 6), (20, 2), (3, 3)])
def test_false_alarms_on_exchangeable_subjects_stay_below_the_level(n, m):
    rng = np.random.default_rng(n * 100 + m)
    scheme, hits, runs = groups(n, m, 8), 0, 200
    for _ in range(runs):
        offset = rng.normal(size=(n + m, 20)).repeat(8, axis=0)
        hits += shift_test(offset + rng.normal(size=offset.shape), scheme).pvalue <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4


def test_exchanging_windows_of_subjects_breaks_that_bound():
    rng = np.random.default_rng(5)
    hits, runs = 0, 40
    for _ in range(runs):
        offset = rng.normal(size=(10, 20)).repeat(8, axis=0)
        hits += shift_test(offset + rng.normal(size=offset.shape), windows(40, 40)).pvalue <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) < 1e-4


def test_a_gross_shift_goes_far_below_the_exchange_floor():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(80, 30)) + 0.3 * rng.normal(size=(10, 30)).repeat(8, axis=0)
    x[40:, 7] += 8
    found = shift_test(x, groups(5, 5, 8))
    assert found.pvalue < 1e-4 < 1 / 252
    assert int(found.pvalues.argmin()) == 7


def test_units_of_two_windows_against_units_of_forty_do_not_alarm():
    rng = np.random.default_rng(8)
    hits, runs = 0, 150
    scheme = Scheme("group", np.repeat(np.arange(18), [40] * 12 + [2] * 6), 480, "test")
    for _ in range(runs):
        x = 0.2 * rng.normal(size=(18, 20))[scheme.units] + rng.normal(size=(492, 20))
        hits += shift_test(x, scheme).pvalue <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4


@pytest.mark.parametrize("law", ["log of exponential", "events of either sign, 2 %"])
@pytest.mark.parametrize("m", [1, 2, 5, 9])
def test_a_handful_of_far_windows_does_not_alarm(m, law):
    """Logarithms of power have a heavy lower tail, rare events far scores, and the mean of few of them keeps it."""
    rng = np.random.default_rng(m)
    hits, streamed, runs = 0, 0, 150
    for _ in range(runs):
        x = LAWS[law](rng, (60 + m, 20))
        hits += shift_test(x, windows(60, m), ranks=False).pvalue <= 0.05
        streamed += streamed_shift_test([(slice(0, 60 + m), x)], windows(60, m)).pvalue <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4
    assert streamed == 0  # columns too many to rank: nobody can tell


@pytest.mark.parametrize("law", ["Student's t, 2 df", "lognormal", "events, 2 %"])
@pytest.mark.parametrize(("n", "m"), [(200, 12), (300, 40)])
def test_far_values_in_the_smaller_side_do_not_alarm(law, n, m):
    """They move its mean and hardly the pooled variance: Student's t rejects up to 79 % of these."""
    rng = np.random.default_rng([n, m])
    hits, runs = 0, 150
    for _ in range(runs):
        x = LAWS[law](rng, (n + m, 100))
        p = shift_test(x, windows(n, m), ranks=False).pvalue
        assert streamed_shift_test([(slice(0, n + m), x)], windows(n, m)).pvalue == pytest.approx(p, rel=1e-6)
        hits += p <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-3


def test_few_windows_still_show_a_gross_shift():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(205, 20))
    x[200:, 3] += 5
    assert shift_test(x, windows(200, 5), ranks=False).pvalue < 1e-3
