from dataclasses import replace

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.data import features
from splitaudit.data.profile import Losses
from splitaudit.data.split import make_split
from splitaudit.data.tables import MAX_SIGNALS
from tests.support import ar_windows, iid_split


def profiled(train, val=None, **known):
    sides = [X if hasattr(X, "rows") else make_split(X, **known) for X in (train, train if val is None else val)]
    return prepare(*sides, Settings())[:2]


@pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.float32, np.float64])
def test_moments_are_those_of_all_samples_in_double_precision(rng, dtype):
    X = (rng.normal(size=(40, 25, 3)) * [3, 20, 1] + [60, 100, 50]).astype(dtype)
    found = profiled(X)[0].moments
    exact = X.astype(np.float64)
    assert found.mean == pytest.approx(exact.mean(axis=(0, 1)), rel=1e-13)
    assert found.sd == pytest.approx(exact.std(axis=(0, 1)), rel=1e-12)
    assert np.array_equal(found.minimum, exact.min(axis=(0, 1)))
    assert np.array_equal(found.maximum, exact.max(axis=(0, 1)))


def test_a_small_spread_beside_a_large_level_is_not_lost(rng):
    X = (1e6 + rng.normal(size=(60, 32, 2))).astype(np.float32)
    assert profiled(X)[0].moments.sd == pytest.approx(X.astype(np.float64).std(axis=(0, 1)), rel=1e-12)


def test_chunks_do_not_show(rng, monkeypatch):
    X = rng.normal([0, 500], 1, size=(70, 24, 2))
    whole = profiled(X)[0]
    moments, features_, spectra = whole.moments, whole.features, whole.spectra
    monkeypatch.setattr(features, "CHUNK_SAMPLES", 24 * 2 * 9)
    parts = profiled(X)[0]
    for name in ("mean", "sd", "minimum", "maximum"):
        assert getattr(parts.moments, name) == pytest.approx(getattr(moments, name), rel=1e-13)
    assert parts.features == pytest.approx(features_, rel=1e-4, abs=1e-5)
    assert parts.spectra == pytest.approx(spectra, rel=1e-4, abs=1e-5)


def test_the_ruler_comes_from_train(rng):
    ours, theirs = profiled(rng.normal(2, 3, size=(50, 20, 2)), rng.normal(11, 6, size=(40, 20, 2)))
    center, scale = ours.ruler
    assert np.array_equal(theirs.ruler, (center, scale))
    assert np.array_equal(center, ours.moments.mean)
    assert np.array_equal(scale, ours.moments.sd)
    level = [j for j, feature in enumerate(theirs.feature_table) if feature.statistic == "level"]
    expected = (theirs.split.X.mean(axis=1) - center) / scale
    assert theirs.features[:, level] == pytest.approx(expected, abs=1e-4)


def test_a_constant_channel_is_measured_in_its_own_unit(rng):
    X = rng.normal(size=(30, 20, 2))
    X[:, :, 1] = 7
    assert profiled(X)[0].ruler[1][1] == 1.0


def test_every_column_has_its_feature(rng):
    found = profiled(ar_windows(rng, 20))[0]
    assert found.features.shape == (20, len(found.feature_table))
    assert found.features.dtype == np.float32
    assert np.shares_memory(found.features, found.tables.features)


@pytest.mark.parametrize("shape", [(3, 5, 2), (16, 16, 1), (20, 9, 3)])
def test_image_windows_are_pooled_over_a_grid(rng, shape):
    X = rng.random((12, 6, *shape))
    found = profiled(X)[0]
    height, width, depth = shape
    grid = int(np.sqrt(MAX_SIGNALS / depth))
    ys, xs = (np.array_split(np.arange(size), min(grid, size)) for size in (height, width))
    assert found.signals.shape == (12, 6, len(ys) * len(xs) * depth)
    assert found.signals.shape[2] <= MAX_SIGNALS
    last = X[:, :, ys[-1][0] :, xs[-1][0] :].mean(axis=(2, 3))
    assert found.signals[:, :, -depth:] == pytest.approx(last, abs=1e-6)
    assert found.ruler[0] == pytest.approx(found.signals.mean(axis=(0, 1)), abs=1e-5)
    assert found.features.shape == (12, len(found.feature_table))


def test_only_signals_that_are_channels_have_a_place(rng):
    assert profiled(rng.random((6, 8, 3)))[0].place(np.array([2, 0])) == (2, 0)
    assert profiled(rng.random((6, 8, 4, 4, 3)))[0].place([2, 0]) == ()


def test_what_a_side_has(rng):
    X = rng.normal(size=(6, 8, 2))
    bare = profiled(X[:, :, :1])[0]
    assert not any(bare.has(need) for need in ("labels", "groups", "time", "channels"))
    full = profiled(X, y=[0, 1] * 3, groups=list("aabbcc"), time=range(6))[0]
    assert all(full.has(need) for need in ("labels", "groups", "time", "channels"))
    train = make_split(X, [0, 1] * 3, time=range(6))
    ours, theirs = profiled(train, replace(train, time=None))
    assert (ours.has("time"), theirs.has("time")) == (True, False)


def test_classes_are_counted_with_those_that_only_the_other_side_has():
    train, val = iid_split(0, n_train=40, n_val=30)
    ours, theirs = profiled(train.take(train.y != 2), val)
    assert ours.label_counts.tolist() == [int((train.y == k).sum()) for k in (0, 1)] + [0]
    assert theirs.label_counts.tolist() == [int((val.y == k).sum()) for k in range(3)]


def test_equal_samples_have_equal_digests_whatever_the_width(rng):
    X = rng.integers(-99, 99, (20, 8, 2)).astype(np.float32)
    ours, theirs = profiled(X, np.r_[X[5:10].astype(np.float64), X[:3] + 0.5])
    assert np.array_equal(theirs.digests[:5], ours.digests[5:10])
    assert len(np.unique(np.r_[ours.digests, theirs.digests[5:]])) == 23


def test_channels_of_the_input_are_named_where_names_are_known():
    none = {"n_read": 1, "windows": np.zeros(0, dtype=int), "per_channel": np.zeros(2, dtype=int)}
    assert Losses(**none).channel_name(1) == 1
    assert Losses(**none, channels=("x", "y")).channel_name(1) == "y"
