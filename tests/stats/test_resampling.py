import numpy as np
import pytest
from scipy import stats

from benchmarks.compare.copies import READINGS, between
from benchmarks.hard import POOR, RICH
from splitaudit.stats.nearness import LEVEL, usual_nearness
from splitaudit.stats.neighbours import Neighbours
from splitaudit.stats.resampling import N_FREE, Resampling
from tests.support import ar_windows

N, T, C = 200, 64, 2
EACH = np.arange(N)


def prepared(X, seed=0):
    pool = Neighbours(X, np.arange(len(X)), np.random.default_rng(seed), own_scale=X.shape[2] > 1)
    queries = np.arange(min(200, len(X)))
    return Resampling(pool, queries), usual_nearness(pool, queries)


@pytest.mark.parametrize("c", [1, 3])
@pytest.mark.parametrize("times", READINGS.values(), ids=READINGS)
@pytest.mark.parametrize("phi", [0.6, 0.95])
def test_windows_that_were_read_anew_are_found(rng, times, phi, c):
    longer = ar_windows(rng, 300, 2 * T, c, phi).astype(np.float64)
    search, usual = prepared(longer[:N, T // 2 : T // 2 + T])
    fresh = longer[N:, :T].copy()
    fresh[::2] = between(longer[:50], T // 2 + times)
    found = search.find(usual, fresh)
    assert set(found.window) <= set(range(0, 100, 2))
    assert len(found.window) >= (50 if c > 1 else 45)
    assert np.array_equal(found.other, found.window // 2)
    assert np.median(found.distance) < 0.15
    assert len(search.find(usual, fresh, noise=False).window) == 0


@pytest.mark.parametrize("taps", [[0.5, 0.5], [0.25, 0.5, 0.25], [1.0, 0.3]])
def test_smoothed_windows_are_explained_and_others_are_not(rng, taps):
    X = ar_windows(rng, N, T, C, 0.6).astype(np.float64)
    search, _ = prepared(X)
    smooth = np.apply_along_axis(np.convolve, 1, X, taps, "same")
    still = np.zeros(N)
    assert np.quantile(search.unexplained(smooth, EACH, still), 0.95) < 0.02
    # independent windows agree by the free parameters of the fit only
    expected = 1 - N_FREE / (C * search.n_samples / 2)
    assert search.unexplained(smooth, np.roll(EACH, 1), still).mean() == pytest.approx(expected, abs=0.15)


def test_samples_of_an_event_count_and_its_silence_does_not(rng):
    X = ar_windows(rng, N, T, C, 0.6)
    search, _ = prepared(X)
    event = X * (np.abs(np.arange(T) - T / 2) < 4)[None, :, None]
    assert np.median(search.samples(X)) > 0.3 * search.n_samples
    assert np.median(search.samples(event)) < 0.5 * np.median(search.samples(X))


def test_pairs_of_one_unit_do_not_count(rng):
    longer = ar_windows(rng, 100, 2 * T, C, 0.6).astype(np.float64)
    both = [between(longer, T // 2 + delay + np.arange(T)) for delay in (0.0, 0.5)]
    X, found = np.concatenate(both), []
    for units in (EACH % 100, EACH):
        pool = Neighbours(X, units, np.random.default_rng(0))
        found.append(Resampling(pool, EACH).find(usual_nearness(pool, EACH), X, units))
    assert len(found[0].window) == 0
    # under names of their own each is read from its double
    assert np.array_equal(found[1].window, EACH)
    assert np.array_equal(found[1].other, (EACH + 100) % 200)


def test_short_windows_are_not_compared(rng):
    X = ar_windows(rng, N, 32, C)
    search, usual = prepared(X)
    assert not search.possible
    assert len(search.find(usual, X).window) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [*RICH, "padded", "mixed", "tones in 2 % noise"])
def test_an_honest_side_is_named_as_rarely_as_said(name):
    named, n = 0, 30
    for seed in range(n):
        X = {**POOR, **RICH}[name](np.random.default_rng([seed, 6]), 300, T, C).astype(np.float32)
        search, usual = prepared(X[:200], seed)
        named += len(search.find(usual, X[200:]).window) > 0
    assert named <= stats.binom.ppf(0.999, n, 2 * LEVEL)
