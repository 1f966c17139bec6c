"""Curves to look at."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import auc, roc_auc_score

from splitaudit.stats.curves import distribution_functions, roc, rounded


@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 500), (400, 37), (2000, 2000)])
def test_distribution_functions_hold_the_largest_distance(rng, n, m):
    first, second = rng.normal(size=n), rng.normal(0.3, size=m).round(1)
    found = distribution_functions(first, second)
    assert len(found.x) <= 161
    assert (np.diff(found.x) > 0).all()
    for side, values in ((found.first, first), (found.second, second)):
        assert np.allclose(side, stats.ecdf(values).cdf.evaluate(found.x))
    apart = np.abs(found.first - found.second)
    assert apart[found.at] == pytest.approx(stats.ks_2samp(first, second).statistic)
    assert apart[found.at] == apart.max()


@pytest.mark.parametrize("ties", [False, True])
def test_the_area_below_the_roc_is_the_area_of_the_folds(rng, ties):
    fold = rng.integers(0, 3, 900)
    positive = rng.random(900) < 0.4
    scores = rng.normal(size=900) + positive + 5.0 * fold  # folds are not comparable
    scores = scores.round() if ties else scores
    found = roc(scores, positive, fold)
    areas = [roc_auc_score(positive[fold == k], scores[fold == k]) for k in range(3)]
    pairs = [positive[fold == k].sum() * (~positive[fold == k]).sum() for k in range(3)]
    assert auc(np.linspace(0, 1, 101), found) == pytest.approx(np.average(areas, weights=pairs), abs=0.01)
    assert (np.diff(found) >= -1e-12).all()
    assert found[-1] == 1


def test_the_roc_of_perfect_separation_of_none_and_of_nothing():
    scores, positive, fold = np.array([0.0, 0, 1, 1]), np.array([False, False, True, True]), np.zeros(4, dtype=int)
    assert (roc(scores, positive, fold) == 1).all()
    assert np.allclose(roc(np.zeros(4), positive, fold), np.linspace(0, 1, 101))
    assert np.allclose(roc(scores, np.ones(4, dtype=bool), fold), np.linspace(0, 1, 101))


def test_five_digits_are_kept():
    assert rounded(np.array([1 / 3, 123456.7, 0.0])) == (0.33333, 123460.0, 0.0)
