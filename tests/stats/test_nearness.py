import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from benchmarks.hard import POOR, RICH, tones
from splitaudit.stats import nearness, neighbours
from splitaudit.stats.nearness import LEVEL, Lower, Usual, has_shape, too_near, usual_nearness
from splitaudit.stats.neighbours import Neighbours
from tests.support import ar_windows

T, C = 48, 2
whole_numbers = arrays(
    np.int16, st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(1, 2)), elements=st.integers(-2, 2)
)


def prepared(X, seed=0):
    pool = Neighbours(X, np.arange(len(X)), np.random.default_rng(seed))
    return pool, usual_nearness(pool, np.arange(min(200, len(X))))


def noisy(rng, X, decibel):
    return X + 10 ** (-decibel / 20) * X.std(axis=1, keepdims=True) * rng.normal(size=X.shape)


def ranks_of_points(rng, d, n=1000):
    gaps = np.linalg.norm(rng.random((400, 1, d)) - rng.random((n, d))[None], axis=2)
    return np.sort(gaps, axis=1)[:, [0, 4, 19]]


def test_the_nearest_of_many_pure_tones_is_no_copy(rng):
    t = np.arange(T)[None, :, None]
    X = np.sin(2 * np.pi * 5.37 * t / T + rng.uniform(0, 2 * np.pi, (3000, 1, 1)))
    assert has_shape(X[:9]).all()
    pool, usual = prepared(X[:2000])
    assert (pool.nearest(X[2000:]).distance < 1e-5).any()
    assert len(too_near(pool, usual, X[2000:]).window) == 0


@pytest.mark.parametrize("decibel", [25, 30, 60])
def test_noisy_copies_are_too_near_and_the_rest_is_not(rng, decibel):
    X = ar_windows(rng, 420, T, C, 0.7)
    pool, usual = prepared(X[:300])
    rows, source = np.arange(0, 120, 4), rng.permutation(300)[:30]
    fresh = X[300:].astype(np.float64)
    fresh[rows] = noisy(rng, X[source], decibel)
    found = too_near(pool, usual, fresh)
    assert np.array_equal(found.window, rows)
    assert np.array_equal(found.other, source)
    assert not found.shift.any()
    assert np.median(found.distance) == pytest.approx(10 ** (-decibel / 20), rel=0.15)


def test_copies_inside_the_own_unit_do_not_count(rng):
    X = noisy(rng, np.repeat(ar_windows(rng, 150, T, C), 2, axis=0), 40)
    pairs, alone = np.arange(300) // 2, np.arange(300)
    pool = Neighbours(X, pairs, np.random.default_rng(0))
    usual = usual_nearness(pool, alone)
    assert len(too_near(pool, usual, X, pairs).window) == 0
    # under names of their own, each is nearest to its double
    found = too_near(Neighbours(X, alone, np.random.default_rng(0)), usual, X, alone)
    assert np.array_equal(found.window, alone)
    assert np.array_equal(found.other, alone ^ 1)


def test_windows_without_a_shape_are_never_too_near(rng):
    X = np.concatenate([ar_windows(rng, 200, T, C), POOR["square waves"](rng, 200, T, C)])
    pool, usual = prepared(X)
    assert set(too_near(pool, usual, X).window) == set(range(200))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tones in 10 % noise", "templates", "heartbeats", "smooth"])
def test_an_honest_side_is_named_as_rarely_as_said(name):
    candidates, named = 0, 0
    for seed in range(40):
        X = RICH[name](np.random.default_rng([seed, 5]), 300, T, C)
        pool, usual = prepared(X[:200], seed)
        candidates += np.isfinite(pool.nearest(X[200:]).distance).sum()
        named += len(too_near(pool, usual, X[200:]).window) > 0
    assert candidates > 40  # honest windows that are within 20 dB of another one
    assert named <= stats.binom.ppf(0.999, 40, 2 * LEVEL)  # two measures


@pytest.mark.parametrize("freedom", [3, 10, 60])
def test_the_tail_of_sums_of_squares_is_not_underrated(rng, freedom):
    found = Lower.of(rng.chisquare(freedom, 2000) * 7)
    p = found.tail(rng.chisquare(freedom, 100_000) * 7)
    for level in (0.1, 1e-2, 1e-3):
        assert (p <= level).mean() < 1.5 * level
    assert found.median == pytest.approx(7 * stats.chi2.median(freedom), rel=0.1)
    assert (np.diff(found.tail(np.linspace(0, 100, 50))) > 0).all()


@pytest.mark.parametrize("d", [1, 2, 5, 10])
def test_the_dimension_of_points_comes_back_or_less(rng, d):
    ranked, lower = ranks_of_points(rng, d), Lower(1.0, 1.0)
    assert 0.5 * d < nearness.dimension(ranked) < 1.15 * d
    assert (nearness.growth(ranked) <= nearness.ONE_DIRECTION) == (d == 1)
    # as many are expected within the distance to the nearest as are there, or fewer near the edges of the cube
    assert 0.7 < Usual(1.0, d, False, lower, lower).crowd(ranked[:, 0], ranked[:, 1]).mean() < 1.1


@settings(deadline=None, max_examples=60)
@given(whole_numbers)
def test_moves_and_periods_against_loops(X):
    t = X.shape[1]
    moves = [{tuple(row) for row in np.diff(window, axis=0).tolist() if any(row)} for window in X.astype(int)]
    assert nearness.distinct_moves(X).tolist() == [len(some) for some in moves]
    periods = [any((window[p:] == window[:-p]).all() for p in range(1, t // 2 + 1)) for window in X]
    assert nearness.repeats_itself(X).tolist() == periods


def test_periods_in_channels_of_any_size_and_constant_ones(rng, monkeypatch):
    monkeypatch.setattr(neighbours, "CHUNK_SAMPLES", 7 * T * C)
    X = rng.normal(size=(40, T, C)).astype(np.float32) * np.float32([1, 1e-20])
    X[::4, :, 1] = 0  # a silent channel neither repeats nor speaks
    for k in range(0, 40, 3):
        X[k] = np.resize(X[k, : 2 + k // 2], (T, C))
    assert nearness.repeats_itself(X).tolist() == [k % 3 == 0 and 2 + k // 2 <= T // 2 for k in range(40)]


def test_what_holds_counts_or_repeats_has_no_shape(rng):
    for make in (POOR["constant"], POOR["counters"], POOR["events"], tones(0.0)):
        assert not has_shape(make(rng, 50, 72, 1)).any()
    assert has_shape(tones(0.02)(rng, 50, 72, 1)).all()
    assert has_shape(np.cumsum(rng.normal(size=(50, 72, 1)), axis=1)).all()
