from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.training import History, Predictions, Training
from splitaudit.errors import NotApplicable
from splitaudit.explanation.experiments.own_training import observed_accuracy
from splitaudit.explanation.experiments.own_training import own_training as experiment
from tests.explanation.support import NOTHING, healthy, lab_of, people, values


def history(val: list[float]) -> History:
    nan = np.full(len(val), np.nan)
    return History(
        name="run 1",
        epochs=np.arange(len(val)),
        train_accuracy=nan,
        val_accuracy=np.array(val),
        train_loss=nan,
        val_loss=nan,
    )


def test_a_training_that_reaches_what_the_probe_reaches_has_no_deficit():
    found = values(experiment, healthy())
    assert found["observed"] == 0.97
    assert abs(found["deficit"]) < NOTHING
    assert abs(found["deficit_z"]) < 4


def test_a_training_below_the_probe_has_one():
    found = values(experiment, lab_of(*people(), training=Training(observed=0.5)))
    assert found["deficit"] > 0.4
    assert found["deficit_z"] > 8
    assert found["own_over_majority"] == pytest.approx(0.5 - healthy().chance)


def test_nothing_is_said_where_nothing_is_known():
    with pytest.raises(NotApplicable, match="no training history, predictions or observed accuracy"):
        experiment(lab_of(*people()))
    with pytest.raises(NotApplicable):
        experiment(lab_of(*people(), training=Training(histories=(history([np.nan] * 4),))))


def test_where_the_observed_accuracy_comes_from():
    lab, y = healthy(), healthy().val.y
    said = Predictions(labels=np.where(np.arange(len(y)) % 4 == 0, (y + 1) % 3, y), name="scores.npy")
    logged = history([0.1] * 5 + [np.nan] * 3 + [0.5] * 3 + [0.8, 0.6])
    everything = Training(histories=(logged,), predictions=said, observed=0.4)
    assert observed_accuracy(everything, lab) == (0.4, "the user's model")
    assert observed_accuracy(replace(everything, observed=None), lab) == (0.75, "scores.npy")
    # the last fifth of the ten epochs that were logged
    assert observed_accuracy(Training(histories=(logged,)), lab) == (pytest.approx(0.7), "run 1")
    assert observed_accuracy(Training(histories=(history([np.nan]), logged)), lab) == (pytest.approx(0.7), "run 1")
