"""Arrays, pairs and mappings; the same data give the same split whatever holds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from splitaudit.data.split import Split, make_split
from splitaudit.errors import ConfigError, DataError
from splitaudit.readers.read import read

X = np.random.default_rng(0).normal(size=(6, 8, 3)).astype(np.float32)
Y = np.array([0, 1, 0, 1, 0, 1])


def same(first: Split, second: Split) -> bool:
    return (
        np.array_equal(first.X, second.X)
        and np.array_equal(first.y, second.y)
        and first.classes == second.classes
        and np.array_equal(first.groups, second.groups)
        and first.group_names == second.group_names
        and first.dtype == second.dtype
    )


@pytest.mark.parametrize(
    "source",
    [
        (X, Y),
        (X, Y.tolist()),
        (X, pd.Series(Y, index=range(10, 16))),
        (X, pd.Series(Y, dtype="Int64")),
        (X, np.eye(2, dtype=int)[Y]),
        {"X": X, "y": Y},
        {"x": X, "labels": Y, "groups": None},
    ],
)
def test_windows_and_labels(source):
    split = read(source, name="train")
    assert np.array_equal(split.X, X)
    assert split.y.tolist() == Y.tolist()
    assert (split.name, split.source) == ("train", "")


@pytest.mark.parametrize("source", [X, X.tolist(), list(X), (X, None), {"X": X}])
def test_windows_alone(source):
    split = read(source)
    assert np.allclose(split.X, X)
    assert split.y is None


def test_categories_and_strings_of_pandas():
    labels = pd.Series(list("bababa"))
    for given in (labels, labels.astype("category"), labels.astype("string"), labels.astype(object)):
        split = read((X, given))
        assert (split.label_kind, split.classes) == ("string", ("a", "b"))


def test_a_missing_label_of_pandas_is_told():
    for kind in ("Int64", "string", "category"):
        labels = pd.Series(["1", "0", None, "1", "0", "1"]).astype(kind)
        with pytest.raises(DataError, match=r"y is (missing|nan).* at row 2"):
            read((X, labels))


def test_same_as_from_a_file(tmp_path):
    groups = np.array(list("aabbcc"))
    np.savez(tmp_path / "train.npz", X=X, y=Y, groups=groups)
    from_file = read(tmp_path / "train.npz")
    assert same(from_file, read({"X": X, "y": Y, "groups": groups}))
    assert same(from_file, read((X, Y), groups=groups))
    assert same(from_file, make_split(X, Y, groups=groups))


def test_a_split_is_itself_with_the_name_of_its_side():
    bare = make_split(X, Y)
    assert read(bare, name="val").name == "val"
    named = make_split(X, Y, name="mine")
    assert read(named, name="val") is named
    assert read(named, layout="nct") is named
    with pytest.raises(ConfigError, match="val is a Split already, expected groups"):
        read(named, name="val", groups=Y)


def test_keys_of_a_mapping_need_not_be_strings():
    assert read({"X": X, 5: "five", "y": Y}).notes == ("not used: '5'",)


def test_control_characters_are_data():
    split = read({"X": X, "y": np.array(["\x1b[31m", "b"] * 3), "channel_names": ["a\nb", "ü", ""]})
    assert split.classes == ("\x1b[31m", "b")
    assert split.channels == ("a\nb", "ü", "")
