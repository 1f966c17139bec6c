from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.order.order_trend import order_trend as rule
from tests.support import ar_recording, grouped_split, iid_split, run, sliding


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_names_the_channel_that_drifts_along_the_file():
    train, val = iid_split(0, n_train=400)
    X = train.X.copy()
    X[:, :, 2] += np.linspace(0, 3, 400, dtype=np.float32)[:, None]
    found = run(rule, train.with_X(X), val)
    assert found.severity == "error"
    assert found.where.channels == (2,)


def test_a_drift_of_val_alone_is_told_of_val():
    train, val = iid_split(0, n_val=400)
    X = val.X.copy()
    X[:, :, 1] += np.linspace(-1.5, 1.5, 400, dtype=np.float32)[:, None]
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert "along the val file" in found.message


def test_a_side_of_few_stretches_is_not_judged():
    train, val = iid_split(3)
    found = run(rule, train, val.take(np.arange(3)))
    assert found.severity == "ok"
    assert found.evidence["not_judged"] == ["val: 1 independent stretch, 5 are needed for a trend"]


def test_order_by_class_or_group_is_no_trend():
    train, val = iid_split(1)
    ordered = replace(train.take(np.argsort(train.y, kind="stable")), rows=np.arange(len(train)))
    assert run(rule, ordered, val).severity == "ok"
    train, val = grouped_split(1)
    rising = train.X + 0.5 * train.groups[:, None, None].astype(np.float32)
    assert run(rule, train.with_X(rising), val).severity in ("ok", "info")


def test_few_windows_are_skipped():
    signal = ar_recording(np.random.default_rng(2), 3000, phi=0.99)
    X = sliding(signal, 64, 8)
    found = run(rule, make_split(X[:60]), make_split(X[80:120]))
    assert found.severity == "skipped"
    assert "independent stretch" in found.message


@pytest.mark.parametrize(("size", "severity"), [(1e-6, "ok"), (1e-2, "error")])
def test_a_trend_of_rounding_is_none(size, severity):
    train, val = iid_split(4, n_train=400)
    sides = []
    for side in (train, val):
        X = side.X.astype(np.float64)
        X -= X.mean(axis=1, keepdims=True)
        sides.append(X / X.std(axis=1, keepdims=True))
    off = np.linspace(0, 4, 400) + np.random.default_rng(0).normal(size=400)
    found = run(rule, train.with_X(sides[0] + size * off[:, None, None]), val.with_X(sides[1]))
    assert found.severity == severity
    assert "not_judged" not in found.evidence
