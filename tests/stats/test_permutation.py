"""The grid test: null rates, power for a rare regime; and the tail beyond permutations."""

import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.dependence import normal_scores
from splitaudit.stats.permutation import GRID, grid_test, with_tail
from splitaudit.stats.units import Scheme


def units(n, m, per=1):
    kind = "window" if per == 1 else "group"
    return Scheme(kind, np.repeat(np.arange(n + m), per), n * per, "test")


def poor_columns(rng, n):
    """Normal scores of 40 columns, some with many ties, one constant."""
    x = rng.normal(size=(n, 40))
    x[:, ::4] = np.round(x[:, ::4])
    x[:, 9] = 1.0
    x[: n // 3, 7] += 1.5
    return normal_scores(x.astype(np.float32))


@pytest.mark.parametrize(("n", "m", "per"), [(9, 7, 20), (12, 5, 13)])
def test_the_grid_against_its_plain_form(n, m, per):
    rng = np.random.default_rng(n)
    scores, scheme = poor_columns(rng, (n + m) * per), units(n, m, per)
    found = grid_test(scores, scheme, n_permutations=299, rng=np.random.default_rng(1))
    draws = scheme.draw(299, np.random.default_rng(1))
    above = scores[:, :, None] > stats.norm.ppf(GRID).astype(np.float32)
    share = above.reshape(n + m, per, 40, len(GRID)).mean(axis=1)
    spread = share.std(axis=0)
    scaled = np.where(spread > 1e-6, (share - share.mean(axis=0)) / np.where(spread > 1e-6, spread, 1), 0)
    best = np.array([np.abs(scaled[draw].mean(axis=0)).max(axis=1) for draw in draws])
    plain = (best.max(axis=1)[:, None] >= best[0] - 1e-6).mean(axis=0)
    assert found.pvalues == pytest.approx(plain, abs=1.5 / 299)  # rounding may part a draw from an equal one
    assert (np.abs(found.pvalues - plain) < 1e-9).mean() >= 0.9


def test_the_tail_of_many_windows_against_both_tails_of_every_count():
    n, m, cuts = 1500, 700, stats.norm.ppf(GRID).astype(np.float32)
    scores = poor_columns(np.random.default_rng(2), n + m)
    found = grid_test(scores, units(n, m), n_permutations=99, rng=np.random.default_rng(0))
    for j in range(40):
        above = scores[:, j, None] > cuts
        hits, both = above[n:].sum(axis=0), above.sum(axis=0)
        tails = stats.hypergeom.cdf(hits, n + m, both, m), stats.hypergeom.sf(hits - 1, n + m, both, m)
        wanted = min(1.0, 2 * np.minimum(*tails).min() * 40 * len(GRID))
        assert found.pvalues[j] == pytest.approx(wanted, rel=1e-9)


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
