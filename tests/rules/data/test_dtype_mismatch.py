import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.data.dtype_mismatch import dtype_mismatch as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_counts_against_scaled_values_are_an_error():
    train, val = iid_split(0)
    found = run(rule, train, make_split((val.X * 1000).astype(np.int16), val.y))
    assert found.severity == "error"
    assert "float32 in train and int16 in val" in found.message


def test_half_precision_is_a_warning_and_double_is_nothing():
    train, val = iid_split(1)
    assert run(rule, train, make_split(val.X.astype(np.float16))).severity == "warning"
    assert run(rule, train, make_split(val.X.astype(np.float64))).severity == "ok"


def test_whole_number_floats_beside_integers_are_a_warning():
    rng = np.random.default_rng(2)
    X = rng.integers(-50, 50, (60, 10, 2))
    assert run(rule, make_split(X[:40].astype(np.float32)), make_split(X[40:])).severity == "warning"
