import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.multiplicity import bonferroni, cauchy

RNG = np.random.default_rng(5)


def test_one_p_value_stays():
    for p in (0.5, 0.01, 1e-6, 1e-12, 1e-200):
        assert cauchy([p]) == pytest.approx(p, rel=1e-6)


def test_many_small_ones_are_sharper_than_bonferroni():
    assert cauchy([1e-4] * 20) == pytest.approx(1e-4, rel=1e-3)
    assert cauchy([1e-4] + [0.5] * 19) == pytest.approx(bonferroni([1e-4] + [0.5] * 19), rel=0.05)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.95])
def test_level_under_dependence(rho):
    z = np.sqrt(1 - rho) * RNG.normal(size=(6000, 15)) + np.sqrt(rho) * RNG.normal(size=(6000, 1))
    p = 2 * stats.norm.sf(np.abs(z))
    hits = sum(cauchy(row) <= 0.01 for row in p)
    assert stats.binom.sf(hits - 1, len(p), 0.01) > 1e-4
