"""Both sides: two sources, or one that holds both."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.data.split import comparable, make_split
from splitaudit.errors import ConfigError, DataError
from splitaudit.readers.read import read_pair

X = np.random.default_rng(0).normal(size=(6, 8, 3)).astype(np.float32)
Y = np.array([0, 1, 0, 1, 0, 1])
PAIRS = [("train", "val"), ("train", "valid"), ("train", "validation"), ("train", "test"), ("training", "test")]


def both(form, words, **shared):
    arrays = {}
    for word, n in zip(words, (6, 4), strict=True):
        parts = {"X": X[:n], "y": Y[:n], "groups": Y[:n], "time": np.arange(n), "recording": Y[:n]}
        arrays |= {form.format(key, word): value for key, value in parts.items()}
    return arrays | shared


@pytest.mark.parametrize("words", PAIRS)
@pytest.mark.parametrize("form", ["{}_{}", "{1}_{0}"])
def test_one_file_with_both_sides(tmp_path, words, form):
    path = tmp_path / "both.npz"
    np.savez(path, **both(form, words, channel_names=["a", "b", "c"], class_names=["no", "yes"]))
    train, val = read_pair(path)
    assert (len(train), len(val)) == (6, 4)
    assert (train.name, val.name) == ("train", "val")
    assert train.source == val.source == str(path)
    for side in (train, val):
        assert side.classes == ("no", "yes")
        assert side.channels == ("a", "b", "c")
        assert None not in (side.groups is None or 1, side.time is None or 1, side.recording is None or 1)
    assert not any("not used" in note for note in train.notes + val.notes)


def test_lower_case_as_keras_has_it():
    train, val = read_pair({"x_train": X, "y_train": Y, "x_test": X[:4], "y_test": Y[:4]})
    assert (len(train), len(val)) == (6, 4)
    assert val.y.tolist() == Y[:4].tolist()


def test_validation_comes_before_test_and_the_rest_is_noted():
    train, val = read_pair({"X_train": X, "X_val": X[:4], "X_test": X[:2], "extra": Y})
    assert len(val) == 4
    assert "not used: 'X_test', 'extra'" in train.notes


def test_keys_without_the_word_of_the_side():
    source = {"a_train": X, "b_train": Y, "a_val": X[:4], "b_val": Y[:4]}
    with pytest.raises(DataError, match="one side only"):
        read_pair(source)
    train, val = read_pair(source, x_key="a", y_key="b")
    assert (len(train), len(val), val.y.tolist()) == (6, 4, Y[:4].tolist())
    with pytest.raises(DataError, match="no key 'c_train'"):
        read_pair(source, x_key="a", y_key="c")


def test_two_sources_of_different_kinds(tmp_path):
    np.savez(tmp_path / "train.npz", X=X, y=Y)
    train, val = read_pair(tmp_path / "train.npz", (X[:4], Y[:4]))
    assert (train.name, train.source) == ("train", str(tmp_path / "train.npz"))
    assert (val.name, val.source) == ("val", "")
    train, val = read_pair(make_split(X, Y), {"windows": X[:4]}, x_key="windows")
    assert (train.name, val.name, len(val)) == ("train", "val", 4)


def test_each_side_gets_its_own_groups_and_time():
    train, val = read_pair((X, Y), (X[:4], Y[:4]), groups=(list("aabbcc"), list("dddd")), time=(range(6), None))
    assert train.group_names == ("a", "b", "c")
    assert val.group_names == ("d",)
    assert train.time is not None
    assert val.time is None


def test_given_groups_replace_those_of_one_side_only():
    train, val = read_pair({"X": X, "groups": Y}, {"X": X, "groups": Y}, groups=(list("aabbcc"), None))
    assert train.group_names == ("a", "b", "c")
    assert val.group_names == ("0", "1")


@pytest.mark.parametrize("option", ["groups", "time"])
@pytest.mark.parametrize("value", [Y, [Y], (Y, Y, Y), "ab", 3])
def test_what_is_no_pair_is_refused(option, value):
    with pytest.raises(ConfigError, match=f"{option} is not a pair"):
        read_pair((X, Y), (X, Y), **{option: value})


@pytest.mark.parametrize("names", [["sit", "walk"], ["7", "8"]])
@pytest.mark.parametrize("named", [0, 1])
def test_class_names_of_one_side_stand_for_both(names, named):
    sources = [{"X": X, "y": Y}, {"X": X, "y": Y}]
    sources[named]["class_names"] = names
    train, val = comparable(*read_pair(*sources))
    assert train.classes == val.classes == tuple(names)
    assert train.y.tolist() == val.y.tolist() == Y.tolist()
    assert "class_names are those of" in " ".join((train, val)[1 - named].notes)


def test_missing_file_of_either_side(tmp_path):
    np.savez(tmp_path / "a.npz", X=X)
    for pair in ((tmp_path / "a.npz", tmp_path / "b.npz"), (tmp_path / "b.npz", tmp_path / "a.npz")):
        with pytest.raises(DataError, match=r"b\.npz: there is no such file"):
            read_pair(*pair)
