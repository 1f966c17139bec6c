import numpy as np
import pytest

from splitaudit.data.split import Split
from splitaudit.errors import NotApplicable
from splitaudit.explanation.experiments.drop_channel import drop_channel as experiment
from tests.explanation.support import NOTHING, changed, healthy, lab_of, level_split, outcomes_of, people, values
from tests.support import iid_split


def marked(side: Split, code: np.ndarray, channel: int) -> Split:
    """The same windows with a level in one channel that tells a code."""
    X = side.X.copy()
    X[:, :, channel] = 0.1 * X[:, :, channel] + 3.0 * (code - 1)[:, None]
    return changed(side, X)


def test_no_channel_is_suspicious_on_a_healthy_split():
    found = values(experiment, healthy())
    assert found["ahead"] < 0.15
    assert found["lost"] < 2 * NOTHING
    for name in ("without", "without_cv", "without_gap"):
        assert abs(found[name]) < 2 * NOTHING, name


@pytest.mark.parametrize("channel", [0, 2])
def test_a_shortcut_is_named_and_val_rises_without_it(channel):
    train, val = people()
    meaningless = np.random.default_rng(1).permutation(val.y)
    found = outcomes_of(experiment, lab_of(marked(train, train.y, channel), marked(val, meaningless, channel)))
    assert found["lost_channel"].value == found["best_channel"].value == channel
    assert found["single"].value > 0.95
    assert found["single_val"].value < 0.2
    assert found["lost"].value > 0.5
    assert found["without"].low > 0.4
    assert abs(found["without_gap"].value) < 2 * NOTHING
    assert f"without channel {channel} accuracy on val goes" in found["without"].text


def test_a_target_leak_carries_both_sides():
    train, val = people()
    found = values(experiment, lab_of(marked(train, train.y, 2), marked(val, val.y, 2)))
    assert found["best_channel"] == 2
    assert min(found["single"], found["single_val"]) > 0.95
    assert found["lost"] < NOTHING
    assert found["without"] < NOTHING


def test_the_one_channel_that_tells_the_class_is_missed_on_both_sides():
    found = values(experiment, lab_of(*level_split(1)))
    assert found["best_channel"] == 1
    assert found["ahead"] > 0.7
    assert found["without"] < -0.4
    assert found["without_cv"] > 0.4


def test_a_single_channel_cannot_be_left_out():
    with pytest.raises(NotApplicable, match="there is only one channel"):
        experiment(lab_of(*iid_split(2, n_train=90, n_val=60, t=16, c=1)))
