"""Panels as sktime and aeon make them, built by hand, and arrays, whose axes are never guessed.

``tests/integrations/test_panels.py`` does it with the libraries themselves, where they are installed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import splitaudit as sa
from splitaudit.errors import DataError
from splitaudit.readers.read import read, read_pair

X = np.random.default_rng(0).normal(size=(6, 8, 3))
Y = np.arange(6) % 2
NAMES = ["ax", "ay", "az"]


def nested(values=X):
    return pd.DataFrame({name: [pd.Series(window[:, c]) for window in values] for c, name in enumerate(NAMES)})


def multiindex(names=("instances", "timepoints")):
    index = pd.MultiIndex.from_product([range(6), range(8)], names=names)
    return pd.DataFrame(X.reshape(48, 3), index=index, columns=NAMES)


def tables(values=X, names=NAMES):
    return [pd.DataFrame(window, columns=names) for window in values]


PANELS = {
    "nested": nested(),
    "nested, arrays in cells": nested().map(lambda cell: cell.to_numpy()),
    "multiindex": multiindex(),
    "multiindex of examples": multiindex(("instance", "timepoint")),
    "multiindex of aeon": multiindex(("case", "timepoint")),
    "list of tables": tables(),
}


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_panels_say_what_their_axes_are(panel):
    for split in (read(panel), read((panel, Y))):
        assert np.array_equal(split.X, X)
        assert split.channels == tuple(NAMES)
        assert any("panel" in note for note in split.notes)
    assert read((panel, Y)).y.tolist() == Y.tolist()
    assert read(panel, channel_names=["a", "b", "c"]).channels == ("a", "b", "c")


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_panels_in_a_mapping(panel):
    split = read({"X": panel, "y": Y})
    assert np.array_equal(split.X, X)
    assert (split.channels, split.y.tolist()) == (tuple(NAMES), Y.tolist())
    sides = {"X_train": panel, "y_train": Y, "X_val": X.transpose(0, 2, 1), "y_val": Y}
    assert [side.X.shape for side in read_pair(sides, layout="nct")] == [X.shape, X.shape]


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_a_layout_for_the_other_side_leaves_panels_as_they_are(panel):
    channels_first = X.transpose(0, 2, 1).copy()
    for mixed in ((panel, channels_first), (channels_first, (panel, Y))):
        train, val = read_pair(*mixed, layout="nct")
        assert np.array_equal(train.X, X)
        assert np.array_equal(val.X, X)
    assert "layout nct is not used: the axes are known" in read(panel, layout="nct").notes
    assert not any("layout" in note for note in read(panel).notes)


@pytest.mark.parametrize("name", ["class_val", "class_vals"])
def test_labels_that_sktime_keeps_in_the_panel(name):
    per_step = multiindex().assign(**{name: np.repeat(Y, 8)})
    for panel in (nested().assign(**{name: Y}), per_step):
        split = read(panel)
        assert split.y.tolist() == Y.tolist()
        assert split.channels == tuple(NAMES)
        assert read((panel, 1 - Y)).y.tolist() == (1 - Y).tolist()


def test_panels_in_another_order_of_rows():
    rows = np.random.default_rng(1).permutation(48)
    order = list(dict.fromkeys(multiindex().index.get_level_values(0)[rows]))
    assert np.array_equal(read(multiindex().iloc[rows]).X, X[order])


def test_an_index_without_names_is_not_guessed():
    for unnamed in (multiindex((None, None)), (multiindex((None, None)), Y), (multiindex((None, None)), None)):
        with pytest.raises(DataError, match=r"no column 'window' \(index levels None, None; .*rename_axis\(index="):
            read(unnamed)
    named = multiindex((None, None)).rename_axis(index=["instances", "timepoints"])
    assert np.array_equal(read(named).X, X)


def test_tables_whose_columns_have_no_names_are_not_guessed():
    """To sktime their rows are time steps, to aeon channels."""
    for listed in (tables(names=None), tables(X.transpose(0, 2, 1), names=None)):
        for source in (listed, (listed, Y)):
            with pytest.raises(DataError, match="rows may be time steps or channels"):
                read(source)


def test_tables_that_do_not_fit_each_other():
    renamed, short = tables(), tables()
    renamed[2].columns = ["ax", "az", "ay"]
    short[4] = short[4].iloc[:5]
    for listed, words in ((renamed, "table 2 .* has columns ax, az, ay, expected ax, ay, az"), (short, "5 to 8 time")):
        with pytest.raises(DataError, match=words):
            read(listed)


def test_a_long_table_is_no_array_of_windows():
    long = multiindex(("window", "step"))
    for table in (long, long.reset_index()):
        assert np.array_equal(read(table).X, X)
        for y in (Y, np.repeat(Y, 8), None):
            for source in ((table, y), {"X": table, "y": y}):
                with pytest.raises(DataError, match="X is a long table"):
                    read(source)


def test_tables_of_other_libraries_are_no_arrays():
    class DataFrame:
        columns = ("window", "step", "ax")

        def __array__(self, dtype=None, copy=None):
            return np.ones((4, 3))

    for source in (DataFrame(), (DataFrame(), None)):
        with pytest.raises(DataError, match="got a DataFrame of tests, expected a table of pandas"):
            read(source)


def test_windows_of_unequal_length_say_their_shapes():
    windows = [window[: 8 - i].T for i, window in enumerate(X)]
    objects = np.empty(6, dtype=object)
    objects[:] = windows
    for source in (windows, objects):
        with pytest.raises(DataError, match=r"X is ragged, with rows of shape \(3, 3\) to \(3, 8\)"):
            read(source, layout="nct")


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
