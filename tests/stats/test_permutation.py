"""Energy and grid tests: null rates, exactness by enumeration, power for a rare regime."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from splitaudit.stats.permutation import energy_test, grid_test
from splitaudit.stats.units import Scheme


def units(n, m, per=1):
    kind = "window" if per == 1 else "group"
    return Scheme(kind, np.repeat(np.arange(n + m), per), n * per, "test")


def test_energy_by_hand():
    x = np.random.default_rng(0).normal(size=(12, 3))
    a, b = x[:7], x[7:]
    expected = 2 * cdist(a, b).mean() - cdist(a, a).mean() - cdist(b, b).mean()
    found = energy_test(x, units(7, 5), n_permutations=99, rng=np.random.default_rng(0))
    assert found.statistic == pytest.approx(expected, rel=1e-4)


def test_energy_is_exact_for_few_units():
    x = np.r_[np.zeros((3, 1)), np.full((3, 1), 5.0)] + 0.01 * np.arange(6)[:, None]
    found = energy_test(x, units(3, 3), n_permutations=999, rng=np.random.default_rng(0))
    assert found.exact
    assert found.pvalue == pytest.approx(2 / 20)


@pytest.mark.parametrize("test", [energy_test, grid_test])
@pytest.mark.parametrize(("n", "m", "per"), [(60, 40, 1), (6, 5, 10), (12, 6, 5)])
def test_false_alarms_stay_below_the_level(test, n, m, per):
    rng = np.random.default_rng(n)
    hits, runs = 0, 120
    for _ in range(runs):
        x = rng.normal(size=(n + m, 6)).repeat(per, axis=0) * (per > 1) + rng.normal(size=((n + m) * per, 6))
        hits += test(x, units(n, m, per), n_permutations=199, rng=rng).pvalue <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4


def test_the_grid_sees_a_tenth_of_windows_from_another_regime():
    rng = np.random.default_rng(3)
    seen = 0
    for _ in range(20):
        x = rng.normal(size=(600, 30))
        x[300:330, 4] += 4.0
        found = grid_test(x, units(300, 300), n_permutations=199, rng=rng)
        seen += found.pvalue < 0.01 and int(found.pvalues.argmin()) == 4
    assert seen >= 19


def test_same_seed_same_numbers():
    x = np.random.default_rng(4).normal(size=(50, 5))
    first, second = (energy_test(x, units(30, 20), n_permutations=199, rng=np.random.default_rng(9)) for _ in range(2))
    assert first == second
