import numpy as np
import pytest

from splitaudit.stats.mixture import separate_share
from splitaudit.stats.units import Scheme


def scheme(n: int, m: int) -> Scheme:
    return Scheme("window", np.arange(n + m), n, "test")


@pytest.mark.parametrize("in_val", [True, False])
@pytest.mark.parametrize("shift", [np.log(9.81), -np.log(1000)])
def test_a_share_that_stands_apart_is_found_with_its_shift(rng, in_val, shift):
    values = 0.3 * rng.normal(size=450)
    rows = np.arange(300, 360) if in_val else np.arange(60)
    values[rows] += shift
    found = separate_share(values, scheme(300, 150), None)
    assert found.in_val == in_val
    assert abs(found.difference - shift) < found.half_width
    assert set(rows) <= set(np.flatnonzero(found.rows))
    assert found.rows.sum() <= len(rows) + 0.02 * 450
    assert found.pvalue < 1e-4


def test_wide_distributions_are_no_mixture(rng):
    for _ in range(20):
        values = 2 * rng.standard_t(3, size=450)
        assert separate_share(values, scheme(300, 150), None) is None


def test_a_class_of_its_own_is_no_share(rng):
    values, labels = 0.3 * rng.normal(size=450), np.zeros(450, dtype=int)
    values[300:380] += 4
    labels[300:380] = 1
    assert separate_share(values, scheme(300, 150), None) is not None
    assert separate_share(values, scheme(300, 150), labels) is None
