import numpy as np
import pytest

from splitaudit.explanation.experiments.relabel import relabel as experiment
from tests.explanation.support import (
    NOTHING,
    healthy,
    lab_of,
    level_split,
    outcomes_of,
    people,
    relabelled,
    shares_split,
    values,
)


def test_nothing_is_gained_on_a_healthy_split():
    found = values(experiment, healthy())
    for name in ("map", "map_units", "mapped_share", "reweight"):
        assert abs(found[name]) < NOTHING, name
    assert found["shares"] < 0.2


def test_exchanged_codes_are_one_map():
    train, val = people()
    found = outcomes_of(experiment, lab_of(train, relabelled(val, (val.y + 1) % 3)))
    assert found["map"].low > 0.8
    assert found["mapped_share"].value == 1


def test_another_concept_in_some_units_is_a_map_for_each():
    train, val = people()
    odd = np.isin(val.groups, np.unique(val.groups)[:2])
    found = values(experiment, lab_of(train, relabelled(val, np.where(odd, (val.y + 1) % 3, val.y))))
    assert found["map_units"] == pytest.approx(0.5, abs=NOTHING)
    assert found["mapped_share"] == pytest.approx(0.5)
    assert found["map"] < 0.2


def test_a_map_cannot_mend_labels_that_mean_nothing():
    train, val = people()
    found = values(experiment, lab_of(train, relabelled(val, np.random.default_rng(0).permutation(val.y))))
    assert found["map"] < 0.2  # one of three classes for all is right in a third
    assert found["map_units"] < 0.2


def test_other_class_shares_are_weighted():
    found = outcomes_of(experiment, lab_of(*shares_split()))
    assert found["shares"].value == pytest.approx(0.8, abs=0.06)
    assert found["reweight"].low > 0.05
    same = outcomes_of(experiment, lab_of(*level_split(5, noise=3.0)))
    assert same["reweight"].low < 0.05
