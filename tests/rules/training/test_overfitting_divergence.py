from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.training import Training
from splitaudit.rules.training.overfitting_divergence import overfitting_divergence as rule
from tests.rules.training.runs import SPLITS, approach, healthy, history, sound
from tests.support import iid_split, run


def divergent(fall=0.2, rise=3.0, n=50):
    after = np.clip((np.arange(n) - 15) / (n - 15), 0, 1)
    return history(
        train_accuracy=approach(0.34, 1.0, n),
        val_accuracy=approach(0.34, 0.9, n, 2) - fall * after,
        train_loss=approach(1.1, 0.0, n),
        val_loss=approach(1.1, 0.4, n, 2) * (1 + rise * after),
    )


def found(*runs, n_val=150):
    return run(rule, *iid_split(0, n_val=n_val), training=Training(histories=runs))


@pytest.mark.parametrize("make", SPLITS)
@pytest.mark.parametrize("seed", range(5))
def test_does_not_fire_on_a_sound_run(make, seed):
    train, val = make(seed)
    assert run(rule, train, val, training=healthy(val, seed)).severity == "ok"


def test_a_fall_of_accuracy_is_an_error_with_its_epoch():
    said = found(sound(), divergent(0.2), divergent(0.1))
    assert said.severity == "error"
    assert said.effect == pytest.approx(0.2, abs=0.03)
    assert 12 <= said.evidence["epoch_of_best_val_accuracy"] <= 20
    assert 12 <= said.evidence["epoch_of_lowest_val_loss"] <= 20
    assert said.evidence["runs_that_diverge"] == 2
    assert [curve.title for curve in said.exhibits] == ["accuracy by epoch", "loss by epoch"]


def test_a_rise_of_the_loss_alone_is_a_warning_at_most():
    said = found(divergent(0.0, 10.0))
    assert said.severity == "warning"
    assert said.evidence["relative_rise_of_val_loss"] == pytest.approx(10, rel=0.1)
    assert "stays near its best" in said.message
    bare = replace(divergent(0.0, 10.0), val_accuracy=np.full(50, np.nan))
    assert found(bare).severity == "warning"


def test_a_run_that_falls_apart_on_train_too_does_not_overfit():
    broken = divergent(0.3)
    broken = replace(broken, train_accuracy=broken.val_accuracy, train_loss=broken.val_loss)
    assert found(broken).severity == "ok"


def test_a_wobble_is_no_fall():
    rng = np.random.default_rng(0)
    for _ in range(20):
        shaky = approach(0.34, 0.8, 40) + 0.06 * rng.normal(size=40)
        assert found(history(train_accuracy=approach(0.34, 1, 40), val_accuracy=shaky)).severity == "ok"
    few = found(divergent(0.2, 0.0), n_val=15)  # three windows
    assert (few.severity, few.effect) == ("ok", 0.0)


@pytest.mark.parametrize(
    ("curves", "reason"),
    [
        ({"val_accuracy": [0.7], "train_accuracy": [0.8]}, "1 epoch with val loss or val accuracy"),
        ({"train_accuracy": [0.7] * 9}, "no val loss and no val accuracy"),
        ({"val_loss": [np.nan] * 9, "train_loss": [np.nan] * 9}, "no val loss and no val accuracy"),
    ],
)
def test_cannot_tell(curves, reason):
    said = found(history(**curves))
    assert said.severity == "skipped"
    assert reason in said.message
