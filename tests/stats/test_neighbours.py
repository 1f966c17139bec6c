import numpy as np
import pytest
from scipy import signal

from splitaudit.stats import neighbours
from splitaudit.stats.neighbours import FLOOR, Neighbours, prediction_filters
from tests.support import ar_windows

N, T, C = 300, 64, 3
EACH = np.arange(N)


def noisy(rng, X, decibel):
    """Windows in white noise so far below each channel."""
    return X + (10 ** (-decibel / 20) * X.std(axis=1, keepdims=True) * rng.normal(size=X.shape)).astype(X.dtype)


def all_distances(pool, X):
    """Distances of every window to every other at every shift of the window, shape (n_shifts, k, n)."""

    def units(windows, shift):
        z = windows.astype(np.float64) / pool.usual
        if pool.own_scale:
            z /= z.std(axis=1, keepdims=True) + FLOOR
        z = z[:, pool.margin - shift : T - pool.margin - shift]
        z = (z - z.mean(axis=1, keepdims=True)).reshape(len(z), -1)
        return z / np.linalg.norm(z, axis=1, keepdims=True)

    products = [units(X, shift) @ units(pool.pool, 0).T for shift in range(-pool.margin, pool.margin + 1)]
    return np.sqrt(np.maximum(2 - 2 * np.stack(products), 0))


@pytest.mark.parametrize("own_scale", [False, True])
def test_nearest_against_all_distances(rng, own_scale):
    X = ar_windows(rng, N, T, C)
    pool, source = Neighbours(X, EACH, rng, own_scale=own_scale), rng.permutation(N)[:60]
    windows = np.concatenate([noisy(rng, X[source], 28), ar_windows(rng, 40, T, C)])
    found, every = pool.nearest(windows), all_distances(pool, windows)
    shift, other = np.divmod(every.transpose(1, 0, 2).reshape(100, -1).argmin(axis=1), N)
    assert np.array_equal(found.other[:60], source)
    assert np.array_equal(found.other[:60], other[:60])
    assert np.array_equal(found.shift[:60], shift[:60] - pool.margin)
    assert found.distance[:60] == pytest.approx(every.min(axis=(0, 2))[:60], abs=1e-3)
    assert np.median(found.distance[:60]) == pytest.approx(10 ** (-28 / 20), rel=0.1)
    assert (found.other[60:] == -1).all()
    assert np.isinf(found.distance[60:]).all()


@pytest.mark.parametrize("shift", [-4, -1, 0, 2, 4])
def test_shifts_come_back(rng, shift):
    long = ar_windows(rng, N, T + 8, C)
    found = Neighbours(long[:, 4 : 4 + T], EACH, rng).nearest(noisy(rng, long[:, 4 + shift : 4 + shift + T], 30))
    assert np.array_equal(found.other, EACH)
    assert (found.shift == shift).all()


@pytest.mark.slow
@pytest.mark.parametrize("every", [1, 40])
def test_shifts_among_many_windows_are_tried_on_some_and_then_on_all(rng, monkeypatch, every):
    signal = ar_windows(rng, 120, 2 * T, C)
    pool, windows = Neighbours(signal[:, 8 : 8 + T], np.arange(120), rng), ar_windows(rng, 120, T, C)
    copied = np.arange(1, 120, every)  # some windows are the first of every four
    windows[copied] = noisy(rng, signal[copied, 10 : 10 + T], 30)
    expected = pool.nearest(windows)
    monkeypatch.setattr("splitaudit.stats.neighbours.MAX_SHIFTED", 30)
    found = pool.nearest(windows)
    assert set(np.flatnonzero(expected.other >= 0)) == set(copied)
    assert np.array_equal(found.other, expected.other if every == 1 else np.full(120, -1))


@pytest.mark.parametrize("decibel", [20.5, 25, 40])
def test_next_to_no_window_within_20_db_is_missed(decibel):
    missed = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X = ar_windows(rng, N, T, C)
        missed += int((Neighbours(X, EACH, rng).nearest(noisy(rng, X, decibel)).other != EACH).sum())
    assert missed <= 0.005 * 6 * N


def test_gains_per_channel_matter_unless_channels_have_their_own_scale(rng):
    X = ar_windows(rng, N, T, C)
    changed = (X * np.exp(0.5 * rng.normal(size=(N, 1, C))) + rng.normal(size=(N, 1, C))).astype(np.float32)
    plain, own = (Neighbours(X, EACH, rng, own_scale=own).nearest(changed) for own in (False, True))
    assert (plain.other == EACH).mean() < 0.5
    assert np.array_equal(own.other, EACH)
    assert (own.distance < 0.03).all()
    assert not own.shift.any()
    common = Neighbours(X, EACH, rng).nearest((X * np.exp(rng.normal(size=(N, 1, 1)))).astype(np.float32) - 3)
    assert np.array_equal(common.other, EACH)
    assert (common.distance < 1e-4).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("power", [-30, -3, 30])
def test_units_of_the_channels_do_not_matter(rng, dtype, power):
    X = ar_windows(rng, N, T, C).astype(dtype)
    near, found = noisy(rng, X, 30), []
    for scale in (np.ones(C, dtype), np.array([1, 2.0**power, 2.0**-power], dtype)):
        found.append(Neighbours(X * scale, EACH, np.random.default_rng(1)).nearest(near * scale))
    assert np.array_equal(found[0].other, found[1].other)
    assert found[0].distance == pytest.approx(found[1].distance, abs=1e-5)


def test_windows_of_the_own_unit_are_left_out(rng):
    X = noisy(rng, np.repeat(ar_windows(rng, N // 3, T, C), 3, axis=0), 40)
    units = EACH % 3  # the three near ones are of different units
    found = Neighbours(X, units, rng).nearest(X, units)
    assert np.array_equal(found.other // 3, EACH // 3)
    assert (units[found.other] != units).all()
    assert (Neighbours(X, EACH // 3, rng).nearest(X, EACH // 3).other == -1).all()


def test_constant_windows_are_near_to_nothing(rng):
    X = ar_windows(rng, N, T, C)
    X[::2] = np.arange(N // 2, dtype=np.float32)[:, None, None] / 7
    found = Neighbours(X, EACH, rng).nearest(X)
    assert np.array_equal(found.other, np.where(EACH % 2, EACH, -1))


def test_ranks_against_sorted_distances(rng):
    pool, units = Neighbours(ar_windows(rng, N, T, C), EACH, rng), rng.integers(0, N, 50)
    windows = ar_windows(rng, 50, T, C)
    every = all_distances(pool, windows)[pool.margin]
    assert pool.ranked(windows) == pytest.approx(np.sort(every, axis=1)[:, [0, 4, 19]], abs=1e-4)
    every[np.arange(50), units] = np.inf
    assert pool.ranked(windows, units) == pytest.approx(np.sort(every, axis=1)[:, [0, 4, 19]], abs=1e-4)


def test_the_best_aligned_are_those_that_agree_once_they_are_shifted(rng, monkeypatch):
    long, source, shift = ar_windows(rng, N // 10, T + 8, C), EACH % (N // 10), rng.integers(-2, 3, N)
    X = noisy(rng, np.stack([long[k, 4 + s : 4 + s + T] for k, s in zip(source, shift, strict=True)]), 30)
    pool = Neighbours(X, EACH, rng)
    others, shifts = pool.aligned(X, EACH)
    assert (others != EACH[:, None]).all()
    assert (source[others[:, :2]] == source[:, None]).all()  # ten of each source, the 20th is of another
    assert (source[others[:, 2]] != source).all()
    assert np.array_equal(shifts[:, :2], shift[:, None] - shift[others[:, :2]])
    monkeypatch.setattr(neighbours, "CHUNK_PAIRS", 70 * 9 * N)
    assert np.array_equal(pool.aligned(X, EACH)[0], others)
    apart = pool.unpredicted(X, others, shifts)
    assert apart[:, :2].max() < 0.3
    assert apart[:, 2].min() > 0.9


@pytest.mark.parametrize("phi", [0.0, 0.6, 0.9])
def test_prediction_filters_of_an_autoregression(rng, phi):
    filters = prediction_filters(ar_windows(rng, 200, 512, 2, phi), 4)
    assert filters[:2] == pytest.approx(np.array([[1, 1], [-phi, -phi]]), abs=0.03)
    assert filters[2:] == pytest.approx(0, abs=0.03)


def poor_windows(rng, dtype=np.float32, c=C):
    """Windows of which some channels are constant or of few values, and some windows occur twice."""
    X = ar_windows(rng, N, T, c).astype(dtype)
    X[:20, :, 0] = 3
    X[20:40] = np.round(X[20:40])
    X[40:45] = X[:5]
    X[50] = 0
    return X


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("c", [1, C])
def test_whitening_is_a_filter_per_channel(rng, dtype, c):
    pool = Neighbours(poor_windows(rng, dtype, c), EACH, rng)
    z, order = pool.scaled(pool.pool), len(pool.filters) - 1
    wanted = [signal.lfilter(pool.filters[:, k], [1], z[:, :, k], axis=1)[:, order:] for k in range(c)]
    found = pool.whitened(z)
    assert found.dtype == z.dtype
    assert found == pytest.approx(np.stack(wanted, axis=2), abs=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_cannot_be_predicted_does_not_depend_on_the_chunks(rng, monkeypatch, dtype):
    pool = Neighbours(poor_windows(rng, dtype), EACH, rng)
    others, shifts = rng.integers(N, size=(90, 3)), rng.integers(-4, 5, (90, 3))
    whole = pool.unpredicted(pool.pool[:90], others, shifts)
    monkeypatch.setattr(neighbours, "CHUNK_SAMPLES", 70 * T * C)
    assert pool.unpredicted(pool.pool[:90], others, shifts) == pytest.approx(whole, rel=1e-9)
    assert pool.unpredicted(pool.pool[:0], others[:0], shifts[:0]).shape == (0, 3)


@pytest.mark.parametrize("t", [40, 1000])
def test_constant_windows_are_zero_whatever_their_level(rng, t):
    X = ar_windows(rng, N, t, C).astype(np.float32)
    X[::2, :, 1] = rng.lognormal(size=(N // 2, 1))
    for own_scale in (False, True):
        scaled = Neighbours(X, EACH, rng, own_scale=own_scale).scaled(X)
        assert not scaled[::2, :, 1].any()
        assert scaled[1::2].any(axis=1).all()


def test_the_same_search_on_the_own_scale(rng):
    X = ar_windows(rng, N, T, C)
    pool = Neighbours(X, EACH, np.random.default_rng(0))
    fresh, again = pool.rescaled(), Neighbours(X, EACH, np.random.default_rng(0), own_scale=True)
    assert pool.nearest(X, EACH).distance.shape == (N,)
    for twin in (fresh, pool.rescaled()):  # whatever the first has learned by then
        assert twin.reference == pytest.approx(again.reference, abs=0)
        assert np.array_equal(twin.nearest(X).distance, again.nearest(X).distance)
    assert not pool.own_scale
