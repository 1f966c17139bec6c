"""The grid test: null rates, power for a rare regime; and the tail beyond permutations."""

import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.dependence import normal_scores
from splitaudit.stats.permutation import grid_test, with_tail
from splitaudit.stats.units import Scheme


def units(n, m, per=1):
    kind = "window" if per == 1 else "group"
    return Scheme(kind, np.repeat(np.arange(n + m), per), n * per, "test")


@pytest.mark.parametrize(("n", "m", "per"), [(60, 40, 1), (6, 5, 10), (12, 6, 5)])
def test_false_alarms_stay_below_the_level(n, m, per):
    rng = np.random.default_rng(n)
    hits, runs = 0, 120
    for _ in range(runs):
        x = rng.normal(size=(n + m, 6)).repeat(per, axis=0) * (per > 1) + rng.normal(size=((n + m) * per, 6))
        hits += grid_test(normal_scores(x), units(n, m, per), n_permutations=199, rng=rng).pvalue <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4


def test_the_grid_sees_a_tenth_of_windows_from_another_regime():
    rng = np.random.default_rng(3)
    seen = 0
    for _ in range(20):
        x = rng.normal(size=(600, 30))
        x[300:330, 4] += 4.0
        found = grid_test(normal_scores(x), units(300, 300), n_permutations=199, rng=rng)
        seen += found.pvalue < 0.01 and int(found.pvalues.argmin()) == 4
    assert seen >= 19


def test_the_grid_resolves_what_the_permutations_cannot():
    x = np.random.default_rng(4).normal(size=(400, 3))
    x[200:, 1] += 2.0
    found = grid_test(normal_scores(x), units(200, 200), n_permutations=199, rng=np.random.default_rng(0))
    assert found.pvalues[1] < 1e-20
    assert found.pvalues[[0, 2]].min() > 0.01


def test_same_seed_same_numbers():
    x = normal_scores(np.random.default_rng(4).normal(size=(50, 5)))
    first, second = (grid_test(x, units(30, 20), n_permutations=199, rng=np.random.default_rng(9)) for _ in range(2))
    assert first.pvalues.tolist() == second.pvalues.tolist()


def test_a_tail_goes_on_where_counting_ends():
    null = np.random.default_rng(0).normal(size=998)
    assert with_tail(np.r_[0.0, null], exact=False).pvalue == pytest.approx(0.5, abs=0.05)
    assert with_tail(np.r_[6.0, null], exact=False).pvalue < 1e-6
    assert with_tail(np.r_[6.0, null[:50]], exact=False).pvalue == 1 / 51
