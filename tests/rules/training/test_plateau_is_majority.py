from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.training import Training
from splitaudit.rules.training.plateau_is_majority import plateau_is_majority as rule
from tests.rules.training.runs import SPLITS, always, healthy, history, said, share, sound, uneven
from tests.support import iid_split, run


@pytest.mark.parametrize("make", SPLITS)
@pytest.mark.parametrize("seed", range(3))
def test_does_not_fire_on_a_sound_training(make, seed):
    train, val = make(seed)
    training = healthy(val, seed)
    assert run(rule, train, val, training=training).severity == "ok"
    assert run(rule, train, val, training=replace(training, predictions=None)).severity == "ok"
    assert run(rule, train, val, training=Training(observed=0.97)).severity == "ok"


@pytest.mark.parametrize("make", SPLITS)
@pytest.mark.parametrize("given", ["predictions", "history", "observed"])
def test_the_share_of_the_commonest_class_is_an_error_where_a_probe_is_better(make, given):
    train, val = uneven(make)
    level = share(val, 0)
    training = {
        "predictions": Training(predictions=always(val, 0)),
        "history": Training(histories=(history(val_accuracy=np.full(20, level)),)),
        "observed": Training(observed=round(level, 2)),
    }[given]
    found = run(rule, train, val, training=training)
    assert found.severity == "error"
    assert found.effect > 0.3
    assert found.p_value < 0.01
    assert f"always saying 0 is right about {level:.1%}" in found.message


def test_without_signal_the_coincidence_is_a_warning():
    train, val = uneven(iid_split)
    rng = np.random.default_rng(0)
    train, val = (side.with_X(rng.normal(size=side.X.shape)) for side in (train, val))
    found = run(rule, train, val, training=Training(observed=share(val, 0)))
    assert found.severity == "warning"
    assert found.p_value is None
    assert "no better as far as val can tell" in found.message


def test_balanced_accuracy_tells_a_coincidence_from_one_answer():
    train, val = uneven(iid_split)
    found = run(rule, train, val, training=Training(predictions=said(val, share(val, 0))))
    assert found.severity == "ok"
    assert "balanced accuracy" in found.message


def test_the_best_run_counts():
    train, val = uneven(iid_split)
    dead = history("dead", val_accuracy=np.full(20, share(val, 0)))
    assert run(rule, train, val, training=Training(histories=(dead, sound()))).severity == "ok"


def test_cannot_tell():
    found = run(rule, *iid_split(0), training=Training(histories=(history(train_accuracy=[0.5] * 9),)))
    assert found.severity == "skipped"
    assert found.message == "the history has no val accuracy"
