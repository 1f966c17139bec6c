import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.explanation.experiments.align import align as experiment
from tests.explanation.support import NOTHING, changed, healthy, lab_of, level_split, outcomes_of, values
from tests.support import ar_windows


def test_nothing_is_gained_on_a_healthy_split():
    found = values(experiment, healthy())
    for name in ("affine", "affine_one", "affine_left", "each_unit", "each_window"):
        assert abs(found[name]) < NOTHING, name
    assert abs(found["brought_together"]) < 0.15


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_a_channel_in_another_unit_is_named_and_brought_back(channel):
    train, val = level_split(1)
    order = np.roll(np.arange(3), channel - 1)  # the channel that tells the class now stands there
    train, val = (changed(side, side.X[:, :, order]) for side in (train, val))
    gain, offset = np.ones(3), np.zeros(3)
    gain[channel], offset[channel] = 5.0, 4.0
    found = outcomes_of(experiment, lab_of(train, changed(val, val.X * gain + offset)))
    assert found["affine_channel"].value == channel
    assert found["affine"].low > 0.15
    assert found["affine_one"].value == pytest.approx(found["affine"].value, abs=NOTHING)
    assert abs(found["affine_left"].value) < NOTHING
    assert found["affine_share"].value == pytest.approx(1, abs=0.2)
    assert found["brought_together"].value > 0.5
    assert f"channel {channel} alone" in found["affine_one"].text


def test_what_a_level_cannot_repair_is_left():
    train, val = level_split(2)
    found = values(experiment, lab_of(train, changed(val, val.X[:, :, [1, 0, 2]])))
    assert found["affine"] < 0.15
    assert found["affine_left"] > 0.4


def test_levels_of_each_unit_are_repaired_unit_by_unit():
    rng = np.random.default_rng(3)
    sides = []
    for name, n, first in (("train", 240, 0), ("val", 120, 100)):
        unit, y = np.arange(n) // 30, rng.integers(0, 2, n)
        X = ar_windows(rng, n, 32, 2, phi=0.0)
        X[:, :, 0] *= np.array([1.0, 1.6])[y][:, None]
        X *= np.exp(rng.normal(size=(n // 30, 1, 1)))[unit]
        sides.append(make_split(X, y, groups=first + unit, name=name))
    found = values(experiment, lab_of(*sides))
    assert found["each_unit"] > 0.15
    assert found["each_unit"] > found["affine"] + 0.1
