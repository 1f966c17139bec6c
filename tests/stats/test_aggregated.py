"""The aggregated test: known values, exactness, null rates, and power near that of its best statistic."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from splitaudit.stats.aggregated import aggregated_test
from splitaudit.stats.shift import shift_test
from splitaudit.stats.units import Scheme


def units(n, m, per=1):
    kind = "window" if per == 1 else "group"
    return Scheme(kind, np.repeat(np.arange(n + m), per), n * per, "test")


def run(x, scheme, seed=0, n_permutations=199):
    d = x.shape[1]
    views = {"all": np.arange(d), "some": np.arange((d + 1) // 2)}
    pvalues = shift_test(x, scheme, ranks=False).uncorrected
    rng = np.random.default_rng(seed)
    return aggregated_test(x, scheme, views=views, pvalues=pvalues, n_permutations=n_permutations, rng=rng)


def test_energy_by_hand():
    x = np.random.default_rng(0).normal(size=(12, 3))
    a, b = x[:7], x[7:]
    expected = 2 * cdist(a, b).mean() - cdist(a, a).mean() - cdist(b, b).mean()
    assert run(x, units(7, 5)).parts["energy of all"].statistic == pytest.approx(expected, rel=1e-4)


def test_few_units_are_enumerated():
    x = np.r_[np.zeros((3, 1)), np.full((3, 1), 5.0)] + 0.01 * np.arange(6)[:, None]
    found = run(x, units(3, 3), n_permutations=999)
    assert found.exact
    assert found.n_permutations == 20
    assert found.parts["energy of all"].pvalue == pytest.approx(2 / 20)


def test_one_unit_a_side_says_nothing():
    assert run(np.random.default_rng(0).normal(size=(4, 2)), units(3, 1)).pvalue == 1.0


@pytest.mark.parametrize(("n", "m", "per"), [(60, 40, 1), (6, 5, 10), (12, 6, 5)])
def test_false_alarms_stay_below_the_level(n, m, per):
    rng = np.random.default_rng(n)
    hits, runs = 0, 120
    for seed in range(runs):
        x = rng.normal(size=(n + m, 6)).repeat(per, axis=0) * (per > 1) + rng.normal(size=((n + m) * per, 6))
        hits += run(x, units(n, m, per), seed).pvalue <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4


@pytest.mark.parametrize(
    ("best", "shift"),
    [
        ("largest of all", lambda d: 0.5 * (np.arange(d) == d - 1)),
        ("energy of all", lambda d: np.full(d, 0.12)),
        ("energy of some", lambda d: 0.15 * (np.arange(d) < d // 2)),
    ],
)
def test_it_is_nearly_as_strong_as_the_best_of_its_statistics(best, shift):
    rng, d, runs = np.random.default_rng(5), 60, 30
    alone, corrected, together = 0, 0, 0
    for seed in range(runs):
        x = rng.normal(size=(240, d))
        x[120:] += shift(d)
        found = run(x, units(120, 120), seed)
        alone += found.parts[best].pvalue <= 0.05
        corrected += 4 * min(part.pvalue for part in found.parts.values()) <= 0.05
        together += found.pvalue <= 0.05
    assert alone >= 15
    assert together >= corrected
    assert together >= alone - 8


def test_what_exchanges_cannot_tell_is_told_by_a_tail():
    x = np.random.default_rng(6).normal(size=(100, 4))
    x[50:, 2] += 3.0
    assert run(x, units(50, 50)).pvalue < 1e-10


def test_same_seed_same_numbers():
    x = np.random.default_rng(4).normal(size=(50, 5))
    assert run(x, units(30, 20), 9) == run(x, units(30, 20), 9)
