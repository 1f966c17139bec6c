import numpy as np
import pytest

from splitaudit.data.scales import across_channels, joined, sampling_errors, scales, standardised_alone
from splitaudit.data.split import make_split
from splitaudit.stats.units import Scheme
from tests.support import iid_split


def test_against_numpy_whatever_the_dtype(rng):
    X = rng.integers(-3, 4, (50, 20, 3))
    for dtype in (np.int16, np.float32, np.float64):
        found = scales(X.astype(dtype))
        assert found.mean == pytest.approx(X.mean(axis=1))
        assert found.sd == pytest.approx(X.std(axis=1))
        assert np.array_equal(found.maximum, X.max(axis=1))
        assert np.array_equal(found.at_minimum, (X.min(axis=1, keepdims=True) == X).sum(axis=1))
        assert found.level == pytest.approx(X.mean(axis=(0, 1)))
        assert found.total == pytest.approx(X.std(axis=(0, 1)))


def test_chunks_do_not_show(rng, monkeypatch):
    X = rng.normal(size=(70, 10, 2)).astype(np.float32)
    whole = scales(X)
    monkeypatch.setattr("splitaudit.data.features.CHUNK_SAMPLES", 60)
    assert np.array_equal(scales(X).sd, whole.sd)


def test_constant_windows_have_no_spread_at_all():
    found = scales(np.full((3, 7, 1), 0.1, dtype=np.float32))
    assert (found.sd == 0).all()
    assert (found.mean == np.float32(0.1)).all()


def test_huge_numbers_stay_finite(rng):
    found = scales(rng.normal(size=(4, 8, 2)) * 1e300)
    assert np.isfinite(found.total).all()


def test_all_channels_as_one(rng):
    X = rng.normal(size=(30, 16, 4)) * [1, 2, 3, 4] + [0, 5, 0, 0]
    found = across_channels(scales(X))
    assert found.mean[:, 0] == pytest.approx(X.mean(axis=(1, 2)))
    assert found.sd[:, 0] == pytest.approx(X.std(axis=(1, 2)))
    assert found.maximum[:, 0] == pytest.approx(X.max(axis=(1, 2)))
    assert (found.at_maximum == 1).all()


def test_sampling_errors_of_independent_windows(rng):
    X = rng.normal(size=(900, 40, 2))
    parts = scales(X[:600]), scales(X[600:])
    errors = sampling_errors(*parts, Scheme("window", np.arange(900), 600, "test"))
    for error, n in zip(errors, (600, 300, 900), strict=True):
        assert error[0] == pytest.approx(1 / np.sqrt(40 * n), rel=0.1)
        assert error[1] == pytest.approx(1 / np.sqrt(2 * 40 * n), rel=0.1)
    assert len(joined(parts).mean) == 900


def test_image_pixels_are_samples_of_their_channel(rng):
    from splitaudit.audit import Settings, prepare

    X = rng.random((12, 5, 4, 4, 3))
    ours, _, _ = prepare(make_split(X), make_split(X[:6] + 1), Settings())
    assert ours.samples.shape == (12, 80, 3)
    assert ours.scales.level == pytest.approx(X.mean(axis=(0, 1, 2, 3)))


def test_a_side_that_alone_looks_standardised():
    train, val = iid_split(0)
    units = np.float32([5, 50, 500])
    raw = scales(train.X * units + 3 * units)
    assert standardised_alone(raw, scales(val.X)) == "val"
    assert standardised_alone(scales(val.X), raw) == "train"
    assert standardised_alone(scales(train.X), scales(val.X)) is None
    assert standardised_alone(scales(train.X), scales(9.81 * val.X)) is None
