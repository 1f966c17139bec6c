import numpy as np

from splitaudit.explanation.experiments.blocked_folds import blocked_folds as experiment
from tests.explanation.experiments.sessions import drifting
from tests.explanation.support import NOTHING, healthy, lab_of, level_split, relabelled, values


def test_stretches_are_as_good_as_random_folds_on_a_healthy_split():
    found = values(experiment, healthy())
    for name in ("blocked", "ahead", "ahead_known"):
        assert abs(found[name]) < NOTHING, name
    assert abs(found["trend"]) < 0.3


def test_a_drift_is_forgotten_from_stretch_to_stretch():
    found = values(experiment, lab_of(*drifting()))
    assert found["blocked"] > 0.15
    assert found["ahead"] > 0.08


def test_the_order_of_time_counts_where_the_file_is_shuffled():
    train, val = drifting()
    mixed = train.take(np.random.default_rng(0).permutation(len(train)))
    assert values(experiment, lab_of(mixed, val))["blocked"] > 0.15


def test_one_class_after_the_other_leaves_nothing_known_ahead():
    train, val = level_split(2, named=False)
    found = values(experiment, lab_of(train.take(np.argsort(train.y, kind="stable")), val))
    assert found["ahead"] > 0.8  # the last third is of a class that the first two thirds lack
    assert found["ahead_known"] < 0.1 or found["ahead_known"] == 1


def test_errors_that_grow_with_the_distance_from_train_are_a_trend():
    train, val = level_split(3, named=False)
    wrong = np.random.default_rng(3).random(len(val)) < np.linspace(0, 0.9, len(val))
    found = values(experiment, lab_of(train, relabelled(val, np.where(wrong, (val.y + 1) % 3, val.y))))
    assert found["trend"] > 0.3
