"""The callback for Keras, with the real library on the torch backend."""

from __future__ import annotations

import os

import numpy as np
import pytest

import splitaudit as sa

pytest.importorskip("torch", reason="torch is not installed")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras", reason="keras is not installed")

from splitaudit.integrations.keras import SplitAuditCallback  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras on numpy 2

X = np.random.default_rng(0).normal(size=(60, 16, 2)).astype(np.float32)
Y = np.arange(60) % 2
TRAIN, VAL, COPIED = (X[:40], Y[:40]), (X[40:], Y[40:]), (X[30:], Y[30:])


def model():
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Input((16, 2)), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    made = keras.Sequential(layers)
    made.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return made


def fit(made, audit, epochs=2):
    return made.fit(*TRAIN, validation_data=VAL, epochs=epochs, verbose=0, callbacks=[audit])


def test_the_history_is_that_of_keras():
    audit, made = SplitAuditCallback(TRAIN, VAL, select="SA301"), model()
    assert isinstance(audit, keras.callbacks.Callback)
    first, second = fit(made, audit), fit(made, audit, epochs=1)
    assert audit.report.passed
    assert audit.histories == [first.history, second.history]
    assert [len(run["val_accuracy"]) for run in audit.histories] == [2, 1]


def test_a_split_that_does_not_pass_is_not_trained_on():
    audit, made = SplitAuditCallback(TRAIN, COPIED, select="SA301"), model()
    before = made.get_weights()
    with pytest.raises(sa.FindingsError, match="SA301 duplicate-windows: 10 of 30 val windows"):
        fit(made, audit)
    assert all(np.array_equal(a, b) for a, b in zip(before, made.get_weights(), strict=True))
    assert audit.histories == []
    assert not audit.report.passed
    warned = SplitAuditCallback(TRAIN, COPIED, select="SA301", fail_on="never")
    fit(made, warned, epochs=1)
    assert warned.report.finding("SA301").severity == "error"


def test_explaining_with_the_history():
    audit = SplitAuditCallback(TRAIN, VAL, select="SA301,SA7", engine="local")
    history = fit(model(), audit)
    report = audit.explain(budget="1s", random_state=3)
    assert report.explanation.ceiling.observed == pytest.approx(history.history["val_accuracy"][-1])
    assert report.settings["select"] == ["SA301", "SA7"] or tuple(report.settings["select"]) == ("SA301", "SA7")
    assert report.settings["random_state"] == 3


def test_there_is_nothing_to_explain_before_training():
    with pytest.raises(sa.ConfigError, match="there is no history"):
        SplitAuditCallback(TRAIN, VAL).explain()
