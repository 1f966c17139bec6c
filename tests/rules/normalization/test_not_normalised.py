import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.normalization.not_normalised import not_normalised as rule
from tests.rules.normalization.test_fitted_per_side import standard
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity == "ok"


@pytest.mark.parametrize("units", [(1, 300, 1), (1, 1e9, 1e-9), (0.02, 400, 1013)])
def test_raw_units_are_a_warning_however_far_apart(units):
    train, val = grouped_split(0)
    found = run(rule, *(side.with_X(side.X.astype(np.float64) * units) for side in (train, val)))
    assert found.severity == "warning"
    assert found.evidence["orders_between_channels"] == pytest.approx(np.log10(max(units) / min(units)), abs=0.1)


def test_sensors_of_tenfold_scale_are_usual():
    train, val = grouped_split(0)
    units = np.array([1.0, 30.0, 1.0])
    assert run(rule, *(side.with_X(side.X.astype(np.float64) * units) for side in (train, val))).severity == "ok"


def test_a_high_level_is_a_warning():
    train, val = grouped_split(1)
    found = run(rule, *(side.with_X(side.X.astype(np.float64) + np.array([0, 1e5, 0])) for side in (train, val)))
    assert found.severity == "warning"
    assert found.where.channels == (1,)


@pytest.mark.parametrize(("level", "unit", "severity"), [(1013, 6, "error"), (0, 400, "error"), (30, 1, "warning")])
def test_a_channel_left_out_by_the_scaler(level, unit, severity):
    train, val = grouped_split(2)
    sides = []
    for side in (train, val):
        X = standard(side.X, train.X)
        X[:, :, 2] = side.X[:, :, 2] * unit + level
        sides.append(side.with_X(X))
    found = run(rule, *sides)
    assert found.severity == severity
    assert found.where.channels == (2,)
    assert "left out" in found.message


def test_a_switch_beside_standardised_channels_is_honest():
    train, val = grouped_split(3)
    sides = []
    for side in (train, val):
        X = standard(side.X, train.X)
        X[:, :, 2] = X[:, :, 2] > 1
        sides.append(side.with_X(X))
    assert run(rule, *sides).severity == "ok"


def test_constant_channels_only():
    found = run(rule, make_split(np.full((20, 8, 2), 5.0)), make_split(np.full((10, 8, 2), 5.0)))
    assert found.severity == "skipped"
