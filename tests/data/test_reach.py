"""How far in time windows resemble each other."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.data.reach import MAX_COLUMNS, MAX_WINDOWS, resemblance
from tests.support import ar_recording

STEP = 10.0


def measured(features, keys=None, y=None, order=None):
    n = len(features)
    order = np.arange(n) if order is None else order
    keys = np.zeros(n, dtype=np.int64) if keys is None else keys
    return resemblance(features[order], keys[order], STEP * order, None if y is None else y[order])


def test_independent_windows_resemble_none(rng):
    assert measured(rng.normal(size=(400, 12)).astype(np.float32)).reach == 0


@pytest.mark.parametrize(("phi", "low", "high"), [(0.5, 1, 3), (0.8, 3, 8), (0.9, 5, 12)])
def test_the_reach_grows_with_the_dependence(rng, phi, low, high):
    # an AR(1) correlates by phi^k at lag k, which falls below 0.3 at log 0.3 / log phi
    assert STEP * low <= measured(ar_recording(rng, 2000, 12, phi)).reach <= STEP * high


def test_the_order_of_the_rows_does_not_matter(rng):
    features = ar_recording(rng, 600, 8, 0.8)
    shuffled = rng.permutation(600)
    found = measured(features, order=shuffled)
    assert found.reach == measured(features).reach > 0
    assert found.values.shape == (600, 8)


def test_classes_and_levels_of_clocks_are_no_resemblance(rng):
    keys = np.repeat(np.arange(4), 150)
    y = np.repeat(np.arange(30) % 3, 20)
    features = rng.normal(size=(600, 8)) + 5 * y[:, None] + 20 * keys[:, None]
    found = measured(features.astype(np.float32), keys, y)
    assert found.reach == 0
    assert found.values.std(axis=0) == pytest.approx(1, abs=0.05)


def test_a_few_spikes_do_not_decide(rng):
    features = ar_recording(rng, 1000, 8, 0.8)
    plain = measured(features).reach
    features[[100, 500]] = 1e6
    assert measured(features).reach == pytest.approx(plain, abs=2 * STEP)


def test_constant_features_are_no_fault():
    assert measured(np.zeros((50, 3), dtype=np.float32)).reach == 0


def test_many_windows_and_columns_are_thinned_in_whole_stretches(rng):
    found = measured(ar_recording(rng, 2 * MAX_WINDOWS + 400, 2 * MAX_COLUMNS, 0.8))
    assert found.values.shape == (2 * MAX_WINDOWS + 400, MAX_COLUMNS)
    assert 3 * STEP <= found.reach <= 8 * STEP
