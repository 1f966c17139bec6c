import numpy as np
import pytest

from splitaudit.models.panel import convolution_ridge, discriminant, nearest, neighbours
from splitaudit.stats.agreement import mean_kappa


def blobs(n: int, seed: int, d: int = 6):
    """Three clouds on different scales, so that they are told only where columns are standardised."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    X = rng.normal(size=(n, d))
    X[:, 0] += 4 * (y == 1)
    X[:, 1] += 4 * (y == 2)
    return (X * np.logspace(-3, 3, d)).astype(np.float32), y


def tones(n: int, seed: int, t: int = 40, c: int = 2):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    turns = np.array([3.0, 8.0])[y][:, None] * np.arange(t) / t + rng.random((n, 1))
    X = 0.5 * rng.normal(size=(n, t, c))
    X[:, :, -1] += np.sin(2 * np.pi * turns)
    return (100 + 10 * X).astype(np.float32), y


def ruler(X: np.ndarray):
    return X.mean(axis=(0, 1)).astype(np.float64), X.std(axis=(0, 1)).astype(np.float64)


def ridge(fit, y, new, seed=0):
    return convolution_ridge(fit, y, new, ruler(fit), n_classes=3, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("learner", [discriminant, neighbours])
def test_clouds_are_told_apart_on_any_scale(learner):
    fit, y = blobs(150, 0)
    new, expected = blobs(100, 1)
    assert (learner(fit, y, new, n_classes=3) == expected).mean() > 0.85


@pytest.mark.parametrize("learner", [discriminant, neighbours])
def test_labels_that_mean_nothing_teach_nothing(learner):
    fit, _ = blobs(150, 2)
    y = np.random.default_rng(3).integers(0, 3, 150)
    new, expected = blobs(300, 4)
    assert (learner(fit, y, new, n_classes=3) == expected).mean() < 0.5


@pytest.mark.parametrize("learner", [discriminant, neighbours])
def test_classes_keep_their_codes_and_constant_columns_do_no_harm(learner):
    fit, y = blobs(90, 5)
    fit[:, 3] = 7
    new, expected = blobs(60, 6)
    new[:, 3] = 9
    codes = np.array([1, 4, 5])
    named = learner(fit, codes[y], new, n_classes=6)
    assert set(named) <= set(codes)
    assert (named == codes[expected]).mean() > 0.8


def test_random_convolutions_hear_tones():
    fit, y = tones(120, 0)
    new, expected = tones(80, 1)
    assert (ridge(fit, y, new) == expected).mean() > 0.9


def test_the_same_stream_gives_the_same_classes():
    (fit, y), (new, _) = tones(60, 2), tones(40, 3)
    first = ridge(fit, y, new)
    assert np.array_equal(first, ridge(fit, y, new))
    before = fit.copy()
    ridge(fit, y, new, seed=1)
    assert np.array_equal(fit, before)


@pytest.mark.parametrize("t", [1, 2, 3, 6, 17])
def test_windows_of_any_length_are_taken(t):
    rng = np.random.default_rng(t)
    y = np.arange(60) % 2
    X = (rng.normal(size=(60, t, 2)) + np.linspace(-2, 2, t)[:, None] * (2 * y - 1)[:, None, None]).astype(np.float32)
    if t == 1:
        X[:, 0, 0] += 6 * y
    named = ridge(X[:40], y[:40], X[40:])
    assert named.shape == (20,)
    assert (named == y[40:]).mean() > (0.9 if t != 2 else 0.7)


def test_channels_that_stand_still_do_no_harm():
    fit, y = tones(60, 4)
    new, expected = tones(40, 5)
    fit[:, :, 0] = new[:, :, 0] = 3.0
    center, scale = ruler(fit)
    scale[0] = 1.0
    named = convolution_ridge(fit, y, new, (center, scale), n_classes=2, rng=np.random.default_rng(0))
    assert (named == expected).mean() > 0.9


def test_the_nearest_are_those_at_the_least_standardised_distance():
    rng = np.random.default_rng(7)
    fit = (rng.normal(size=(50, 4)) * np.logspace(-2, 2, 4)).astype(np.float64)
    new = fit[[8, 3]] + 1e-6
    found = nearest(fit, new, 3)
    assert found.shape == (2, 3)
    assert found[:, 0].tolist() == [8, 3]
    z = (fit - fit.mean(axis=0)) / fit.std(axis=0)
    expected = np.argsort(((z - z[8]) ** 2).sum(axis=1))[:3]
    assert set(found[0]) == set(expected)
    assert nearest(fit[:2], new, 5).shape == (2, 2)


def test_learners_of_different_kinds_agree_on_windows_that_cannot_be_told():
    fit, y = blobs(150, 8)
    new, expected = blobs(150, 9)
    wrong = np.where(np.arange(150) % 3 == 0, (expected + 1) % 3, expected)
    right = np.array([learner(fit, y, new, n_classes=3) == wrong for learner in (discriminant, neighbours)])
    assert mean_kappa(right) > 0.6
