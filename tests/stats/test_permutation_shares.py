"""The test of class shares: by enumeration, against the hypergeometric law, under the null, and with power."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from splitaudit.stats.permutation import shares_pvalue
from splitaudit.stats.units import Scheme


def scheme(n, m):
    return Scheme("group", np.arange(n + m), n, "test")


def every(n, m):
    return scheme(n, m).draw(100_000, np.random.default_rng(0))


def distance(counts, chosen):
    sides = [counts[~chosen].sum(axis=0), counts[chosen].sum(axis=0)]
    shares = [side / side.sum() if side.sum() else side for side in sides]
    return np.abs(shares[0] - shares[1]).sum() / 2


@settings(deadline=None, max_examples=30)
@given(n=st.integers(1, 5), m=st.integers(1, 4), k=st.integers(1, 3), seed=st.integers(0, 999))
def test_it_is_the_share_of_all_assignments_that_lie_as_far_apart(n, m, k, seed):
    counts = np.random.default_rng(seed).integers(0, 4, (n + m, k))
    observed = distance(counts, np.arange(n + m) >= n)
    ways = [np.isin(np.arange(n + m), chosen) for chosen in combinations(range(n + m), m)]
    expected = np.mean([distance(counts, chosen) >= observed - 1e-9 for chosen in ways])
    assert shares_pvalue(counts, every(n, m)) == pytest.approx(expected)


@pytest.mark.parametrize("hits", range(6))
def test_two_classes_of_single_windows_give_the_hypergeometric_law(hits):
    n, m, total = 9, 5, 6
    one = np.r_[np.arange(n) < total - hits, np.arange(m) < hits].astype(int)
    drawn = np.arange(max(0, total - n), min(total, m) + 1)
    far = np.abs(drawn / m - (total - drawn) / n) >= abs(hits / m - (total - hits) / n) - 1e-9
    expected = stats.hypergeom.pmf(drawn, n + m, total, m)[far].sum()
    assert shares_pvalue(np.c_[one, 1 - one], every(n, m)) == pytest.approx(expected)


def test_classes_apart_reach_the_floor_and_equal_shares_say_nothing():
    counts = np.zeros((9, 2), dtype=int)
    counts[:5, 0], counts[5:, 1] = 7, 3
    assert shares_pvalue(counts, every(5, 4)) == pytest.approx(scheme(5, 4).floor)
    assert shares_pvalue(np.tile([4, 2, 1], (9, 1)), every(5, 4)) == 1.0
    assert shares_pvalue(np.full((9, 1), 6), every(5, 4)) == 1.0


def test_names_of_classes_and_order_of_units_do_not_matter(rng):
    counts, draws = rng.integers(0, 9, (11, 4)), every(6, 5)
    expected = shares_pvalue(counts, draws)
    assert shares_pvalue(counts[:, [2, 0, 3, 1]], draws) == expected
    order = rng.permutation(11)
    assert shares_pvalue(counts[order], draws[:, order]) == expected
    assert shares_pvalue(3 * counts, draws) == expected


def labelled(rng, n_units, per, concentration):
    """Class counts of subjects each of which has its own mixture of three classes."""
    return np.stack([rng.multinomial(per, p) for p in rng.dirichlet(np.full(3, concentration), n_units)])


@pytest.mark.slow
@pytest.mark.parametrize(("n", "m"), [(5, 3), (12, 6), (20, 4)])
def test_false_alarms_on_subjects_with_habits_stay_below_the_level(rng, n, m):
    hits, runs = 0, 300
    for _ in range(runs):
        counts = labelled(rng, n + m, 40, 0.5)
        hits += shares_pvalue(counts, scheme(n, m).draw(199, rng)) <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4


@pytest.mark.slow
def test_a_class_that_doubles_its_share_is_seen(rng):
    seen = 0
    for _ in range(40):
        ours, theirs = rng.multinomial(1, [0.3, 0.7], 200), rng.multinomial(1, [0.6, 0.4], 100)
        seen += shares_pvalue(np.r_[ours, theirs], scheme(200, 100).draw(499, rng)) <= 0.01
    assert seen >= 36
