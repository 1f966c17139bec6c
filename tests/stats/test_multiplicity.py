import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.multiplicity import cauchy, holm


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])


def test_holm_keeps_order_and_never_exceeds_one():
    p = np.random.default_rng(0).uniform(size=40)
    adjusted = holm(p)
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()
    assert (adjusted >= p).all()
    assert adjusted.max() <= 1


def test_holm_is_at_least_benjamini_hochberg():
    p = np.random.default_rng(1).uniform(size=25) ** 3
    assert (holm(p) >= stats.false_discovery_control(p) - 1e-12).all()


def test_empty():
    assert holm([]).shape == (0,)


def test_cauchy_of_one_p_value_is_that_p_value():
    for p in (0.5, 0.01, 1e-6, 1e-12, 1e-200):
        assert cauchy([p]) == pytest.approx(p, rel=1e-6)


def test_cauchy_of_many_small_ones_is_sharper_than_bonferroni():
    assert cauchy([1e-4] * 20) == pytest.approx(1e-4, rel=1e-3)
    assert cauchy([1e-4] + [0.5] * 19) == pytest.approx(20 * 1e-4, rel=0.05)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.95])
def test_cauchy_holds_its_level_under_dependence(rho):
    rng = np.random.default_rng(5)
    z = np.sqrt(1 - rho) * rng.normal(size=(6000, 15)) + np.sqrt(rho) * rng.normal(size=(6000, 1))
    p = 2 * stats.norm.sf(np.abs(z))
    hits = sum(cauchy(row) <= 0.01 for row in p)
    assert stats.binom.sf(hits - 1, len(p), 0.01) > 1e-4
