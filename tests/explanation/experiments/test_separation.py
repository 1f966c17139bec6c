import numpy as np
import pytest

from splitaudit.errors import NotApplicable
from splitaudit.explanation.experiments.separation import separation as experiment
from tests.explanation.support import SHIFTS, changed, healthy, lab_of, people, relabelled, values
from tests.support import grouped_split


def test_the_sides_look_alike_on_a_healthy_split():
    found = values(experiment, healthy())
    assert found["auc_window"] < 0.8
    assert found["strange"] < 0.15
    assert found["p_shift"] < 4


def test_a_noisy_val_is_told_from_train():
    train, val = people()
    noise = 2 * np.random.default_rng(1).normal(size=val.X.shape)
    found = values(experiment, lab_of(train, changed(val, val.X + noise), rules=SHIFTS))
    assert min(found["auc_window"], found["auc_unit"]) > 0.95
    assert found["strange"] > 0.9
    assert found["p_shift"] > 4
    assert found["moved"] > 2


def test_errors_on_strange_windows_are_set_apart():
    train, val = people()
    odd = np.arange(len(val)) % 2 == 0
    X = np.where(odd[:, None, None], 5 * np.random.default_rng(2).normal(size=val.X.shape), val.X)
    found = values(experiment, lab_of(train, changed(val, X)))
    assert 0.3 < found["strange"] < 0.7
    assert found["strange_gap"] > 0.4
    assert found["p_shift"] == found["moved"] == 0  # the rules were not asked


def test_labels_are_not_needed_to_be_of_two_kinds():
    train, val = (relabelled(side, np.zeros(len(side))) for side in people())
    assert values(experiment, lab_of(train, val))["strange_gap"] == 0


def test_a_side_of_one_unit_says_nothing():
    with pytest.raises(NotApplicable, match="a side has one unit"):
        experiment(lab_of(*grouped_split(3, n_train=4, n_val=1, per_group=20, t=16)))
