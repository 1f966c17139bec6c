import numpy as np

from splitaudit.explanation.experiments.recency import recency as experiment
from tests.explanation.experiments.sessions import drifting
from tests.explanation.support import NOTHING, healthy, lab_of, level_split, outcomes_of, relabelled, values


def test_no_part_of_train_is_nearer_on_a_healthy_split():
    found = values(experiment, healthy())
    assert abs(found["recent"]) < NOTHING
    assert abs(found["late"]) < 0.15
    assert abs(found["late_z"]) < 5  # four units only


def test_a_drift_leaves_val_nearest_to_trains_end():
    found = values(experiment, lab_of(*drifting()))
    assert found["late"] > 0.2
    assert found["late_z"] > 5


def test_the_order_of_time_counts_where_the_file_is_shuffled():
    train, val = drifting()
    mixed = train.take(np.random.default_rng(0).permutation(len(train)))
    assert values(experiment, lab_of(mixed, val))["late"] > 0.2


def test_a_meaning_that_changed_in_train_is_known_from_its_later_half():
    train, val = level_split(1, named=False)
    early = np.arange(len(train)) < len(train) // 2
    found = outcomes_of(experiment, lab_of(relabelled(train, np.where(early, (train.y + 1) % 3, train.y)), val))
    assert found["recent"].low > 0.8
    assert abs(found["late"].value) < 0.1  # the signals did not change
