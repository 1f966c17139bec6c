import numpy as np
import pytest

from splitaudit.stats.matching import match, permutation_pvalue
from splitaudit.stats.signature import Signatures, signatures, typical

ORDER, SIGN = np.array([2, 0, 1, 4, 3]), np.array([1, -1, 1, 1, -1])


def channels(rng: np.random.Generator, n: int, n_units: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Five correlated channels with tones of their own, skewed; and units with gains and offsets."""
    units = np.repeat(np.arange(n_units), n // n_units)
    t = np.arange(48)
    tones = np.sin(2 * np.pi * (np.array([2, 4, 6, 9, 13])[:, None] * t / 48 + rng.random((len(units), 5, 1))))
    X = np.exp(0.5 * (tones + 0.5 * rng.normal(size=(len(units), 5, 48)) + 0.5 * rng.normal(size=(len(units), 1, 48))))
    gain, offset = np.exp(0.1 * rng.normal(size=(n_units, 5, 1))), 0.2 * rng.normal(size=(n_units, 5, 1))
    return (X * gain[units] + offset[units]).transpose(0, 2, 1), units


def seen(X, units):
    found = signatures(X)
    return found, typical(found, units)


def test_the_identity_stays(rng):
    (first, a), (_, b) = seen(*channels(rng, 160)), seen(*channels(rng, 120, 6))
    found = match(a, b, first.odd, np.ones(len(first.names), dtype=bool))
    assert not found.moved.any()
    assert found.explained == 0


@pytest.mark.parametrize("scaled", [False, True])
def test_order_and_sign_come_back(rng, scaled):
    X, units = channels(rng, 120, 6)
    changed = X[:, :, ORDER] * SIGN
    if scaled:
        changed = (changed - changed.mean(axis=(0, 1))) / changed.std(axis=(0, 1))
    (first, a), (_, b) = seen(*channels(rng, 160)), seen(changed, units)
    found = match(a, b, first.odd, first.free_of_scale if scaled else np.ones(len(first.names), dtype=bool))
    # channel ORDER[j] of the first side stands at place j of the second
    assert np.array_equal(found.place[ORDER], np.arange(5))
    assert np.array_equal(found.sign[ORDER], SIGN)
    assert found.explained > 0.95
    assert (found.flip_margin > 6).all()


def test_signatures_free_of_scale_are(rng):
    X, _ = channels(rng, 40)
    found, other = signatures(X), signatures(X * 1e4 - 300)
    assert found.values[:, :, found.free_of_scale] == pytest.approx(other.values[:, :, found.free_of_scale], abs=1e-6)
    assert found.correlations == pytest.approx(other.correlations, abs=1e-6)


def test_odd_signatures_change_their_sign_and_the_others_do_not(rng):
    X, _ = channels(rng, 40)
    found, turned = signatures(X), signatures(-X)
    sign = np.where(found.odd, -1, 1)
    assert turned.values == pytest.approx(found.values * sign, abs=1e-9)


def test_exchanging_units_tells_the_observed_from_the_rest(rng):
    X, units = channels(rng, 240, 12)
    whole = signatures(X)
    means = np.stack([whole.values[units == u].mean(axis=0) for u in range(12)])
    draws = np.zeros((400, 12), dtype=bool)
    for row in draws:
        row[rng.permutation(12)[:5]] = True
    everything = (np.ones(len(whole.names), dtype=bool),)
    assert permutation_pvalue(means, draws, whole.odd, everything) > 0.05
    swapped = means.copy()
    swapped[draws[0]] = swapped[draws[0]][:, [1, 0, 2, 3, 4]]
    assert permutation_pvalue(swapped, draws, whole.odd, everything) <= 2 / 400


def test_windows_without_variation_have_no_shape():
    found = signatures(np.full((3, 20, 2), 1e6) + 1e-12)
    assert isinstance(found, Signatures)
    assert np.isfinite(found.values).all()
    assert (found.correlations == 0).all()
