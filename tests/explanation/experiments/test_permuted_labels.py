import numpy as np

from splitaudit.explanation.experiments.permuted_labels import permuted_labels as experiment
from tests.explanation.support import healthy, lab_of, people, relabelled, values


def test_a_healthy_split_has_signal_beyond_its_majority():
    found = values(experiment, healthy())
    assert found["signal"] > 20
    assert found["over_majority"] > 0.5
    assert found["names_majority"] < 0.5
    assert found["majority_share"] < 0.15


def test_labels_that_mean_nothing_have_no_signal():
    rng = np.random.default_rng(1)
    found = values(experiment, lab_of(*(relabelled(side, rng.permutation(side.y)) for side in people())))
    assert abs(found["signal"]) < 4
    assert found["over_majority"] < 0.1


def test_a_majority_that_says_all_is_what_the_probe_names():
    rng = np.random.default_rng(2)
    sides = [relabelled(side, rng.random(len(side)) < 0.1) for side in people()]
    found = values(experiment, lab_of(*sides))
    assert found["names_majority"] > 0.95
    assert abs(found["over_majority"]) < 0.05
    assert found["majority_share"] > 0.3
