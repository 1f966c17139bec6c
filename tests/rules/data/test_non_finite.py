import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.data.non_finite import non_finite as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_names_channel_steps_and_rows_of_the_input():
    train, val = iid_split(0)
    X = val.X.copy()
    X[[3, 9], 10:12, 1] = np.nan
    X[9, 11, 1] = np.inf
    found = run(rule, make_split(train.X, channel_names=["a", "b", "c"]), make_split(X, channel_names=["a", "b", "c"]))
    assert found.severity == "error"
    assert found.where.channels == ("b",)
    assert found.where.timesteps == (10, 12)
    assert found.where.val_windows == (3, 9)
    assert found.evidence["samples_val"] == 4


def test_a_channel_that_is_mostly_nan_is_set_aside_and_named():
    train, val = iid_split(1)
    X = val.X.copy()
    X[:, 5, 2] = np.nan
    found = run(rule, train, val.with_X(X))
    assert found.evidence["dropped_channels"] == [2]
    assert "set aside" in found.message


def test_one_window_in_ten_thousand_is_a_warning():
    X = np.random.default_rng(2).normal(size=(10_000, 4, 1))
    X[7, 0, 0] = np.inf
    assert run(rule, make_split(X), make_split(X[100:200])).severity == "warning"
