from dataclasses import replace

import numpy as np
import pytest

from splitaudit.explanation.experiments.confidence_curve import confidence_curve as experiment
from tests.explanation.support import NOTHING, healthy, lab_of, level_split, mislabelled, values


def test_the_probe_is_right_where_it_is_sure_on_a_healthy_split():
    found = values(experiment, healthy())
    assert min(found["sure_cv"], found["sure_val"]) > 1 - NOTHING
    assert abs(found["confident_less_right"]) < NOTHING
    assert found["noise"] < 0.05
    assert found["noise_low"] == 0


@pytest.fixture(scope="module")
def flipped():
    train, val = level_split(1, n_train=600, n_val=300)
    return values(experiment, lab_of(mislabelled(train, 0.3, 1), mislabelled(val, 0.3, 2), rules=("SA505",)))


def test_wrong_labels_contradict_it_wherever_it_is_sure(flipped):
    assert flipped["sure_cv"] == pytest.approx(0.7, abs=0.12)
    assert flipped["sure_val"] == pytest.approx(0.7, abs=0.16)
    assert flipped["noise"] == pytest.approx(0.3, abs=0.1)
    assert 0.1 < flipped["noise_low"] <= flipped["noise"]
    assert flipped["share_wrong"] == pytest.approx(0.3, abs=0.1)
    assert flipped["ratio_wrong"] > 2
    assert abs(flipped["sharpens_cv"]) < 0.15


def test_wrong_labels_of_val_alone_are_seen_inside_val():
    train, val = level_split(1, n_train=600, n_val=300)
    found = values(experiment, lab_of(train, mislabelled(val, 0.3, 2)))
    assert found["share_wrong"] < 0.05
    assert found["share_wrong_val"] == pytest.approx(0.3, abs=0.1)
    assert found["ratio_wrong_val"] > 2 > abs(found["ratio_wrong"])


def test_another_meaning_in_val_is_no_wrong_label_there():
    train, val = level_split(1, n_train=600, n_val=300)
    turned = replace(val, y=(val.y + 1) % len(val.classes))
    found = values(experiment, lab_of(train, turned))
    assert found["sure_val"] < 0.5
    assert found["share_wrong_val"] < 0.05


def test_classes_that_overlap_do_so_only_where_it_is_in_doubt(flipped):
    sides = []
    for side, seed in zip(level_split(2, n_train=600, n_val=300), (3, 4), strict=True):
        blur = 0.7 * np.random.default_rng(seed).normal(size=len(side))
        X = side.X.copy()
        X[:, :, 1] += blur[:, None]
        sides.append(side.with_X(X))
    found = values(experiment, lab_of(*sides, rules=("SA505",)))
    assert found["sure_cv"] > flipped["sure_cv"] + 0.1
    assert found["sure_val"] > flipped["sure_val"] + 0.1
    assert found["noise_low"] < 0.05
    assert found["sharpens_cv"] > flipped["sharpens_cv"] + 0.1
    assert found["ratio_wrong"] < flipped["ratio_wrong"] / 2


def test_without_the_rule_nothing_is_said_of_noise():
    found = values(experiment, lab_of(*level_split(3, n_train=60, n_val=40)))
    assert "noise" not in found
    assert "noise_low" not in found
