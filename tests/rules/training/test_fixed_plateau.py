from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.training import Training
from splitaudit.rules.training.fixed_plateau import fixed_plateau as rule
from tests.rules.training.runs import SPLITS, approach, healthy, history, sound
from tests.support import grouped_split, iid_split, run


def noisy(seed=0, share=0.24):
    """A split in whose labels a share is wrong, so that 76 % is the end for everybody."""
    sides = []
    for number, side in enumerate(grouped_split(seed)):
        wrong = np.random.default_rng([seed, number]).random(len(side)) < share
        sides.append(replace(side, y=np.where(wrong, (side.y + 1) % 3, side.y)))
    return sides


@pytest.mark.parametrize("make", SPLITS)
@pytest.mark.parametrize("seed", range(5))
def test_does_not_fire_on_a_sound_run(make, seed):
    train, val = make(seed)
    assert run(rule, train, val, training=healthy(val, seed)).severity in ("ok", "info")


@pytest.mark.parametrize("seed", range(3))
def test_a_ceiling_of_the_data_is_a_warning_with_its_level_and_interval(seed):
    train, val = noisy(seed)
    runs = tuple(sound(k, level=0.76, n_val=len(val), name=f"run {k}") for k in range(4))
    found = run(rule, train, val, training=Training(histories=runs))
    assert found.severity == "warning"
    low, high = found.evidence["interval_of_level"]
    assert low < 0.76 < high
    assert high - low < 0.2
    assert found.evidence["since_epoch"] < 30
    assert found.evidence["heterogeneity_p_value"] > 0.05
    assert "4 runs stay between" in found.message
    assert "the same level" in found.message


def test_levels_that_differ_are_told_apart():
    train, val = iid_split(0, n_val=600)
    runs = tuple(sound(0, level=level, n_val=600, name=f"{level}") for level in (0.6, 0.7, 0.95))
    found = run(rule, train, val, training=Training(histories=runs))
    assert found.evidence["heterogeneity_p_value"] < 0.001
    assert "at different levels" in found.message
    assert found.evidence["level"] == pytest.approx(0.95, abs=0.02)  # what the others do not reach is no ceiling
    assert found.severity in ("ok", "info")
    assert found.severity in ("ok", "info")


@pytest.mark.parametrize("make", SPLITS)
def test_a_level_far_below_a_probe_is_an_error(make):
    train, val = make(0)
    dead = history(train_accuracy=np.full(30, 0.34), val_accuracy=np.full(30, 0.34))
    found = run(rule, train, val, training=Training(histories=(dead,)))
    assert found.severity == "error"
    assert found.effect > 0.4
    assert found.p_value < 0.001
    assert "a cheap probe reaches" in found.message


def test_what_still_moves_is_no_plateau():
    train, val = iid_split(0)
    for end in (0.6, 0.95):
        moving = history(train_accuracy=approach(0.3, 0.9, 40), val_accuracy=np.linspace(0.3, end, 40))
        found = run(rule, train, val, training=Training(histories=(moving,)))
        assert (found.severity, found.effect) == ("ok", 0.0)
        assert "still moves" in found.message


def test_one_val_unit_cannot_tell():
    train, val = grouped_split(0, n_val=1)
    found = run(rule, train, val, training=Training(histories=(sound(level=0.7),)))
    assert found.severity == "info"
    assert not found.decidable


@pytest.mark.parametrize(
    ("curves", "reason"),
    [
        ({"val_accuracy": [0.7]}, "1 epoch with val accuracy"),
        ({"train_accuracy": [0.7] * 9}, "no val accuracy"),
        ({"val_accuracy": [np.nan] * 9}, "no val accuracy"),
    ],
)
def test_cannot_tell(curves, reason):
    found = run(rule, *iid_split(0), training=Training(histories=(history(**curves),)))
    assert found.severity == "skipped"
    assert reason in found.message
