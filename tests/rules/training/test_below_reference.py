from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.training import Training
from splitaudit.rules.training.below_reference import below_reference as rule
from tests.rules.training.runs import SPLITS, healthy, history, said, sound
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", SPLITS)
@pytest.mark.parametrize("seed", range(3))
def test_does_not_fire_on_a_sound_training(make, seed):
    train, val = make(seed)
    training = healthy(val, seed)
    assert run(rule, train, val, training=training).severity in ("ok", "info")
    assert run(rule, train, val, training=replace(training, predictions=None)).severity in ("ok", "info")


@pytest.mark.parametrize("make", SPLITS)
@pytest.mark.parametrize("given", ["predictions", "history", "observed"])
def test_a_network_far_below_the_probe_is_an_error(make, given):
    train, val = make(0)
    training = {
        "predictions": Training(predictions=said(val, 0.6)),
        "history": Training(histories=(sound(level=0.6),)),
        "observed": Training(observed=0.6),
    }[given]
    found = run(rule, train, val, training=training)
    assert found.severity == "error"
    assert found.effect == pytest.approx(found.evidence["probe"] - 0.6, abs=0.02)
    low, high = found.evidence["interval"]
    assert low < found.effect < high
    assert found.evidence["paired"] == (given == "predictions")
    assert (found.where.n_val_windows > 0) == (given == "predictions")


def test_predictions_out_of_order_are_named():
    train, val = grouped_split(0)
    right = said(val, 0.95)
    shuffled = replace(right, labels=np.random.default_rng(0).permutation(right.labels), probabilities=None)
    found = run(rule, train, val, training=Training(predictions=shuffled, observed=0.95))
    assert found.severity == "error"
    assert "95.0% was reported" in found.message
    assert "in the order of val" in found.remedy
    kept = run(rule, train, val, training=Training(predictions=right, observed=0.95))
    assert "was reported" not in kept.message


def test_one_val_unit_cannot_tell():
    train, val = grouped_split(0, n_val=1)
    found = run(rule, train, val, training=Training(observed=0.5))
    assert found.severity == "info"
    assert not found.decidable


def test_cannot_tell_without_val_accuracy():
    found = run(rule, *iid_split(0), training=Training(histories=(history(val_loss=[0.5] * 9),)))
    assert found.severity == "skipped"
    assert found.message == "the history has no val accuracy"
