import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.data.shape_mismatch import shape_mismatch as rule
from tests.support import ar_windows, grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_reordered_and_renamed_channels():
    train, val = iid_split(0)
    ours = make_split(train.X, channel_names=["a", "b", "c"])
    order = run(rule, ours, make_split(val.X, channel_names=["b", "a", "c"]))
    assert order.severity == "error"
    assert "another order" in order.message
    assert order.where.channels == ("a", "b")
    assert "differ" in run(rule, ours, make_split(val.X, channel_names=["a", "b", "d"])).message


def test_swapped_axes_are_an_error():
    rng = np.random.default_rng(1)
    level = np.array([0.0, 5.0, -3.0, 20.0])
    sides = [make_split((ar_windows(rng, n, 64, 4, 0.9) + level).transpose(0, 2, 1)) for n in (200, 100)]
    found = run(rule, *sides)
    assert found.severity == "error"
    assert "--layout nct" in found.remedy


def test_many_honest_channels_are_no_error():
    rng = np.random.default_rng(2)
    sides = [make_split(ar_windows(rng, n, 20, 60, 0.8)) for n in (200, 100)]
    assert run(rule, *sides).severity == "ok"
