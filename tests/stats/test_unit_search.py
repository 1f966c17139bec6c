import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.unit_search import WAYS, search, sizes
from splitaudit.stats.units import Scheme

G, DEGREES = 9.80665, 180 / np.pi


def windows(n, m):
    return Scheme("window", np.arange(n + m), n, "test")


def subjects(n, m, per=20):
    return Scheme("group", np.repeat(np.arange(n + m), per), n * per, "test")


def signal(rng, scheme, c=3, differ=0.1):
    """Means and standard deviations of windows, of units that differ in gain and level."""
    n = len(scheme.units)
    gain = np.exp(differ * rng.normal(size=(scheme.n_units, c)))[scheme.units]
    level = 0.3 * rng.normal(size=(scheme.n_units, c))[scheme.units]
    return level + 0.2 * rng.normal(size=(n, c)), gain * np.exp(0.2 * rng.normal(size=(n, c)))


def looked(mean, sd, scheme, labels=None):
    total = np.sqrt((sd[: scheme.n_train] ** 2).mean(axis=0) + mean[: scheme.n_train].var(axis=0))
    return search(sizes(mean, sd, total, scheme), labels)


def converted(mean, sd, rows, channel, factor, offset=0.0):
    mean, sd = mean.copy(), sd.copy()
    mean[rows, channel] = factor * mean[rows, channel] + offset
    sd[rows, channel] *= factor
    return mean, sd


def test_sizes_of_units_are_geometric_means_over_their_live_windows(rng):
    scheme = subjects(3, 2, 4)
    mean, sd = signal(rng, scheme)
    sd[:4, 0] = 0
    sd[5, 1] = 0
    found = sizes(mean, sd, np.ones(3), scheme)
    assert found.n_questions == 3 * WAYS
    assert found.unit_level == pytest.approx(mean.reshape(5, 4, 3).mean(axis=1))
    assert np.isnan(found.unit_log_spread[0, 0])
    assert np.isnan(found.log_spread[5, 1])
    assert found.unit_log_spread[1, 1] == pytest.approx(np.log(stats.gmean(sd[[4, 6, 7], 1])))
    scaled = sizes(1e3 * mean, 1e3 * sd, np.ones(3), scheme)
    known = ~np.isnan(found.unit_log_spread)
    assert (scaled.unit_log_spread - found.unit_log_spread)[known] == pytest.approx(np.log(1e3))
    assert np.array_equal(np.isnan(scaled.unit_log_spread), ~known)


@pytest.mark.parametrize("scheme", [windows(200, 100), subjects(10, 6)], ids=["windows", "subjects"])
@pytest.mark.parametrize("factor", [G, 1 / G, DEGREES, 1e3, 1e-6])
def test_a_conversion_of_the_whole_side_is_found_with_its_factor(rng, scheme, factor):
    hits = 0
    for _ in range(10):
        found = looked(*converted(*signal(rng, scheme), scheme.is_val, 1, factor), scheme)
        assert [(claim.channel, claim.side) for claim in found] in ([(1, "val")], [])
        for claim in found:
            whole = claim.windows is None or np.array_equal(claim.windows, scheme.is_val)
            hits += whole and claim.conversion.factor == pytest.approx(factor, rel=0.05)  # 60 lies beside 57.3
            middle, low, high = claim.factor
            assert low < middle < high
            assert claim.log_factor == pytest.approx(np.log(middle))
            assert claim.pvalue < 0.01
    assert hits >= 8


def test_celsius_and_kelvin_differ_by_an_offset_alone(rng):
    scheme = subjects(8, 6)
    found = looked(*converted(*signal(rng, scheme), scheme.is_val, 2, 1.0, 273.15), scheme)
    assert [(claim.channel, claim.conversion.offset) for claim in found] == [(2, 273.15)]


@pytest.mark.parametrize(("factor", "offset"), [(2.8, 0.0), (17.0, 0.0), (500.0, 0.0), (G, 400.0), (1.0, 3.0)])
def test_what_is_no_conversion_is_none(rng, factor, offset):
    scheme = subjects(10, 6)
    mean, sd = converted(*signal(rng, scheme, differ=0.05), scheme.is_val, 1, factor, offset)
    assert looked(mean, sd, scheme) == []


@pytest.mark.parametrize(("side", "unit"), [("val", 12), ("train", 3)])
def test_a_unit_apart_is_named_with_its_side_and_windows(rng, side, unit):
    scheme = subjects(10, 6)
    found = looked(*converted(*signal(rng, scheme), scheme.units == unit, 0, DEGREES), scheme)
    assert [(claim.channel, claim.side) for claim in found] == [(0, side)]
    assert found[0].conversion.new == "degrees"
    assert np.array_equal(found[0].windows, scheme.units == unit)


def test_a_share_of_windows_is_found_unless_it_is_a_class(rng):
    scheme, rows = windows(300, 150), np.arange(320, 370)
    mean, sd = converted(*signal(rng, scheme), rows, 1, DEGREES)
    (claim,) = looked(mean, sd, scheme)
    assert (claim.channel, claim.side, claim.conversion.new) == (1, "val", "degrees")
    assert claim.windows[rows].all()
    assert claim.windows.sum() < 55
    assert looked(mean, sd, scheme, np.isin(np.arange(450), rows)) == []


def test_channels_without_variation_claim_nothing(rng):
    scheme = subjects(6, 5)
    mean, sd = signal(rng, scheme)
    sd[:, 1] = 0
    assert looked(mean, sd, scheme) == []
    assert [claim.channel for claim in looked(*converted(mean, sd, scheme.is_val, 0, G), scheme)] == [0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "scheme", [windows(120, 60), subjects(8, 5), subjects(5, 2)], ids=["windows", "subjects", "few"]
)
def test_units_that_differ_much_are_hardly_ever_taken_for_a_conversion(rng, scheme):
    hits, runs = 0, 200
    for _ in range(runs):
        claims = looked(*signal(rng, scheme, differ=0.8), scheme)
        assert all(claim.pvalue <= 0.05 for claim in claims)
        hits += bool(claims)
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("gain", [17.0, 40.0])
def test_a_common_gain_is_no_unit_even_if_single_subjects_fit_one(rng, gain):
    scheme, claims = subjects(10, 6), 0
    for _ in range(30):
        mean, sd = signal(rng, scheme, differ=0.15)
        rows = scheme.is_val
        sd[rows, 0] *= gain
        mean[rows, 0] *= gain
        claims += bool(looked(mean, sd, scheme))
    assert claims <= 3
