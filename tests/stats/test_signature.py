import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.signature import TAIL, Signatures, misfit, signatures, typical
from tests.support import ar_windows


def measured(X):
    found = signatures(X)
    return found, {name: found.values[:, :, j] for j, name in enumerate(found.names)}


def test_moments_are_those_of_the_windows(rng):
    X = rng.gamma(2.0, size=(30, 40, 3)) * [1, 5, 0.2] + [0, -9, 3]
    _, by_name = measured(X)
    assert by_name["level"] == pytest.approx(X.mean(axis=1))
    assert by_name["log spread"] == pytest.approx(np.log(X.std(axis=1)))
    assert by_name["log size"] == pytest.approx(np.log(np.sqrt((X**2).mean(axis=1))))
    assert by_name["skewness"] == pytest.approx(stats.skew(X, axis=1))
    assert by_name["log tail weight"] == pytest.approx(np.log(stats.kurtosis(X, axis=1, fisher=False)))
    assert by_name["skewness of increments"] == pytest.approx(stats.skew(np.diff(X, axis=1), axis=1))


@pytest.mark.parametrize("lag", [1, 2, 4, 8])
def test_autocorrelations_are_those_of_the_windows(rng, lag):
    X = ar_windows(rng, 20, phi=0.8).astype(np.float64)
    centred = X - X.mean(axis=1, keepdims=True)
    expected = (centred[:, lag:] * centred[:, :-lag]).sum(axis=1) / (centred**2).sum(axis=1)
    assert measured(X)[1][f"autocorrelation lag {lag}"] == pytest.approx(expected)


def test_correlations_are_fisher_z(rng):
    X = rng.normal(size=(10, 50, 3)) @ rng.normal(size=(3, 3))
    found = signatures(X).correlations
    for window, z in zip(X, found, strict=True):
        expected = np.arctanh(np.clip(np.corrcoef(window.T), -0.999, 0.999))
        assert z == pytest.approx(expected, abs=1e-9)


def test_the_power_of_a_tone_is_in_its_band(rng):
    t = np.arange(64)
    for cycles, band in ((1, "1-1"), (3, "2-3"), (6, "4-7"), (20, "16-31")):
        tone = np.sin(2 * np.pi * cycles * t / 64 + rng.uniform(0, 6))[None, :, None]
        powers = {name: value.item() for name, value in measured(tone)[1].items() if name.startswith("power")}
        assert max(powers, key=powers.get) == f"power {band} cycles"


def test_bands_share_out_the_power(rng):
    _, by_name = measured(ar_windows(rng, 20))
    shares = [np.exp(value) - 1e-4 for name, value in by_name.items() if name.startswith("power")]
    assert len(shares) == 6
    assert np.sum(shares, axis=0) == pytest.approx(np.ones((20, 3)))


@pytest.mark.parametrize("t", [1, 2, 3, 4, 5, 15, 16, 17, 80])
def test_short_windows_have_fewer_signatures_and_all_are_finite(rng, t):
    found = signatures(rng.normal(size=(6, t, 2)))
    assert found.values.shape == (6, 2, len(found.names))
    assert len(set(found.names)) == len(found.names) == len(found.odd) == len(found.free_of_scale)
    assert np.isfinite(found.values).all()
    assert np.isfinite(found.correlations).all()
    assert ("skewness of increments" in found.names) == (t >= 4)
    assert any(name.startswith("power") for name in found.names) == (t >= 16)


def test_input_is_not_changed_and_its_type_does_not_matter(rng):
    X = rng.integers(-99, 99, (8, 20, 2)).astype(np.float64)
    before = X.copy()
    expected = signatures(X).values
    assert np.array_equal(X, before)
    assert np.array_equal(signatures(X.astype(np.int16)).values, expected)


def test_typical_is_the_mean_over_units_with_its_error(rng):
    values, correlations = rng.normal(size=(60, 2, 3)), rng.normal(size=(60, 2, 2))
    units = rng.permutation(np.repeat([7, 3, 20, 4], [30, 5, 15, 10]))
    found = typical(Signatures(("level", "skewness", "x"), values, correlations), units)
    means = np.stack([values[units == unit].mean(axis=0) for unit in (7, 3, 20, 4)])
    assert found.mean == pytest.approx(means.mean(axis=0))
    assert found.error == pytest.approx(stats.sem(means, axis=0))
    coupled = np.stack([correlations[units == unit].mean(axis=0) for unit in (7, 3, 20, 4)])
    assert found.correlation == pytest.approx(coupled.mean(axis=0))
    assert found.correlation_error == pytest.approx(stats.sem(coupled, axis=0))


def test_misfit_is_the_log_likelihood_of_students_t(rng):
    a, b, error, other = (*rng.normal(size=(2, 50)), *rng.uniform(0.1, 1, (2, 50)))
    law = stats.t(TAIL)
    expected = law.logpdf(0) - law.logpdf((a - b) / np.hypot(error, other))
    assert misfit(a, b, error, other) == pytest.approx(expected, rel=1e-5)
    assert np.array_equal(misfit(a, b, error, other), misfit(b, a, other, error))


def test_equal_numbers_fit_even_without_error():
    zero = np.zeros(1)
    assert misfit(np.array([3.0]), np.array([3.0]), zero, zero) == 0
    assert misfit(np.array([3.0]), np.array([4.0]), zero, zero) > 10
