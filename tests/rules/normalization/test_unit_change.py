from dataclasses import replace

import numpy as np
import pytest

from splitaudit.rules.normalization.scale_mismatch import scale_mismatch
from splitaudit.rules.normalization.unit_change import unit_change as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    found = run(rule, *make(seed))
    assert found.severity in ("ok", "info")
    assert found.effect == 0


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize(
    ("factor", "words"),
    [(9.80665, "g to m/s²"), (1 / 9.80665, "m/s² to g"), (57.29578, "radians to degrees"), (1e-3, "thousandths")],
)
def test_a_conversion_of_val_is_named(make, factor, words):
    train, val = make(3)
    X = val.X.copy()
    X[:, :, 1] *= factor
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert words in found.message
    assert found.effect == pytest.approx(abs(np.log10(factor)), abs=0.01)
    low, high = found.evidence["factor_interval"]
    assert low < factor < high


@pytest.mark.parametrize(
    ("factor", "offset", "word"), [(1.8, 32, "Fahrenheit"), (1, 273.15, "kelvin"), (1 / 1.8, -32 / 1.8, "Celsius")]
)
def test_temperatures_have_an_offset(factor, offset, word):
    train, val = grouped_split(4)
    sides = [side.with_X(3 * side.X + 20) for side in (train, val)]
    X = sides[1].X.copy()
    X[:, :, 0] = X[:, :, 0] * factor + offset
    found = run(rule, sides[0], sides[1].with_X(X))
    assert found.severity == "error"
    assert found.where.channels == (0,)
    assert word in found.message


@pytest.mark.parametrize("spoiled", ["val", "train"])
def test_subjects_in_another_unit_are_named(spoiled):
    sides = dict(zip(("train", "val"), grouped_split(5), strict=True))
    side = sides[spoiled]
    names = [side.group_names[g] for g in np.unique(side.groups)[1:3]]
    rows = np.flatnonzero(np.isin(side.groups, np.unique(side.groups)[1:3]))
    X = side.X.copy()
    X[rows, :, 2] *= 9.81
    sides[spoiled] = side.with_X(X)
    found = run(rule, sides["train"], sides["val"])
    assert found.severity == "error"
    assert found.where.channels == (2,)
    assert set(found.where.groups) == set(names)
    assert np.array_equal(getattr(found.where, f"{spoiled}_windows"), rows)


@pytest.mark.parametrize("per_group", [1, 8])
def test_a_group_needs_several_windows_to_be_in_another_unit(per_group):
    train, val = grouped_split(5, n_train=80, n_val=40, per_group=per_group)
    X = val.X.copy()
    X[val.groups == val.groups[0], :, 1] *= 1000
    found = run(rule, train, val.with_X(X))
    assert (found.severity == "error") == (per_group > 1)


def test_a_share_of_windows_is_found_without_groups():
    train, val = iid_split(6)
    rows = np.sort(np.random.default_rng(0).permutation(len(val))[:50])
    X = val.X.copy()
    X[rows, :, 0] *= 57.3
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.channels == (0,)
    assert len(set(found.where.val_windows) ^ set(rows.tolist())) <= 2


def test_a_loud_class_that_train_lacks_is_no_unit():
    train, val = iid_split(7)
    X = val.X.copy()
    X[val.y == 2] *= 57.3
    kept = train.take(train.y != 2)
    assert run(rule, kept, val.with_X(X)).severity in ("ok", "info")


@pytest.mark.parametrize("factor", [1.4, 2.8, 17.0])
def test_a_gain_that_is_no_conversion_is_left_to_others(factor):
    train, val = grouped_split(8)
    X = val.X.copy()
    X[:, :, 0] *= factor
    assert run(rule, train, val.with_X(X)).severity in ("ok", "info")
    assert run(scale_mismatch, train, val.with_X(X)).severity in ("warning", "error")


def test_the_level_must_follow():
    train, val = grouped_split(9)
    X = val.X.copy()
    X[:, :, 0] = 9.81 * X[:, :, 0] + 500
    assert run(rule, train, val.with_X(X)).severity in ("ok", "info")


def test_a_scaler_on_one_side_is_no_unit():
    train, val = grouped_split(10)
    units = np.float32([9.81, 57.3, 1000])
    assert run(rule, train.with_X(train.X * units), val).severity == "ok"


def test_few_different_subjects_cannot_tell():
    train, val = grouped_split(11, n_train=3, n_val=2, per_group=10)
    rng = np.random.default_rng(1)
    wild = [
        side.with_X(
            (side.X * np.exp(rng.normal(size=len(side.group_names)))[side.groups, None, None]).astype(np.float32)
        )
        for side in (train, val)
    ]
    found = run(rule, *wild)
    assert not found.decidable
    assert run(rule, *(replace(side) for side in grouped_split(12, n_train=2, n_val=2))).severity == "skipped"
