import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.dependence import autocorrelation, integrated_time, normal_scores
from tests.support import ar_recording


def test_autocorrelation_of_an_ar_process_is_geometric():
    x = ar_recording(np.random.default_rng(0), 100_000, c=2, phi=0.8)
    rho = autocorrelation([x], max_lag=5)
    assert rho[:, 0] == pytest.approx(0.8 ** np.arange(6), abs=0.03)


def test_pieces_are_pooled_and_constant_columns_are_zero():
    rng = np.random.default_rng(1)
    pieces = [np.c_[ar_recording(rng, 4000, c=1, phi=0.5), np.ones(4000)] for _ in range(4)]
    rho = autocorrelation(pieces, max_lag=3)
    assert rho[1, 0] == pytest.approx(0.5, abs=0.05)
    assert (rho[:, 1] == 0).all()


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9])
def test_integrated_time_of_an_ar_process(phi):
    x = ar_recording(np.random.default_rng(2), 200_000, c=1, phi=phi)
    found = integrated_time(autocorrelation([x], max_lag=400))[0]
    assert found == pytest.approx((1 + phi) / (1 - phi), rel=0.1)


def test_normal_scores_are_ranks_with_shared_ties():
    x = np.array([[3.0], [1.0], [1.0], [9.0]])
    scores = normal_scores(x)[:, 0]
    assert scores[1] == scores[2] < scores[0] < scores[3]
    untied = normal_scores(np.array([[5.0], [7.0], [6.0]]))[:, 0]
    assert untied == pytest.approx(stats.norm.ppf([0.25, 0.75, 0.5]), abs=1e-6)
