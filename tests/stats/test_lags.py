import numpy as np
import pytest

from splitaudit.stats.lags import lagged_correlation, residuals
from tests.support import ar_recording


def test_correlation_of_an_autoregression_at_every_lag():
    values = ar_recording(np.random.default_rng(0), 20_000, c=4, phi=0.8).astype(float)
    found = lagged_correlation(values, np.zeros(20_000, dtype=int), 5.0 * np.arange(20_000), max_lag=6)
    assert found.step == 5.0
    assert found.pairs.tolist() == [20_000 - k for k in range(1, 7)]
    assert found.correlation.mean(axis=1) == pytest.approx(0.8 ** np.arange(1, 7), abs=0.03)


def test_windows_of_different_clocks_and_over_gaps_are_not_neighbours():
    values = np.ones((6, 1))
    time = np.array([0.0, 1, 10, 0, 1, 2])
    found = lagged_correlation(values, np.array([0, 0, 0, 1, 1, 1]), time, max_lag=3)
    assert found.pairs.tolist() == [3, 1, 0]


def test_reach_is_where_correlation_ends():
    rng = np.random.default_rng(1)
    moving = np.stack([np.convolve(rng.normal(size=5003), np.ones(4) / 2, mode="valid") for _ in range(5)], axis=1)
    found = lagged_correlation(moving, np.zeros(5000, dtype=int), 10.0 * np.arange(5000), max_lag=8)
    assert found.reach(0.3) == 20.0  # correlations 0.75, 0.5, 0.25, 0
    noise = lagged_correlation(rng.normal(size=(500, 60)), np.zeros(500, dtype=int), np.arange(500.0), max_lag=8)
    assert noise.reach(0.3) == 0.0


def test_residuals_know_neither_class_nor_clock_nor_line():
    rng = np.random.default_rng(2)
    y, keys, time = rng.integers(0, 3, 300), np.repeat([0, 1, 2], 100), np.tile(np.arange(100.0), 3)
    values = rng.normal(size=(300, 2)) + 5 * y[:, None] - 3 * keys[:, None] + 0.1 * (time * (keys + 1))[:, None]
    rest = residuals(np.c_[values, np.full(300, 4.2)], keys, time, y)
    assert np.abs([rest[y == k].mean(axis=0) for k in range(3)]).max() < 0.05
    assert np.abs([rest[keys == k].mean(axis=0) for k in range(3)]).max() < 1e-6
    assert np.abs(time @ rest / 300).max() < 0.1
    assert rest[:, :2].std(axis=0) == pytest.approx(1.0)
    assert (rest[:, 2] == 0).all()
