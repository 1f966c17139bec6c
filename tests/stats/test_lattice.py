import numpy as np
import pytest

from splitaudit.stats.lattice import resolution


@pytest.mark.parametrize("step", [1.0, 0.25, 0.1, 0.037, 1e-3])
@pytest.mark.parametrize(("scale", "offset"), [(1, 0), (0.81, -0.3), (1, 50)])
def test_the_step_of_a_grid_is_found_after_scaling_in_single_precision(rng, step, scale, offset):
    values = (np.round(rng.normal(size=3000) / step) * step * scale + offset).astype(np.float32)
    found = resolution(values)
    assert found.bits == 0
    assert found.step == pytest.approx(step * scale, rel=1e-3)
    assert found.holds(values) == 1
    assert found.holds(rng.normal(size=1000)) < 0.2


@pytest.mark.parametrize(("dtype", "bits"), [(np.float16, 11), (np.float32, 24), (np.float64, 53)])
def test_bits_of_the_mantissa(rng, dtype, bits):
    values = rng.normal(size=2000).astype(dtype).astype(np.float64)
    found = resolution(values)
    assert found.bits == bits
    assert found.step == pytest.approx(2.0**-bits, rel=2)
    assert found.holds(values) == 1
    assert found.holds(np.float16(values).astype(np.float64)) == 1


def test_integers_are_a_grid_of_one(rng):
    found = resolution(rng.integers(-500, 500, 2000))
    assert (found.step, found.bits) == (1.0, 0)


def test_even_integers_have_a_step_of_two(rng):
    assert resolution(2 * rng.integers(-50, 50, 500)).step == 2


@pytest.mark.parametrize("values", [np.zeros(50), np.arange(5), np.r_[np.zeros(20), np.ones(20)]])
def test_few_values_tell_nothing(values):
    assert resolution(values) is None


def test_continuous_values_have_no_grid(rng):
    for _ in range(200):
        found = resolution(rng.normal(size=int(rng.integers(6, 40))))
        assert found.bits > 24
