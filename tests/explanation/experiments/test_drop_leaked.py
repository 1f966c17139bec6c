import numpy as np
import pytest

from splitaudit.explanation.experiments.drop_leaked import drop_leaked as experiment
from tests.explanation.support import LEAKS, NOTHING, changed, healthy, lab_of, people, relabelled, values


def test_nothing_leaks_in_a_healthy_split():
    found = values(experiment, healthy())
    assert found["leaked"] == found["gained"] == found["inflated"] == 0
    assert abs(found["excess"]) < NOTHING


def copies(n: int):
    """Labels that mean nothing, and ``n`` windows of val that are copies of train's."""
    rng = np.random.default_rng(1)
    train, val = (relabelled(side, rng.integers(0, 3, len(side))) for side in people())
    X, y = val.X.copy(), val.y.copy()
    X[:n], y[:n] = train.X[:n], train.y[:n]
    return train, relabelled(changed(val, X), y)


def test_copies_are_right_and_the_rest_is_chance():
    found = values(experiment, lab_of(*copies(60), rules=LEAKS))
    assert found["leaked"] == pytest.approx(0.5)
    assert found["gained"] > 0.4
    assert found["inflated"] == pytest.approx(found["gained"] / 2, abs=1e-9)
    assert found["excess"] > 0.2


def test_where_all_of_val_is_known_train_without_its_units_stands_for_the_rest():
    lab = lab_of(*copies(120), rules=LEAKS)
    found = values(experiment, lab)
    assert found["leaked"] == 1
    assert found["gained"] == found["inflated"] == found["excess"]
    assert found["excess"] > 0.4


def test_windows_that_no_rule_names_count_as_clean():
    assert values(experiment, lab_of(*copies(60)))["leaked"] == 0
