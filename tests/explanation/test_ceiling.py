import numpy as np
import pytest

from splitaudit.explanation.ceiling import ceiling_of
from tests.explanation.support import healthy


def hits(share: float, seed: int = 0) -> np.ndarray:
    """Hits on exactly a share of the 120 windows of val."""
    n = len(healthy().val)
    return np.random.default_rng(seed).permutation(n) < round(share * n)


def test_learners_that_fail_on_the_same_windows_share_a_ceiling():
    right = hits(0.75)
    found = ceiling_of(healthy(), {"trees": right, "ridge": right, "tin": hits(0.4, 1)}, 0.76)
    assert found.value == 0.75
    assert found.low < 0.75 < found.high
    assert found.agreement == 1
    assert found.observed == 0.76
    assert found.chance == healthy().chance
    assert found.learners == {"trees": 0.75, "ridge": 0.75, "tin": pytest.approx(0.4)}
    assert "2 of 3 learners of different kinds end there, and their errors agree with kappa 1.00" in found.text


def test_learners_that_fail_on_different_windows_do_not_agree():
    found = ceiling_of(healthy(), {"trees": hits(0.75), "ridge": hits(0.75, 1)}, None)
    assert abs(found.agreement) < 0.3
    assert found.observed is None


def test_one_learner_alone_says_nothing_of_agreement():
    found = ceiling_of(healthy(), {"trees": hits(0.75)}, None)
    assert found.agreement is None
    assert "the best learner is trees" in found.text
    apart = ceiling_of(healthy(), {"trees": hits(0.5), "ridge": hits(0.95, 1)}, None)
    assert apart.agreement is None
    assert apart.value == pytest.approx(0.95)
    assert "the best learner is ridge" in apart.text


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_interval_stays_among_accuracies(share):
    found = ceiling_of(healthy(), {"trees": hits(share)}, None)
    assert 0 <= found.low <= found.value == share <= found.high <= 1
    assert np.isfinite([found.low, found.high]).all()
