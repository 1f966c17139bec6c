import numpy as np
import pytest

from splitaudit.data.naming import channels_of, signal_name
from splitaudit.data.split import make_split

NAMES = ["acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z", "mag"]
NAMED = make_split(np.ones((2, 8, 7)), channel_names=NAMES)
BARE = make_split(np.ones((2, 8, 7)))
IMAGES = make_split(np.ones((2, 8, 2, 2, 1)), channel_names=["a", "b", "c", "d"])


@pytest.mark.parametrize(
    ("channels", "named", "bare"),
    [
        ([3], "gyr_x", "channel 3"),
        ([0, 2], "acc_x and acc_z", "channels 0 and 2"),
        ([0, 2, 3], "acc_x, acc_z and gyr_x", "channels 0, 2 and 3"),
        ([4, 1], "gyr_y and acc_y", "channels 4 and 1"),
        (range(7), "acc_x, acc_y, acc_z, gyr_x and 3 more", "channels 0, 1, 2, 3 and 3 more"),
    ],
)
def test_channels_have_their_names_or_else_their_numbers(channels, named, bare):
    assert channels_of(NAMED, channels) == named
    assert channels_of(BARE, channels) == bare


def test_the_start_of_a_sentence_has_a_capital_unless_it_is_a_name():
    assert channels_of(BARE, [1], start=True) == "Channel 1"
    assert channels_of(BARE, [1, 2], start=True) == "Channels 1 and 2"
    assert channels_of(NAMED, [1, 2], start=True) == "acc_y and acc_z"
    assert signal_name(BARE, [1, 2], start=True) == "Channels 1 x 2"
    assert signal_name(NAMED, [1, 2], start=True) == "acc_y x acc_z"
    assert signal_name(IMAGES, [1], start=True) == "Image cell 1"


@pytest.mark.parametrize("some", [(2, 5), np.array([2, 5]), {2: "", 5: ""}.keys(), iter([2, 5])])
def test_channels_may_come_in_any_way(some):
    assert channels_of(BARE, some) == "channels 2 and 5"


def test_channels_looked_at_together():
    assert signal_name(NAMED, [0, 3]) == "acc_x x gyr_x"
    assert signal_name(BARE, [0, 3]) == "channels 0 x 3"
    assert signal_name(NAMED, [6]) == "mag"
    assert signal_name(BARE, [6]) == "channel 6"
    assert signal_name(BARE, iter([6])) == "channel 6"


def test_signals_of_images_are_cells_and_have_no_names():
    assert IMAGES.image == (2, 2, 1)
    assert signal_name(IMAGES, [3]) == "image cell 3"
    assert signal_name(IMAGES, [1, 3]) == "image cells 1 x 3"
    assert channels_of(IMAGES, [3]) == "channel 3"
    assert channels_of(IMAGES, [3, 0]) == "channels 3 and 0"
