"""Archives: documented keys, other names with a note, and never a silent guess."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from splitaudit.errors import DataError
from splitaudit.readers.read import read

N, T, C = 6, 8, 3
X = np.random.default_rng(0).normal(size=(N, T, C)).astype(np.float32)
Y = np.array([0, 1, 0, 1, 0, 1])


def saved(path, **arrays):
    np.savez(path / "train.npz", **arrays)
    return path / "train.npz"


def test_documented_keys_without_a_note(tmp_path):
    path = saved(
        tmp_path,
        X=X,
        y=Y,
        groups=Y + 5,
        time=np.arange(N) * T,
        recording=Y,
        channel_names=["ax", "ay", "az"],
        class_names=["sit", "walk"],
    )
    split = read(path, name="train")
    assert np.array_equal(split.X, X)
    assert split.classes == ("sit", "walk")
    assert split.group_names == ("5", "6")
    assert split.time.tolist() == [0, 8, 16, 24, 32, 40]
    assert split.recording.tolist() == Y.tolist()
    assert split.channels == ("ax", "ay", "az")
    assert (split.name, split.source, split.notes) == ("train", str(path), ())


def test_windows_alone(tmp_path):
    split = read(saved(tmp_path, X=X))
    assert (split.y, split.groups, split.time, split.recording) == (None, None, None, None)


@pytest.mark.parametrize("key", ["x", "data", "windows", "Windows", "sequences"])
def test_other_names_of_x(tmp_path, key):
    split = read(saved(tmp_path, **{key: X}))
    assert np.array_equal(split.X, X)
    assert any(repr(key) in note for note in split.notes) == (key.lower() != "x")


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("labels", "y"),
        ("target", "y"),
        ("Y", "y"),
        ("subject", "groups"),
        ("start", "time"),
        ("recordings", "recording"),
    ],
)
def test_other_names_of_what_windows_have(tmp_path, key, field):
    split = read(saved(tmp_path, X=X, **{key: Y}))
    assert getattr(split, field) is not None
    assert split.notes == (() if key == "Y" else (f"{field} is read from {key!r}",))


def test_names_under_other_names(tmp_path):
    split = read(saved(tmp_path, X=X, y=Y, channels=["a", "b", "c"], target_names=["no", "yes"]))
    assert split.channels == ("a", "b", "c")
    assert split.classes == ("no", "yes")


def test_the_documented_key_wins_and_the_rest_is_noted(tmp_path):
    split = read(saved(tmp_path, X=X, data=-X, y=Y, labels=1 - Y, rate=50.0))
    assert np.array_equal(split.X, X)
    assert split.y.tolist() == Y.tolist()
    assert split.notes == ("not used: 'data', 'labels', 'rate'",)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"data": X, "windows": X}, ["'data' and 'windows' could be X", "--x-key"]),
        ({"X": X, "label": Y, "target": Y}, ["'label' and 'target' could be y", "--y-key"]),
        ({"X": X, "subject": Y, "group": Y}, ["could be groups", "rename one to 'groups'"]),
    ],
)
def test_what_is_ambiguous_is_refused(tmp_path, more, words):
    with pytest.raises(DataError) as caught:
        read(saved(tmp_path, **more))
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    "more",
    [{"data": X[:, :, 0]}, {"subject": Y[:2]}, {"channels": np.array(3)}, {"classes": Y}, {"start": np.zeros(T)}],
)
def test_other_names_of_another_shape_are_something_else(tmp_path, more):
    key = next(iter(more))
    split = read(saved(tmp_path, X=X, y=Y, **more))
    assert split.notes == (f"not used: {key!r}",)
    assert (split.groups, split.time, split.channels, split.classes) == (None, None, (), ("0", "1"))


def test_the_only_array_of_three_dimensions_is_named_not_taken(tmp_path):
    path = saved(tmp_path, signals=X, labels=Y)
    with pytest.raises(DataError) as caught:
        read(path)
    text = str(caught.value)
    assert "there is no key 'X', use x_key='signals' (--x-key signals)" in text
    assert "'signals' (6, 8, 3) float32" in text
    assert "'labels' (6,) int64" in text
    assert np.array_equal(read(path, x_key="signals").X, X)


def test_several_arrays_of_three_dimensions(tmp_path):
    with pytest.raises(DataError, match=r"use x_key='NAME' \(--x-key NAME\)"):
        read(saved(tmp_path, first=X, second=X))
    with pytest.raises(DataError, match="holds no arrays"):
        read(saved(tmp_path))


def test_many_keys_are_not_all_listed(tmp_path):
    with pytest.raises(DataError) as caught:
        read(saved(tmp_path, **{f"k{i}": Y for i in range(40)}))
    assert "and 28 more" in str(caught.value)
    assert len(str(caught.value)) < 600


def test_chosen_keys(tmp_path):
    split = read(saved(tmp_path, a=X, b=Y, X=-X, y=1 - Y), x_key="a", y_key="b")
    assert np.array_equal(split.X, X)
    assert split.y.tolist() == Y.tolist()
    assert "not used: 'X', 'y'" in split.notes


@pytest.mark.parametrize("option", ["x_key", "y_key"])
def test_a_key_that_is_not_there(tmp_path, option):
    with pytest.raises(DataError, match=r"no key 'label', did you mean 'labels'.*its keys are"):
        read(saved(tmp_path, X=X, labels=Y), **{option: "label"})


@pytest.mark.parametrize("word", ["train", "val", "valid", "validation", "test"])
@pytest.mark.parametrize("form", ["{}_{}", "{1}_{0}"])
def test_a_file_of_one_side_with_its_word_in_every_key(tmp_path, word, form):
    path = saved(tmp_path, **{form.format(key, word): value for key, value in {"X": X, "y": Y, "groups": Y}.items()})
    split = read(path)
    assert np.array_equal(split.X, X)
    assert split.y is not None
    assert split.groups is not None
    assert f"X is read from {form.format('X', word)!r}" in split.notes


def test_companions_of_a_chosen_key_carry_the_same_word(tmp_path):
    path = saved(tmp_path, X_train=X, y_train=Y, X_val=X[:4], y_val=Y[:4], class_names=["a", "b"])
    split = read(path, x_key="X_val")
    assert split.y.tolist() == Y[:4].tolist()
    assert split.classes == ("a", "b")


def test_both_sides_in_one_file_are_not_read_as_one(tmp_path):
    with pytest.raises(DataError, match="holds both sides"):
        read(saved(tmp_path, X_train=X, X_val=X))


def test_what_the_caller_brings_replaces_what_the_file_holds(tmp_path):
    path = saved(tmp_path, X=X, groups=Y[:2], subject=Y, group=Y)
    split = read(path, groups=[1, 1, 2, 2, 3, 3], time=range(6), recording=Y, channel_names=["a", "b", "c"])
    assert split.group_names == ("1", "2", "3")
    assert split.time.tolist() == list(range(6))


NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_round_trip(tmp_path, data):
    n, t, c = (data.draw(st.integers(1, 5)) for _ in range(3))
    dtype = data.draw(st.sampled_from(["f4", ">f8", "i2", "u1", "f2", "?"]))
    windows = (np.random.default_rng(n * 100 + t * 10 + c).normal(size=(n, t, c)) * 9).astype(dtype)
    labels = data.draw(
        st.one_of(st.lists(NAMES, min_size=n, max_size=n), st.lists(st.integers(-9, 9), min_size=n, max_size=n))
    )
    groups = data.draw(st.lists(NAMES, min_size=n, max_size=n))
    channels = data.draw(st.lists(NAMES, min_size=c, max_size=c))
    save = data.draw(st.sampled_from([np.savez, np.savez_compressed]))
    save(
        tmp_path / "train.npz", X=windows, y=np.array(labels), groups=np.array(groups), channel_names=np.array(channels)
    )
    split = read(tmp_path / "train.npz")
    assert np.array_equal(split.X, windows)
    assert [split.classes[k] for k in split.y] == [str(label) for label in labels]
    assert [split.group_names[k] for k in split.groups] == groups
    assert split.channels == tuple(channels)


def test_only_what_is_used_is_loaded(tmp_path, monkeypatch):
    from splitaudit.readers import npz

    loaded = []
    load = npz.load
    monkeypatch.setattr(
        npz, "load", lambda stream, header, at, key: loaded.append(key) or load(stream, header, at, key)
    )
    read(saved(tmp_path, X=X, y=Y, big=np.zeros((100, 100))))
    assert loaded == ["X", "y"]
