import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.multiplicity import bonferroni, holm


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
    assert bonferroni([]) == 1.0
