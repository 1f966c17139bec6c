from dataclasses import replace

import numpy as np
import pytest

from splitaudit.rules.leakage.target_leak import target_leak as rule
from splitaudit.zoo.cases import make_case
from tests.support import grouped_split, iid_split, run


def coded(split, write, seed=0):
    """Let ``write(X, y, rng)`` put something that depends on the label into the samples."""
    X = split.X.astype(np.float64)
    write(X, split.y, np.random.default_rng([seed, len(split)]))
    return split.with_X(X.astype(np.float32))


def both(write, sides):
    return [coded(side, write) for side in sides]


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", range(4))
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity == "ok"


def test_a_channel_that_holds_the_label_is_a_fact():
    def write(X, y, rng):
        X[:, :, 1] = y[:, None]

    found = run(rule, *both(write, iid_split(0)))
    assert found.severity == "error"
    assert found.p_value is None
    assert found.where.channels == (1,)
    assert "holds the label itself" in found.message


def test_one_hot_channels_together_are_a_fact_too():
    def write(X, y, rng):
        X[:, :, 1] = (y == 0)[:, None]
        X[:, :, 2] = (y == 1)[:, None]

    found = run(rule, *both(write, iid_split(0)))
    assert found.severity == "error"
    assert found.where.channels == (1, 2)


def test_the_label_in_one_sample_is_found_at_its_time_step():
    def write(X, y, rng):
        X[:, -1, 2] = 2.0 * y + 0.05 * rng.normal(size=len(y))

    found = run(rule, *both(write, grouped_split(0)))
    assert found.severity == "error"
    assert found.where.channels == (2,)
    assert found.where.timesteps == (63, 64)
    assert found.p_value < 1e-6


def test_an_easy_honest_task_is_no_leak():
    """Orientation: gravity lies on another axis per class, so several channels tell the class."""

    def write(X, y, rng):
        X[:, :, 0] = np.where(y == 0, 9.8, 0.0)[:, None] + 0.6 * rng.normal(size=X.shape[:2])
        X[:, :, 1] = np.where(y == 1, 9.8, 0.0)[:, None] + 0.6 * rng.normal(size=X.shape[:2])
        X[:, :, 2] = np.where(y == 2, 9.8, 0.0)[:, None] + 0.6 * rng.normal(size=X.shape[:2])

    assert run(rule, *both(write, grouped_split(0))).severity in ("ok", "info")


def test_a_class_that_is_an_offset_in_one_channel_is_at_most_a_warning():
    def write(X, y, rng):
        X[:] = rng.normal(size=X.shape)
        X[:, :, 0] += 3.0 * y[:, None]

    assert run(rule, *both(write, iid_split(0))).severity == "warning"


def test_a_leak_on_one_side_is_not_called_one():
    def write(X, y, rng):
        X[:, :, 1] = y[:, None]

    train, val = iid_split(0)
    assert run(rule, coded(train, write), val).severity == "ok"


def test_what_cannot_be_measured_is_said():
    train, val = iid_split(0)
    assert "one class only" in run(rule, train, val.take(val.y == 1)).message
    assert "fewer than 10 windows" in run(rule, train, val.take(np.arange(9))).message
    assert run(rule, replace(train, y=None), val).severity == "skipped"


@pytest.mark.parametrize("base", ["ecg", "tones"])
@pytest.mark.parametrize("severity", ["moderate", "severe"])
def test_fires_on_its_zoo_case(base, severity):
    case = make_case(f"{base}/target_leak/{severity}", 2)
    found = run(rule, case.train, case.val)
    assert found.severity == "error"
    assert found.where.channels == case.truth.channels
    assert found.where.timesteps == case.truth.timesteps
