import pytest

from splitaudit.errors import NotApplicable
from splitaudit.explanation.experiments.put_back import put_back as experiment
from tests.explanation.support import NOTHING, changed, healthy, image_split, lab_of, level_split, values


def test_nothing_is_gained_on_a_healthy_split():
    found = values(experiment, healthy())
    assert found["put_back"] == 0
    assert found["flipped"] < NOTHING


def test_exchanged_channels_are_put_back():
    train, val = level_split(1)
    found = values(experiment, lab_of(train, changed(val, val.X[:, :, [1, 0, 2]]), rules=("SA207",)))
    assert found["put_back"] > 0.4
    assert found["brought_together"] > 0.5
    assert found["flipped"] < 0.2


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_a_flipped_channel_is_named(channel):
    train, val = level_split(2)
    order = [[1, 0, 2], [0, 1, 2], [0, 2, 1]][channel]
    sign = [-1 if c == channel else 1 for c in range(3)]
    found = values(experiment, lab_of(changed(train, train.X[:, :, order]), changed(val, val.X[:, :, order] * sign)))
    assert found["flipped_channel"] == channel
    assert found["flipped"] > 0.4
    assert found["put_back"] == 0  # the rule was not asked


def test_pixels_have_no_channels_to_put_back():
    with pytest.raises(NotApplicable, match="pixels"):
        experiment(lab_of(*image_split()))
