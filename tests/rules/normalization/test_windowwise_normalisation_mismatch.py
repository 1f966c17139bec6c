import numpy as np
import pytest

from splitaudit.rules.normalization.windowwise_normalisation_mismatch import windowwise_normalisation_mismatch as rule
from tests.rules.normalization.test_fitted_per_side import standard
from tests.support import grouped_split, iid_split, run

WAYS = {
    "standard": lambda X: standard(X, axis=1),
    "jointly standard": lambda X: standard(X * np.float32([1, 4, 9]), axis=(1, 2)),
    "range": lambda X: (X - X.min(axis=1, keepdims=True)) / np.ptp(X, axis=1, keepdims=True),
    "centred": lambda X: (X.astype(np.float64) - X.mean(axis=1, keepdims=True, dtype=np.float64)).astype(np.float32),
}


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    found = run(rule, *make(seed))
    assert found.severity == "ok"
    assert found.effect == 0


@pytest.mark.parametrize("way", WAYS)
def test_both_sides_alike_are_fine(way):
    train, val = grouped_split(3)
    found = run(rule, train.with_X(WAYS[way](train.X)), val.with_X(WAYS[way](val.X)))
    assert found.severity == "ok"
    assert "both sides" in found.message


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("spoiled", [0, 1])
def test_one_side_only(way, spoiled):
    both = list(grouped_split(4))
    both[spoiled] = both[spoiled].with_X(WAYS[way](both[spoiled].X))
    found = run(rule, *both)
    assert found.severity == "error"
    assert found.where.channels == (0, 1, 2)
    assert found.evidence["kind"] == way
    assert found.effect == pytest.approx(1.0)


def test_some_windows_of_one_channel():
    train, val = iid_split(5)
    rows = np.arange(20, 50)
    X = val.X.copy()
    X[rows, :, 1:2] = standard(X[rows, :, 1:2], axis=1)
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert np.array_equal(found.where.val_windows, rows)


def test_the_unbiased_standard_deviation_counts_too():
    train, val = iid_split(6)
    X = standard(val.X, axis=1) * np.float32(np.sqrt(63 / 64))
    assert run(rule, train, val.with_X(X)).evidence["kind"] == "standard"


def test_short_windows_are_skipped():
    train, val = iid_split(7, t=3)
    assert run(rule, train, val).severity == "skipped"
