"""Datasets of Hugging Face, with the real library."""

from __future__ import annotations

import re

import numpy as np
import pytest

from splitaudit.errors import DataError
from splitaudit.readers.read import read, read_pair

datasets = pytest.importorskip("datasets", reason="datasets is not installed")

X = np.random.default_rng(0).normal(size=(20, 8, 3))
LABELS = np.arange(20) % 2
SUBJECTS = [f"s{i // 5}" for i in range(20)]


@pytest.fixture(scope="module")
def walks():
    features = datasets.Features(
        {
            "X": datasets.Array2D((8, 3), "float64"),
            "label": datasets.ClassLabel(names=["rest", "walk"]),
            "subject": datasets.Value("string"),
            "start": datasets.Value("int64"),
            "text": datasets.Value("string"),
        }
    )
    columns = {"X": X, "label": LABELS, "subject": SUBJECTS, "start": np.arange(20) * 4, "text": ["k"] * 20}
    return datasets.Dataset.from_dict(columns, features=features)


def test_array_features_labels_groups_and_time(walks):
    split = read(walks)
    assert split.X.dtype == np.float64
    assert np.array_equal(split.X, X)
    assert split.classes == ("rest", "walk")
    assert split.y.tolist() == LABELS.tolist()
    assert [split.group_names[k] for k in split.groups] == SUBJECTS
    assert split.time.tolist() == list(range(0, 80, 4))
    assert "not used: 'text'" in split.notes


def test_list_features_of_two_and_three_levels():
    split = read(datasets.Dataset.from_dict({"x": X.tolist(), "y": ["u"] * 20}))
    assert np.array_equal(split.X, X)
    one = read(datasets.Dataset.from_dict({"X": X[:, :, 0].tolist()}))
    assert np.array_equal(one.X, X[:, :, :1])


def test_selected_shuffled_and_joined_rows(walks):
    assert np.array_equal(read(walks.select([3, 1, 2])).X, X[[3, 1, 2]])
    assert sorted(read(walks.shuffle(seed=1)).time) == list(range(0, 80, 4))
    assert np.array_equal(read(datasets.concatenate_datasets([walks, walks])).X, np.concatenate([X, X]))


def test_what_is_stored_is_read_whatever_the_format(walks):
    changed = walks.with_transform(lambda batch: {"X": [0 for _ in batch["X"]]})
    assert np.array_equal(read(changed).X, X)
    assert np.array_equal(read(walks.with_format("numpy")).X, X)


def test_keys_by_name():
    data = datasets.Dataset.from_dict({"acc": X.tolist(), "activity": LABELS, "label": LABELS[::-1]})
    split = read(data, x_key="acc", y_key="activity")
    assert split.y.tolist() == LABELS.tolist()


def test_a_dictionary_holds_both_sides(walks):
    both = datasets.DatasetDict(train=walks, test=walks, validation=walks.select(range(5)))
    train, val = read_pair(both)
    assert (len(train), len(val)) == (20, 5)
    assert "not used: 'test'" in train.notes
    assert "val is 'validation'" in val.notes
    assert len(read(both["test"])) == 20


def test_a_loader_over_a_dataset(walks):
    data = pytest.importorskip("torch.utils.data", reason="torch is not installed")
    whole = data.DataLoader(walks.with_format("torch"), batch_size=4, shuffle=True)
    assert np.array_equal(read(whole).X, X)
    part = data.DataLoader(walks, sampler=data.SubsetRandomSampler([4, 2]))
    assert np.array_equal(read(part).X, X[[2, 4]])


def test_what_cannot_be_read(walks):
    ragged = datasets.Dataset.from_dict({"X": [[1.0, 2.0], [1.0]], "y": [0, 1]})
    for data, words in (
        (walks.to_iterable_dataset(), "cannot be read more than once"),
        (datasets.DatasetDict(train=walks), "expected one of them, such as data['train']"),
        (walks.select([]), "the dataset has no rows"),
        (ragged, "column 'X' holds lists of different lengths"),
        (walks.remove_columns("X"), "there is no key 'X'"),
        (datasets.Dataset.from_dict({"X": [["p"], ["q"]]}), "expected real numbers"),
    ):
        with pytest.raises(DataError, match=re.escape(words)) as caught:
            read(data, name="train")
        assert str(caught.value).startswith("train: ")
    for one, words in ((walks, "got one Dataset"), (datasets.DatasetDict(train=walks), "expected 'train' and")):
        with pytest.raises(DataError, match=words):
            read_pair(one)


def test_a_label_that_is_missing(walks):
    columns = {**walks.to_dict(), "label": [-1, *LABELS[1:].tolist()]}
    split = read(datasets.Dataset.from_dict(columns, features=walks.features))
    assert split.classes == ("-1", "0", "1")  # which names cannot stand for
    assert split.classes[split.y[0]] == "-1"
    assert "class_names is not used: label runs from -1 to 1, the names from 0 to 1" in split.notes
