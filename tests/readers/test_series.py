"""Panels as sktime makes them, built by hand, and arrays, whose axes are never guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import splitaudit as sa
from splitaudit.errors import DataError
from splitaudit.readers.read import read

X = np.random.default_rng(0).normal(size=(6, 8, 3))
Y = np.arange(6) % 2
NAMES = ["ax", "ay", "az"]


def nested(values=X):
    return pd.DataFrame({name: [pd.Series(window[:, c]) for window in values] for c, name in enumerate(NAMES)})


def multiindex(names=("instances", "timepoints")):
    index = pd.MultiIndex.from_product([range(6), range(8)], names=names)
    return pd.DataFrame(X.reshape(48, 3), index=index, columns=NAMES)


@pytest.mark.parametrize("panel", [nested(), multiindex(), multiindex(("instance", "timepoint"))])
def test_panels_say_what_their_axes_are(panel):
    for split in (read(panel), read((panel, Y))):
        assert np.array_equal(split.X, X)
        assert split.channels == tuple(NAMES)
        assert any("panel" in note for note in split.notes)
    assert read((panel, Y)).y.tolist() == Y.tolist()
    assert read(panel, channel_names=["a", "b", "c"]).channels == ("a", "b", "c")


def test_panels_in_another_order_of_rows():
    rows = np.random.default_rng(1).permutation(48)
    order = list(dict.fromkeys(multiindex().index.get_level_values(0)[rows]))
    assert np.array_equal(read(multiindex().iloc[rows]).X, X[order])


def test_an_index_without_names_is_not_guessed():
    with pytest.raises(DataError, match="no column 'window'"):
        read(multiindex((None, None)))


def test_ragged_and_broken_panels():
    ragged, broken = nested(), nested()
    ragged.iat[3, 1] = pd.Series([1.0, 2.0])
    broken.iat[3, 1] = 2.0
    short = multiindex().iloc[:-1]
    for panel, words in ((ragged, "'ay' is ragged, with 2 to 8"), (broken, "a float at row 3"), (short, "are ragged")):
        with pytest.raises(DataError, match=words) as caught:
            read(panel, name="train")
        assert str(caught.value).startswith("train: ")


def test_arrays_with_channels_first_need_the_layout():
    """As aeon and sktime hold them (n, channels, time); tslearn's are (n, time, channels)."""
    channels_first = np.ascontiguousarray(X.transpose(0, 2, 1))
    assert np.array_equal(read(channels_first, layout="nct").X, X)
    assert read(channels_first).n_timesteps == 3
    with pytest.raises(DataError, match="the axes look swapped"):
        sa.check((X, Y), (channels_first, Y))
