import numpy as np

from splitaudit.explanation.experiments.reshuffle import reshuffle as experiment
from tests.explanation.experiments.sessions import drifting
from tests.explanation.support import NOTHING, changed, healthy, lab_of, level_split, outcomes_of, values


def test_another_draw_changes_nothing_on_a_healthy_split():
    found = values(experiment, healthy())
    assert abs(found["redrawn"]) < NOTHING
    assert abs(found["redrawn_windows"]) < NOTHING


def test_a_drift_vanishes_when_windows_are_dealt():
    found = outcomes_of(experiment, lab_of(*drifting()))
    assert found["redrawn_windows"].value > 0.1


def test_a_device_of_val_alone_is_met_in_the_new_train():
    train, val = level_split(1)
    found = outcomes_of(experiment, lab_of(train, changed(val, val.X + np.array([0, 6, 0]))))
    assert found["redrawn"].low > 0.1
    assert found["redrawn_windows"].low > 0.1
