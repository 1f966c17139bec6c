"""Whatever is wrong with the values, there is one clear sentence: never another exception.

The sentence names the file, the key, what was seen and what was expected.
"""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.readers.read import read, read_pair
from tests.readers.refusals import C, N, T, X, Y, npz, sentence

# Arrays that are no windows


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((N, T, C), dtype=complex), ["complex", (N, T, C), "real numbers"]),
        (np.full((N, T, C), "a"), ["strings", "real numbers"]),
        (np.zeros((N, T, C), dtype="M8[s]"), ["dates", "real numbers"]),
        (np.zeros((N, T, C), dtype="m8[s]"), ["durations"]),
        (np.zeros((N, T), dtype=[("a", "f4"), ("b", "f4")]), ["records"]),
        (np.full((N, T, C), None), ["Python objects", "real numbers"]),
        (np.array([np.zeros((4, 3)), np.zeros((9, 3))], dtype=object), ["ragged", "4 to 9 time steps"]),
        ([np.zeros((4, 3)), np.zeros((9, 3))], ["ragged"]),
        ([[1.0, 2.0], [1.0]], ["ragged"]),
        (np.float32(3.0), ["shape ()", "(windows, time steps, channels)"]),
        (np.zeros(40), ["shape (40,)", "cut into windows"]),
        (np.zeros((2, 3, 4, 5)), ["shape (2, 3, 4, 5)", "height"]),
        (np.zeros((1, 1, 1, 1, 1, 1)), ["shape (1, 1, 1, 1, 1, 1)"]),
        (np.zeros((0, T, C)), ["shape (0, 8, 3)", "at least one window"]),
        (np.zeros((N, 0, C)), ["shape (6, 0, 3)"]),
        (np.zeros((N, T, 0)), ["shape (6, 8, 0)"]),
        (np.ma.masked_less(X, 0), ["masked", "NaN"]),
    ],
)
def test_windows_that_are_none(value, words):
    sentence(lambda: make_split(value, name="train"), "train", "X", *words)


@pytest.mark.parametrize(
    "value", [None, 3, 2.5, object(), {1, 2}, b"bytes", (i for i in range(3)), range(3).__iter__()]
)
def test_things_that_hold_no_windows(value):
    sentence(lambda: read(value, name="train"), "train", "expected a path")


@pytest.mark.parametrize("value", [(), (X,), (X, Y, Y), (None, Y), (5, Y)])
def test_tuples_that_are_no_pairs(value):
    sentence(lambda: read(value, name="train"), "train")


@pytest.mark.parametrize("layout", ["tnc", None, 3])
def test_unknown_layout(layout):
    sentence(lambda: make_split(X, layout=layout), "layout", "'ntc' or 'nct'")


def test_nct_is_for_three_dimensions():
    sentence(lambda: make_split(np.zeros((2, 3, 4, 5, 2)), layout="nct"), "three dimensions")


# Labels, groups, time and names


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (Y[:-1], ["(5,)", "(6,)", "one label per window"]),
        (np.zeros((N, 2)), ["(6, 2)", "not one-hot", "row 0"]),
        (np.full((N, 2), 0.5), ["not one-hot"]),
        (np.full((N, 2), "a"), ["not one-hot"]),
        (np.eye(3)[[0, 1, 2]], ["(3,)"]),
        (np.zeros((N, 0)), ["not one-hot"]),
        (np.zeros((N, 2, 2)), ["(6, 2, 2)"]),
        (0, ["()", "(6,)"]),
        ([0, 1, np.nan, 1, 0, 1], ["nan", "row 2"]),
        ([0, 1, np.inf, 1, 0, 1], ["inf", "row 2"]),
        ([0, 1, 0.25, 1, 0, 1], ["0.25", "row 2", "continuous"]),
        ([0, 1, 1e300, 1, 0, 1], ["1e+300", "row 2"]),
        (np.zeros(N, dtype=complex), ["complex"]),
        (np.zeros(N, dtype="M8[D]"), ["datetime64"]),
        (np.zeros(N, dtype=[("a", "i4")]), ["dtype"]),
        (np.array(["a", "b", None, "a", "b", "a"], dtype=object), ["missing", "row 2"]),
        (np.array(["a", "b", np.nan, "a", "b", "a"], dtype=object), ["missing", "row 2"]),
        (np.array(["a", "b", 3, "a", "b", "a"], dtype=object), ["int, str"]),
        (np.array([{}] * N, dtype=object), ["dict"]),
        (np.array([10**30] * N, dtype=object), ["Python objects"]),
        ([[1], [1, 2], [1], [1], [1], [1]], ["ragged"]),
        (np.ma.masked_equal(Y, 1), ["masked"]),
    ],
)
def test_labels_that_are_none(y, words):
    sentence(lambda: make_split(X, y, name="train"), "train", "y", *words)


@pytest.mark.parametrize("key", ["groups", "recording"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1, 2], ["(2,)", "(6,)"]),
        (np.zeros((N, 2)), ["(6, 2)"]),
        ([1, 2, np.nan, 1, 1, 1], ["nan", "row 2"]),
        ([1, 2, -np.inf, 1, 1, 1], ["inf", "row 2"]),
        (np.array(["a", None, "a", "a", "a", "a"], dtype=object), ["missing", "row 1"]),
        (np.array(["a", 1, "a", "a", "a", "a"], dtype=object), ["int, str"]),
        (np.zeros(N, dtype=complex), ["complex"]),
        (np.zeros(N, dtype="M8[D]"), ["datetime64"]),
        (np.ma.masked_equal(Y, 1), ["masked"]),
    ],
)
def test_identifiers_that_are_none(key, value, words):
    sentence(lambda: make_split(X, name="train", **{key: value}), "train", key, *words)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ([1, 2], ["(2,)", "(6,)"]),
        (np.zeros((N, T)), ["(6, 8)"]),
        ([1, 2, np.nan, 1, 1, 1], ["nan", "row 2"]),
        (list("abcdef"), ["dtype"]),
        (np.arange(N).astype("M8[s]"), ["datetime64", "sampling period"]),
        (np.arange(N).astype("m8[s]"), ["timedelta64"]),
        (np.array([None] * N), ["dtype object"]),
        (np.zeros(N, dtype=bool), ["bool"]),
        (np.zeros(N, dtype=complex), ["complex"]),
        ([1e300] * N, ["1e+300", "2**53"]),
        ([2**60] * N, ["2**53"]),
    ],
)
def test_time_that_is_none(time, words):
    sentence(lambda: make_split(X, time=time, name="train"), "train", "time", *words)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a", "b"], ["2 names", "expected 3"]),
        ([["a"], ["b"], ["c"]], ["(3, 1)"]),
        (np.array(["a", None, "b"], dtype=object), ["missing"]),
        ({"a": 1}, ["Python objects"]),
        ([1j, 2j, 3j], ["complex"]),
    ],
)
def test_channel_names_that_are_none(names, words):
    sentence(lambda: make_split(X, channel_names=names, name="train"), "train", "channel_names", *words)


def test_class_names_must_differ():
    sentence(lambda: make_split(X, Y, class_names=["a", "a"], name="train"), "class_names", "'a' more than once")


def test_messages_name_the_file_and_its_own_key(tmp_path):
    path = npz(tmp_path / "train.npz", windows=X, labels=Y[:3], subject=Y)
    sentence(lambda: read(path), path, "labels has shape (3,)")


# Pairs


def test_one_source_that_holds_one_side(tmp_path):
    path = npz(tmp_path / "train.npz", X=X, y=Y)
    sentence(lambda: read_pair(path), path, "holds one side only", "X_train and X_val", "'X' (6, 8, 3) float32")
    sentence(lambda: read_pair(X), "no validation side")
    sentence(lambda: read_pair((X, Y)), "no validation side")
    sentence(lambda: read_pair({"X": X}), "holds one side only")
    np.save(tmp_path / "train.npy", X)
    sentence(lambda: read_pair(tmp_path / "train.npy"), "no validation side")


@pytest.mark.parametrize("key", ["x_key", "y_key"])
def test_keys_where_there_are_none(tmp_path, key):
    np.save(tmp_path / "train.npy", X)
    option = "--" + key.replace("_", "-")
    sentence(lambda: read(tmp_path / "train.npy", **{key: "a"}), "train.npy", option)
    sentence(lambda: read(X, **{key: "a"}), option)
    sentence(lambda: read((X, Y), **{key: "a"}), option)
