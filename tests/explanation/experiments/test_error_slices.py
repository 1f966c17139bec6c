import numpy as np
import pytest

from splitaudit.explanation.experiments.error_slices import error_slices as experiment
from tests.explanation.support import healthy, lab_of, level_split, mislabelled, people, relabelled, values


def test_units_and_classes_are_alike_on_a_healthy_split():
    found = values(experiment, healthy())
    assert found["worst_unit"] < 4
    assert found["worst_deficit"] < 0.15
    assert max(found["scatter_val"], found["scatter_train"]) < 0.06
    assert found["worst_class"] > -0.15
    assert found["unknown"] == 0


def test_one_strange_group_holds_the_errors():
    train, val = people()
    odd = val.groups == val.groups.max()
    found = values(experiment, lab_of(train, relabelled(val, np.where(odd, (val.y + 1) % 3, val.y))))
    assert found["worst_unit"] > 15
    assert found["worst_deficit"] > 0.8
    assert found["concentrated"] == pytest.approx(0.75, abs=0.1)  # nearly all of it, less the one unit's share
    assert found["scatter_val"] > 0.4
    assert found["scatter_train"] < 0.06


def test_errors_spread_over_all_groups_are_not_concentrated():
    train, val = level_split(1, n_val=240)
    found = values(experiment, lab_of(train, mislabelled(val, 0.4, 1)))
    assert found["concentrated"] < 0.3
    assert found["scatter_val"] < 0.2


def test_one_class_that_is_missed_is_the_worst():
    train, val = people()
    found = values(experiment, lab_of(relabelled(train, np.where(train.y == 2, 1, train.y)), val))
    assert found["unknown"] == pytest.approx((val.y == 2).mean())
    assert found["worst_class"] > 0  # of classes that train knows, all are better than val as a whole
    bad = np.where((train.y == 2) & (np.arange(len(train)) % 10 > 0), 1, train.y)
    assert values(experiment, lab_of(relabelled(train, bad), val))["worst_class"] < -0.4
