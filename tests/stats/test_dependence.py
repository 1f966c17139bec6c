import numpy as np
import pytest
from scipy import special, stats

from splitaudit.stats.dependence import autocorrelation, integrated_time, normal_scores
from splitaudit.stats.units import Scheme
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


def test_rows_that_do_not_count_are_scored_by_where_they_would_stand(rng):
    x = rng.normal(size=(40, 3)).astype(np.float32)
    counted = np.arange(40) % 4 == 0
    scores = normal_scores(x, counted)
    assert scores[counted] == pytest.approx(normal_scores(x[counted]), abs=1e-6)
    order = np.argsort(x[:, 1])
    assert np.all(np.diff(scores[order, 1]) >= 0)
    assert np.array_equal(normal_scores(x, np.ones(40, dtype=bool)), normal_scores(x))
    # of ties and values between, by a search in what counts
    x = np.round(x, 1)
    for k, column in enumerate(x.T):
        below, upto = (np.searchsorted(np.sort(column[counted]), column, side=side) for side in ("left", "right"))
        wanted = special.ndtri((below + upto + 1) / (2 * (counted.sum() + 1)))
        assert normal_scores(x, counted)[:, k] == pytest.approx(wanted, abs=1e-6)


def test_units_of_many_windows_lay_down_no_ranks_for_units_of_two():
    scheme = Scheme("group", np.r_[np.repeat(np.arange(12), 60), np.repeat(np.arange(12, 18), 2)], 720, "test")
    rng = np.random.default_rng(8)

    def farther(counted):
        """How much farther from the middle units of two windows lie than units of sixty that are shown by two."""
        found = []
        for _ in range(60):
            offsets = 2 * rng.normal(size=(18, 5))[scheme.units]
            scores = normal_scores((offsets + rng.normal(size=offsets.shape)).astype(np.float32), counted)
            away = np.abs(scheme.unit_means(scores))
            found.append(away[scheme.origin].mean() - away[~scheme.origin].mean())
        return np.mean(found)

    assert abs(farther(scheme.counted)) < 0.03
    assert farther(None) > 0.06
