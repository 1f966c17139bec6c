from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.training import Training
from splitaudit.rules.training.under_trained import under_trained as rule
from tests.rules.training.runs import SPLITS, approach, healthy, history, sound
from tests.support import grouped_split, iid_split, run


def found(train, val, *runs):
    return run(rule, train, val, training=Training(histories=runs))


@pytest.mark.parametrize("make", SPLITS)
@pytest.mark.parametrize("seed", range(3))
def test_does_not_fire_on_a_sound_run(make, seed):
    train, val = make(seed)
    assert run(rule, train, val, training=healthy(val, seed)).severity in ("ok", "info")


def test_dropout_that_lowers_train_accuracy_is_not_under_trained():
    train, val = grouped_split(0)
    dropped = replace(sound(), train_accuracy=approach(0.34, 0.7, 40))
    assert found(train, val, dropped).severity in ("ok", "info")


@pytest.mark.parametrize("make", SPLITS)
def test_a_run_below_the_probe_is_an_error(make):
    train, val = make(0)
    stuck = history(train_accuracy=approach(0.34, 0.5, 30), val_accuracy=approach(0.34, 0.48, 30))
    said = found(train, val, stuck)
    assert said.severity == "error"
    assert said.effect > 0.3
    assert said.p_value < 0.01
    assert said.evidence["probe_across_train"] > 0.85


def test_one_epoch_is_enough_where_the_probe_is_far_above():
    said = found(*grouped_split(0), history(train_accuracy=[0.4], val_accuracy=[0.41]))
    assert said.severity == "error"


def test_a_curve_that_still_rises_is_found_without_labels():
    train, val = (replace(side, y=None, classes=(), label_kind="none") for side in iid_split(0))
    rising = history(train_accuracy=np.linspace(0.3, 0.6, 40), val_accuracy=np.linspace(0.3, 0.55, 40))
    said = found(train, val, rising)
    assert said.severity == "error"
    assert said.p_value is None
    assert "were still to come" in said.message
    # train rises and val does not: to go on would not help
    flat = history(train_accuracy=np.linspace(0.3, 0.6, 40), val_accuracy=np.full(40, 0.5))
    assert found(train, val, flat).severity == "ok"


def test_a_loss_that_still_falls_is_a_warning_at_most():
    train, val = iid_split(0)
    falling = history(train_loss=np.linspace(1.1, 0.5, 30), val_loss=np.linspace(1.1, 0.6, 30))
    assert found(train, val, falling).severity == "warning"
    assert found(train, val, history(train_loss=approach(1.1, 0.1, 60))).severity == "ok"


def test_the_best_of_several_runs_counts():
    train, val = grouped_split(0)
    short = history("short", train_accuracy=[0.4], val_accuracy=[0.41])
    said = found(train, val, short, sound(name="long"))
    assert said.severity == "ok"
    assert said.evidence["run"] == "long"


@pytest.mark.parametrize(
    "curves",
    [{"train_loss": [0.7], "val_loss": [0.8]}, {"train_loss": [np.nan] * 20, "val_loss": [np.nan] * 20}],
)
def test_cannot_tell(curves):
    said = found(*iid_split(0), history(**curves))
    assert said.severity == "skipped"
    assert "cannot show whether it was still improving" in said.message
