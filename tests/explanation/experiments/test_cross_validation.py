import numpy as np
import pytest

from splitaudit.data.split import Split, make_split
from splitaudit.explanation.experiments.cross_validation import cross_validation as experiment
from tests.explanation.support import (
    NOTHING,
    changed,
    healthy,
    lab_of,
    level_split,
    outcomes_of,
    relabelled,
    shares_split,
    values,
)
from tests.support import grouped_split


def test_all_accuracies_agree_on_a_healthy_split():
    found = outcomes_of(experiment, healthy())
    for name in ("gap", "gap_beyond_shares", "gap_by_shares", "optimism", "home", "home_random"):
        assert abs(found[name].value) < NOTHING, name
    assert abs(found["gap_t"].value) < 4
    assert found["gap"].low < 0 < found["gap"].high
    for name in ("accuracy_val", "accuracy_cv", "accuracy_random", "accuracy_val_cv"):
        assert found[name].low <= found[name].value <= found[name].high
        assert found[name].value > 0.9


def own_ways(seed: int = 1) -> tuple[Split, Split]:
    """Every group has a level of its own, far beyond what classes differ by."""
    rng = np.random.default_rng(seed)
    sides = []
    for name, n_groups, first in (("train", 8, 0), ("val", 4, 50)):
        group, y = np.repeat(np.arange(n_groups), 30), rng.integers(0, 2, 30 * n_groups)
        X = rng.normal(size=(len(y), 16, 2))
        X[:, :, 0] = 0.5 * X[:, :, 0] + (y + 6 * rng.normal(size=n_groups)[group])[:, None]
        sides.append(make_split(X.astype(np.float32), y, groups=first + group, name=name))
    return sides[0], sides[1]


def test_own_ways_of_groups_make_random_folds_optimistic():
    found = values(experiment, lab_of(*own_ways()))
    assert found["optimism"] > 0.25
    assert abs(found["gap"]) < 0.2
    assert found["accuracy_val"] < 0.75


def test_what_only_val_teaches_is_a_gap_and_home():
    train, val = level_split(2, n_val=160)
    found = outcomes_of(experiment, lab_of(train, changed(val, val.X + np.array([0, 5, 0]))))
    assert found["gap"].low > 0.4
    assert found["gap_t"].value > 8
    assert found["gap_share"].value > 0.8
    assert found["home"].value > 0.4
    assert abs(found["optimism"].value) < NOTHING


def test_what_other_class_shares_explain_is_no_gap_beyond_them():
    found = values(experiment, lab_of(*shares_split()))
    assert found["gap"] > 0.2
    assert found["gap_by_shares"] == pytest.approx(found["gap"], abs=0.1)
    assert abs(found["gap_beyond_shares"]) < 0.1


def test_skill_is_nothing_for_the_majority_and_one_for_all():
    rng = np.random.default_rng(4)
    found = values(experiment, lab_of(*(relabelled(side, rng.permutation(side.y)) for side in level_split(4))))
    assert abs(found["skill_val"]) < 0.3
    assert found["balanced_val"] == pytest.approx(1, abs=0.35)
    known = values(experiment, healthy())
    assert known["skill_val"] > 0.85
    assert known["balanced_val"] == pytest.approx(3, abs=0.3)


@pytest.mark.parametrize(("n_train", "n_val"), [(5, 1), (1, 5)])
def test_a_side_of_one_unit_is_crossed_by_windows(n_train, n_val):
    found = values(experiment, lab_of(*grouped_split(5, n_train=n_train, n_val=n_val, per_group=30, t=32)))
    if n_val == 1:
        assert found["accuracy_val_cv"] == found["accuracy_val_random"]
    else:
        assert found["optimism"] == 0
