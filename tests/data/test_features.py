"""Window statistics against plain numpy and scipy, and what must not change them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal, stats

from splitaudit.data import features
from splitaudit.data.features import Feature, compute, spectra
from splitaudit.data.finite import finite_part
from splitaudit.data.profile import profiles
from splitaudit.data.split import make_split
from tests.support import ar_windows

N, T, C = 12, 64, 3
X = ar_windows(np.random.default_rng(0), N, T, C).astype(np.float64) * [1, 5, 0.1] + [0, 20, -3]
CENTER, SCALE = X.mean(axis=(0, 1)), X.std(axis=(0, 1))
Z = (X - CENTER) / SCALE
TABLE = features.catalogue(T, C)
VALUES = compute(X, CENTER, SCALE)


def column(statistic: str, *channels: int, timesteps: tuple[int, int] = (0, T)) -> np.ndarray:
    return VALUES[:, TABLE.index(Feature(tuple(channels), statistic, timesteps))]


def autocorrelation(windows: np.ndarray, lag: int) -> np.ndarray:
    centred = windows - windows.mean(axis=1, keepdims=True)
    return (centred[:, lag:] * centred[:, :-lag]).sum(axis=1) / (centred**2).sum(axis=1)


def crossings(windows: np.ndarray) -> np.ndarray:
    above = windows > windows.mean(axis=1, keepdims=True)
    return (above[:, 1:] != above[:, :-1]).mean(axis=1)


def slope(windows: np.ndarray) -> np.ndarray:
    return np.array([np.polyfit(np.arange(T), window, 1)[0] * T for window in windows])


def periodogram(windows: np.ndarray) -> np.ndarray:
    """Hann-tapered periodogram without the zero frequency; a one-sided density has the double of the inner bins."""
    taper = np.hanning(T + 2)[1:-1]
    _, power = signal.periodogram(windows, window=taper, detrend="constant", scaling="density", return_onesided=False)
    return power[:, 1 : T // 2 + 1]


EXPECTED = {
    "level": lambda w: w.mean(axis=1),
    "log spread": lambda w: np.log(w.std(axis=1)),
    "minimum": lambda w: w.min(axis=1),
    "maximum": lambda w: w.max(axis=1),
    "median": lambda w: np.quantile(w, 0.5, axis=1, method="nearest"),
    "quantile 10 %": lambda w: np.quantile(w, 0.1, axis=1, method="nearest"),
    "quantile 90 %": lambda w: np.quantile(w, 0.9, axis=1, method="nearest"),
    "slope": slope,
    "log roughness": lambda w: np.log(np.diff(w, axis=1).std(axis=1)),
    "log curvature": lambda w: np.log(np.diff(w, n=2, axis=1).std(axis=1)),
    "autocorrelation lag 1": lambda w: autocorrelation(w, 1),
    "autocorrelation lag 4": lambda w: autocorrelation(w, 4),
    "crossing rate": crossings,
    "skewness": lambda w: stats.skew(w, axis=1),
    "log tail weight": lambda w: np.log(stats.kurtosis(w, axis=1, fisher=False)),
    "spectral centroid": lambda w: periodogram(w) @ np.arange(1, T // 2 + 1) / periodogram(w).sum(axis=1),
    "spectral flatness": lambda w: np.log(
        stats.gmean(periodogram(w) + features.TINY, axis=1) / (periodogram(w) + features.TINY).mean(axis=1)
    ),
}


@pytest.mark.parametrize("channel", range(C))
@pytest.mark.parametrize("statistic", EXPECTED)
def test_against_numpy_and_scipy(statistic, channel):
    expected = EXPECTED[statistic](Z[:, :, channel])
    assert np.allclose(column(statistic, channel), expected, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("channel", range(C))
def test_band_powers_share_out_the_periodogram(channel):
    edges = features.band_edges(T)
    assert edges[0] == 1
    assert edges[-1] == T // 2 + 1
    power = periodogram(Z[:, :, channel])
    for start, stop in itertools.pairwise(edges):
        expected = np.log(power[:, start - 1 : stop - 1].sum(axis=1))
        assert np.allclose(column(f"log power {start}-{stop - 1} cycles", channel), expected, atol=2e-3)


def test_segments():
    assert features.segments(T) == [(0, 16), (16, 32), (32, 48), (48, 64)]
    for start, stop in features.segments(T):
        part = Z[:, start:stop, 1]
        assert np.allclose(column("segment level", 1, timesteps=(start, stop)), part.mean(axis=1), atol=1e-4)
        assert np.allclose(column("segment spread", 1, timesteps=(start, stop)), np.log(part.std(axis=1)), atol=1e-3)


def test_correlations_are_fisher_z():
    for pair in ((0, 1), (1, 2), (0, 2)):
        expected = [np.arctanh(np.corrcoef(w[:, pair[0]], w[:, pair[1]])[0, 1]) for w in Z]
        assert np.allclose(column("correlation", *pair), expected, atol=1e-4)


@pytest.mark.parametrize("cycles", [3.0, 7.0, 11.4, 20.25])
def test_dominant_frequency_of_a_tone(cycles):
    phase = np.random.default_rng(0).uniform(0, 2 * np.pi, (30, 1))
    tone = np.sin(2 * np.pi * cycles * np.arange(T) / T + phase)[:, :, None]
    values = compute(tone, np.zeros(1), np.ones(1))
    found = values[:, features.catalogue(T, 1).index(Feature((0,), "dominant frequency", (0, T)))]
    assert np.abs(found - cycles).max() < 0.12


def test_power_of_white_noise_is_its_variance():
    noise = np.random.default_rng(0).normal(size=(400, 1, T)).astype(np.float32)
    assert features.power_spectrum(noise)[:, :, 2:-2].mean() == pytest.approx(1, abs=0.03)


def test_spectra_are_log_means_of_the_periodogram():
    values = spectra(X, CENTER, SCALE)
    assert values.shape == (N, C, len(features.bin_edges(T)) - 1)
    assert np.allclose(values[:, 1], np.log(periodogram(Z[:, :, 1])), atol=5e-3)
    long = ar_windows(np.random.default_rng(1), 4, 600, 1)
    edges = features.bin_edges(600)
    assert len(edges) <= features.MAX_BINS + 1
    power = features.power_spectrum(long.transpose(0, 2, 1))
    expected = [np.log(power[:, :, a:b].mean(axis=2)) for a, b in itertools.pairwise(edges)]
    assert np.allclose(spectra(long, np.zeros(1), np.ones(1)), np.stack(expected, axis=2), atol=1e-4)


@pytest.mark.parametrize("t", [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 100, 257])
@pytest.mark.parametrize("c", [1, 2, 12])
def test_every_shape_has_a_table_that_fits(t, c):
    windows = np.random.default_rng(0).normal(size=(3, t, c))
    table = features.catalogue(t, c)
    values = compute(windows, np.zeros(c), np.ones(c))
    assert values.shape == (3, len(table))
    assert len(set(table)) == len(table)
    assert np.isfinite(values).all()
    for feature in table:
        start, stop = feature.timesteps
        assert 0 <= start < stop <= t
        assert all(0 <= channel < c for channel in feature.channels)
    assert np.isfinite(spectra(windows, np.zeros(c), np.ones(c))).all() if t > 1 else True


def test_pairs_are_neighbours_first_and_bounded():
    assert features.pairs(3) == [(0, 1), (1, 2), (0, 2)]
    assert len(features.pairs(100)) == features.MAX_PAIRS
    assert all(b - a == 1 for a, b in features.pairs(100))


def test_chunks_do_not_matter(monkeypatch):
    monkeypatch.setattr(features, "CACHED_SAMPLES", T * C * 5)
    assert [s.stop - s.start for s in features.chunks(N, T * C, T * C * 5)] == [5, 5, 2]
    assert np.array_equal(compute(X, CENTER, SCALE), VALUES)


def test_threads_do_not_matter():
    assert np.array_equal(compute(X, CENTER, SCALE, n_jobs=2), VALUES)


def test_order_of_windows_does_not_matter():
    order = np.random.default_rng(0).permutation(N)
    assert np.array_equal(compute(X[order], CENTER, SCALE), VALUES[order])


@settings(max_examples=30, deadline=None)
@given(gain=st.sampled_from([1e-12, 1e-3, 0.7, 40.0, 1e6, 1e12]), offset=st.sampled_from([0.0, -3.0, 1e3]))
def test_rescaling_both_sides_alike_changes_nothing(gain, offset):
    train, val = make_split(X[:8]), make_split(X[8:])
    moved = [make_split(side.X * gain + offset * gain) for side in (train, val)]
    before, after = (
        profiles(*finite_part(*pair)[:2], finite_part(*pair)[2])[1].features for pair in ((train, val), moved)
    )
    assert np.allclose(after, before, rtol=1e-3, atol=2e-3)


@pytest.mark.parametrize("dtype", ["f4", ">f4", "f8"])
def test_precision_of_the_input_hardly_matters(dtype):
    assert np.allclose(compute(X.astype(dtype), CENTER, SCALE), VALUES, rtol=1e-3, atol=1e-3)


def test_integers_are_measured_like_floats():
    counts = np.random.default_rng(0).integers(-9, 9, size=(5, T, 2))
    center, scale = counts.mean(axis=(0, 1)), counts.std(axis=(0, 1))
    wide = compute(counts.astype(float), center, scale)
    for dtype in ("i1", "i2", "i8"):
        assert np.array_equal(compute(counts.astype(dtype), center, scale), wide)


@pytest.mark.parametrize(
    "windows",
    [
        np.zeros((3, T, 2)),
        np.full((3, T, 2), 1e30),
        np.tile(np.eye(T)[:3, :, None], (1, 1, 2)),
        np.full((3, T, 2), np.finfo(np.float32).max, dtype=np.float32),
        np.array([-1e139, 1e139] * (3 * T)).reshape(3, T, 2),
        np.array([0, 5e-324] * (3 * T)).reshape(3, T, 2),
        np.full((3, T, 2), 2**62, dtype=np.int64),
    ],
    ids=["zeros", "constant", "spike", "largest float32", "huge", "tiny", "large integers"],
)
def test_always_finite(windows):
    side = make_split(windows)
    train, val, losses = finite_part(side, side)
    for profile in profiles(train, val, losses):
        assert np.isfinite(profile.features).all()
        assert np.isfinite(profile.spectra).all()
        assert np.isfinite(profile.ruler[0]).all()
        assert (profile.ruler[1] > 0).all()


def test_a_side_far_from_train_stays_finite():
    train, val = make_split(X), make_split(X * 1e25)
    ours, theirs = profiles(*finite_part(train, val)[:2], finite_part(train, val)[2])
    assert np.isfinite(theirs.features).all()
    assert np.abs(ours.features).max() < 1e3


def test_what_standardising_every_window_left_is_constant():
    windows = np.random.default_rng(5).normal(size=(60, T, 2)).cumsum(axis=1)
    windows -= windows.mean(axis=1, keepdims=True)
    windows /= windows.std(axis=1, keepdims=True)
    windows[7] = 0  # one in which nothing moves
    side = make_split(windows.astype(np.float32))
    ours = profiles(side, side, finite_part(side, side)[2])[0]
    named = {(f.statistic, f.channels): ours.features[:, j] for j, f in enumerate(ours.feature_table)}
    assert len(np.unique(named["level", (1,)])) == 1
    assert len(np.unique(named["log spread", (1,)])) == 2
    assert len(np.unique(named["slope", (1,)])) > 50
    before = compute(side.X, *ours.ruler)
    flattened = [f.statistic for j, f in enumerate(ours.feature_table) if (before[:, j] != ours.features[:, j]).any()]
    assert set(flattened) == {"level", "log spread"}
