import numpy as np
import pytest

from splitaudit.explanation.experiments.learning_curve import learning_curve as experiment
from splitaudit.explanation.lab import extrapolated
from tests.explanation.support import NOTHING, healthy, lab_of, level_split, mislabelled, people, values
from tests.support import iid_split


def test_the_curve_is_flat_where_the_task_is_learned():
    found = values(experiment, healthy())
    for name in ("rise_cv", "rise_val", "rise_before", "rise_units", "more_data"):
        assert abs(found[name]) < NOTHING, name


def test_few_windows_rise_and_many_do_not():
    few = [values(experiment, lab_of(*iid_split(seed, n_train=24, n_val=100, t=32))) for seed in (1, 2, 3)]
    rise = {name: np.mean([found[name] for found in few]) for name in ("rise_cv", "rise_val", "rise_before")}
    assert rise["rise_cv"] > 0.07
    assert rise["rise_val"] > 0.05
    assert rise["rise_cv"] + rise["rise_before"] > 0.2
    assert "rise_units" not in few[0]
    many = values(experiment, lab_of(*level_split(1)))
    assert max(many["rise_cv"], many["rise_val"], many["more_data"]) < 0.03


def test_wrong_labels_are_no_lack_of_data():
    train, val = people()
    found = values(experiment, lab_of(mislabelled(train, 0.3, 1), mislabelled(val, 0.3, 2)))
    assert found["more_data"] < 0.07


def test_the_power_law():
    assert extrapolated([0.2, 0.6, 0.8]) == pytest.approx(0.1)  # errors halve with every doubling
    assert extrapolated([0.7, 0.7, 0.7]) == 0
    assert extrapolated([0.9, 0.8, 0.7]) == 0  # a curve that falls promises nothing
    assert 0 <= extrapolated([1.0, 1.0, 1.0]) < 0.001
