"""What :func:`make_split` guarantees, and what :func:`comparable` brings together or refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitaudit.data.split import comparable, make_split
from splitaudit.errors import DataError

X = np.random.default_rng(0).normal(size=(6, 8, 3)).astype(np.float32)


def test_what_is_given_is_kept():
    split = make_split(
        X,
        [0, 1, 2, 0, 1, 2],
        groups=["b", "b", "a", "a", "c", "c"],
        time=[0, 8, 0, 8, 0, 8],
        recording=[3, 3, 5, 5, 9, 9],
        channel_names=["x", "y", "z"],
        class_names=["sit", "stand", "walk"],
        name="train",
        source="train.npz",
    )
    assert np.array_equal(split.X, X)
    assert split.y.tolist() == [0, 1, 2, 0, 1, 2]
    assert [split.group_names[g] for g in split.groups] == ["b", "b", "a", "a", "c", "c"]
    assert split.time.tolist() == [0, 8, 0, 8, 0, 8]
    assert split.recording.tolist() == [0, 0, 1, 1, 2, 2]
    assert split.classes == ("sit", "stand", "walk")
    assert split.channel_name(1) == "y"
    assert (len(split), split.n_timesteps, split.n_channels, split.dtype) == (6, 8, 3, "float32")
    assert split.rows.tolist() == list(range(6))


def test_take_keeps_rows_and_metadata_together():
    split = make_split(X, list("abcabc"), groups=[1, 1, 2, 2, 3, 3], time=range(6))
    part = split.take([4, 1]).take([True, False])
    assert part.rows.tolist() == [4]
    assert part.classes[part.y[0]] == "b"
    assert part.group_names[part.groups[0]] == "3"
    assert part.time.tolist() == [4]
    assert np.array_equal(part.X, X[[4]])


def test_take_channels_keeps_names():
    part = make_split(X, channel_names=["x", "y", "z"]).take_channels([2, 0])
    assert part.channels == ("z", "x")
    assert np.array_equal(part.X, X[:, :, [2, 0]])


@pytest.mark.parametrize("shape", [(6, 8), (6, 8, 1)])
def test_two_dimensions_are_one_channel(shape):
    split = make_split(np.ones(shape))
    assert split.X.shape == (6, 8, 1)
    assert bool(split.notes) == (len(shape) == 2)


def test_image_windows_are_flattened_and_remembered():
    frames = np.arange(2 * 3 * 4 * 5 * 2).reshape(2, 3, 4, 5, 2)
    split = make_split(frames)
    assert split.X.shape == (2, 3, 40)
    assert split.image == (4, 5, 2)
    assert split.X[1, 2, 7] == frames[1, 2].ravel()[7]


def test_layout_nct_swaps_time_and_channels():
    split = make_split(X.transpose(0, 2, 1), layout="nct")
    assert np.array_equal(split.X, X)
    assert split.X.flags.c_contiguous


@pytest.mark.parametrize(
    ("y", "kind", "classes", "codes"),
    [
        ([3, 1, 3, 1, 1, 2], "integer", ("1", "2", "3"), [2, 0, 2, 0, 0, 1]),
        ([1.0, 0.0, 1.0, 0.0, 0.0, 1.0], "integer", ("0", "1"), [1, 0, 1, 0, 0, 1]),
        ([True, False, True, True, False, True], "boolean", ("False", "True"), [1, 0, 1, 1, 0, 1]),
        (["b", "a", "b", "a", "é\n", "b"], "string", ("a", "b", "é\n"), [1, 0, 1, 0, 2, 1]),
        (np.array([b"b", b"a", b"b", b"a", b"a", b"\xff"]), "string", ("\\xff", "a", "b"), [2, 1, 2, 1, 1, 0]),
        (np.array(list("bababa"), dtype=object), "string", ("a", "b"), [1, 0, 1, 0, 1, 0]),
        (np.array([1, 2, 1, 2, 1, 2], dtype=object), "integer", ("1", "2"), [0, 1, 0, 1, 0, 1]),
        (np.array([[2], [1], [2], [1], [1], [1]]), "integer", ("1", "2"), [1, 0, 1, 0, 0, 0]),
        (np.eye(3)[[2, 0, 1, 1, 0, 2]], "one-hot", ("0", "1", "2"), [2, 0, 1, 1, 0, 2]),
        (np.eye(3, dtype=bool)[[2, 0, 0, 0, 0, 2]], "one-hot", ("0", "2"), [1, 0, 0, 0, 0, 1]),
        (np.array([-1, 1, -1, 1, 1, 1], dtype=np.int8), "integer", ("-1", "1"), [0, 1, 0, 1, 1, 1]),
        (np.array([2**63 + 1, 0, 0, 0, 0, 0], dtype=np.uint64), "integer", ("0", str(2**63 + 1)), [1, 0, 0, 0, 0, 0]),
    ],
)
def test_labels_of_every_kind(y, kind, classes, codes):
    split = make_split(X, y)
    assert (split.label_kind, split.classes, split.y.tolist()) == (kind, classes, codes)


def test_no_labels():
    split = make_split(X)
    assert (split.y, split.label_kind, split.classes) == (None, "none", ())


def test_class_names_that_do_not_cover_the_labels_are_noted():
    split = make_split(X, [1, 2, 3, 1, 2, 3], class_names=["a", "b", "c"])
    assert split.classes == ("1", "2", "3")
    assert any("class_names" in note and "1 to 3" in note for note in split.notes)


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ([1.0, 1.0, 2.0, 2.0, 2.5, 2.5], ("1", "2", "2.5")),
        ([True, True, False, False, True, True], ("False", "True")),
        (np.array([b"a", b"a", b"b", b"b", b"b", b"b"]), ("a", "b")),
        ([[1], [1], [2], [2], [3], [3]], ("1", "2", "3")),
    ],
)
def test_groups_of_every_kind(groups, names):
    assert make_split(X, groups=groups).group_names == names


def test_input_is_never_changed_and_not_copied_without_need():
    original = X.copy()
    split = make_split(X)
    assert np.shares_memory(split.X, X)
    assert np.array_equal(X, original)


NUMBERS = np.random.default_rng(1).integers(-100, 100, size=(5, 7, 2))


@settings(max_examples=60, deadline=None)
@given(
    dtype=st.sampled_from(["i1", "i2", "i4", "i8", "f2", "f4", "f8", ">f4", ">f8", ">i2", "<i4", "g"]),
    form=st.sampled_from(["C", "F", "strided", "reversed", "list", "masked", "read-only"]),
    layout=st.sampled_from(["ntc", "nct"]),
)
def test_the_same_numbers_give_the_same_split(dtype, form, layout):
    values = NUMBERS.astype(dtype)
    values = values if layout == "ntc" else values.transpose(0, 2, 1)
    if form == "F":
        values = np.asfortranarray(values)
    elif form == "strided":
        values = np.repeat(values, 2, axis=1)[:, ::2]
    elif form == "reversed":
        values = values[:, ::-1].copy()[:, ::-1]
    elif form == "list":
        values = values.tolist()
    elif form == "masked":
        values = np.ma.masked_array(values, mask=False)
    elif form == "read-only":
        values.setflags(write=False)
    split = make_split(values, layout=layout)
    assert np.array_equal(split.X, NUMBERS)
    assert split.X.flags.c_contiguous
    assert split.X.dtype.isnative
    assert split.X.dtype.kind in "if"
    assert split.X.dtype.itemsize <= 8
    assert type(split.X) is np.ndarray


def test_beyond_float64_becomes_infinite_without_a_warning():
    if np.finfo(np.longdouble).max == np.finfo(np.float64).max:
        pytest.skip("long double is float64 here")
    huge = np.full((2, 4, 1), np.longdouble("1e4000"))
    assert np.isinf(make_split(huge).X).all()


def test_booleans_become_small_integers():
    split = make_split(np.ones((3, 4, 1), dtype=bool))
    assert split.X.dtype == np.uint8
    assert split.dtype == "bool"


def side(y=None, shape=(4, 8, 3), **more):
    return make_split(np.zeros(shape), y, name=more.pop("name", "val"), **more)


def test_common_class_codes_in_numeric_order():
    train, val = comparable(side([1, 2, 10, 10]), side([2, 2, 9, 1]))
    assert train.classes == val.classes == ("1", "2", "9", "10")
    assert train.y.tolist() == [0, 1, 3, 3]
    assert val.y.tolist() == [1, 1, 2, 0]


def test_names_of_one_side_stand_for_the_numbers_of_the_other():
    train, val = comparable(side([0, 1, 1, 0], class_names=["sit", "walk"]), side([1, 1, 0, 2]))
    assert train.classes == val.classes == ("sit", "walk", "2")
    assert val.y.tolist() == [1, 1, 0, 2]


@pytest.mark.parametrize("odd", ["²", "--5", "", "٣", "9" * 5000])
def test_labels_that_merely_look_like_numbers(odd):
    train, val = comparable(side(["1", odd, "1", "1"]), side(["1", "1", "1", "1"]))
    assert train.classes == val.classes
    assert [train.classes[k] for k in train.y] == ["1", odd, "1", "1"]


def test_common_group_codes():
    train, val = comparable(side(groups=[1, 1, 2, 2]), side(groups=["2", "3", "3", "3"]))
    assert train.group_names == val.group_names == ("1", "2", "3")
    assert val.groups.tolist() == [1, 2, 2, 2]


def test_channel_names_of_one_side_serve_both():
    train, val = comparable(side(), side(channel_names=["x", "y", "z"]))
    assert train.channels == val.channels == ("x", "y", "z")


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({"shape": (4, 8, 3)}, {"shape": (4, 9, 3)}, ["9 time steps", "8 time steps", "val", "train"]),
        ({"shape": (4, 8, 3)}, {"shape": (4, 8, 2)}, ["2 channels", "3 channels"]),
        ({"shape": (4, 8, 3)}, {"shape": (4, 3, 8)}, ["swapped", "layout='nct' (--layout nct)"]),
        ({"shape": (4, 8, 2, 2, 3)}, {"shape": (4, 8, 12)}, ["no images", "2 x 2 x 3"]),
        ({"shape": (4, 8, 2, 3, 2)}, {"shape": (4, 8, 2, 2, 3)}, ["2 x 2 x 3", "2 x 3 x 2"]),
    ],
)
def test_what_cannot_be_compared_is_refused(first, second, words):
    with pytest.raises(DataError) as caught:
        comparable(side(name="train", **first), side(name="val", **second))
    for word in words:
        assert word in str(caught.value)


def test_what_was_set_aside_keeps_its_row_numbers():
    split = side([0, 1, 0, 1])
    assert split.take(np.array([False, True, False, True])).rows.tolist() == [1, 3]


def test_recordings_of_both_sides_get_common_codes():
    windows = np.zeros((3, 4, 1))
    train = make_split(windows, recording=["b", "c", "c"])
    val = make_split(windows, recording=["c", "a", "c"])
    ours, theirs = comparable(train, val)
    assert ours.recording_names == theirs.recording_names == ("b", "c", "a")
    assert ours.recording.tolist() == [0, 1, 1]
    assert theirs.recording.tolist() == [1, 2, 1]
