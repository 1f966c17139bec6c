from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.data.training import Predictions, Training
from splitaudit.readers.predictions import read_predictions
from splitaudit.rules.training.constant_prediction import constant_prediction as rule
from tests.rules.training.runs import SPLITS, always, healthy, history, said, share, sound
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", SPLITS)
@pytest.mark.parametrize("seed", range(3))
def test_does_not_fire_on_a_sound_training(make, seed):
    train, val = make(seed)
    training = healthy(val, seed)
    assert run(rule, train, val, training=training).severity == "ok"
    assert run(rule, train, val, training=replace(training, predictions=None)).severity == "ok"
    assert run(rule, train, val, training=Training(predictions=said(val, 0.4, seed))).severity == "ok"


def test_one_answer_is_an_error():
    train, val = grouped_split(0)
    found = run(rule, train, val, training=Training(predictions=always(val, 2)))
    assert (found.severity, found.effect) == ("error", 1.0)
    assert found.message == "Every val window is predicted as 2"


def test_a_softmax_over_one_unit_is_named():
    train, val = grouped_split(0)
    given = read_predictions(np.ones((len(val), 1)), val)
    found = run(rule, train, val, training=Training(predictions=given))
    assert found.severity == "error"
    assert "a head with a single unit" in found.message


def test_probabilities_that_hardly_vary():
    train, val = iid_split(0)
    rng = np.random.default_rng(0)
    frozen = np.array([0.334, 0.333, 0.333]) + 0.002 * rng.normal(size=(len(val), 3))
    frozen /= frozen.sum(axis=1, keepdims=True)
    given = Predictions(labels=frozen.argmax(axis=1), probabilities=frozen)
    found = run(rule, train, val, training=Training(predictions=given))
    assert found.severity == "error"
    assert "nearly the same of every val window" in found.message
    # hardly varying but right: temperature, not death
    sharp = np.full((len(val), 3), 0.333)
    sharp[np.arange(len(val)), val.y] = 0.334
    given = Predictions(labels=val.y, probabilities=sharp)
    assert run(rule, train, val, training=Training(predictions=given)).severity == "ok"


def test_too_few_other_windows_are_a_warning():
    train, val = iid_split(0)
    rare = replace(val, y=np.where(np.arange(len(val)) < 6, 1, 0))
    found = run(rule, train, rare, training=Training(predictions=always(rare, 0)))
    assert found.severity == "warning"


@pytest.mark.parametrize("digits", [4, 2])
def test_a_history_at_a_class_share_from_the_first_epoch(digits):
    train, val = iid_split(0, n_val=700)
    level = share(val, 1)
    assert abs(round(level, 2) - level) > 0.001  # two digits hide it
    flat = history(val_accuracy=np.full(20, round(level, digits)))
    found = run(rule, train, val, training=Training(histories=(sound(n_val=700), flat)))
    assert found.severity == ("error" if digits == 4 else "warning")
    assert "the share of 1" in found.message


def test_a_history_that_only_ends_near_a_share_is_ok():
    train, val = iid_split(0)
    curve = np.concatenate([np.linspace(0.6, 0.4, 10), np.full(10, share(val, 0))])
    assert run(rule, train, val, training=Training(histories=(history(val_accuracy=curve),))).severity == "ok"


@pytest.mark.parametrize(
    ("training", "reason"),
    [
        (Training(), "no history or predictions given"),
        (Training(observed=0.7), "neither a training history nor predictions was given"),
        (Training(histories=(history(val_accuracy=[0.3]),)), "1 epoch with val accuracy"),
        (Training(histories=(history(train_accuracy=[0.3] * 9),)), "0 epochs with val accuracy"),
    ],
)
def test_cannot_tell(training, reason):
    found = run(rule, *iid_split(0), training=training)
    assert found.severity == "skipped"
    assert reason in found.message


def test_one_class_needs_one_answer():
    train, val = iid_split(0)
    single = make_split(val.X, np.zeros(len(val), dtype=int))
    found = run(rule, train, single, training=Training(predictions=always(single, 0)))
    assert found.severity == "skipped"
    assert "one class" in found.message
