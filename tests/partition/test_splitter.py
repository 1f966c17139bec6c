"""The splitter where scikit-learn expects one."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import splitaudit
from splitaudit.errors import DataError
from tests.partition.data import in_common, subjects, tones


def spectrum(X):
    return np.abs(np.fft.rfft(X, axis=1)).reshape(len(X), -1)


def model():
    return make_pipeline(FunctionTransformer(spectrum), NearestCentroid())


@pytest.fixture
def data(rng):
    return subjects(rng, 6, 15)


def test_cross_val_score_takes_it_with_groups(data):
    X, y, groups = data
    scores = cross_val_score(model(), X, y, groups=groups, cv=splitaudit.split(folds=3))
    assert scores.shape == (3,)
    assert (scores > 0.7).all()


def test_cross_validate_keeps_groups_whole(data):
    X, y, groups = data
    found = cross_validate(model(), X, y, groups=groups, cv=splitaudit.split(folds=3), return_indices=True)
    sides = list(zip(found["indices"]["train"], found["indices"]["test"], strict=True))
    assert len(sides) == 3
    for train, val in sides:
        assert len(np.intersect1d(groups[train], groups[val])) == 0
    assert np.sort(np.concatenate([val for _, val in sides])).tolist() == list(range(90))


def test_a_grid_search_takes_it_with_groups(data):
    X, y, groups = data
    grid = {"nearestcentroid__shrink_threshold": [None, 0.1]}
    found = GridSearchCV(model(), grid, cv=splitaudit.split(folds=3)).fit(X, y, groups=groups)
    assert found.n_splits_ == 3
    assert found.best_score_ > 0.7


def test_one_split_into_train_and_val_is_one_fold(data):
    X, y, groups = data
    splitter = splitaudit.split(val=0.3)
    assert splitter.get_n_splits(X, y, groups) == 1
    ((train, val),) = splitter.split(X, y, groups)
    assert len(np.intersect1d(groups[train], groups[val])) == 0
    assert cross_val_score(model(), X, y, groups=groups, cv=splitter).shape == (1,)


def test_a_partition_is_a_splitter_too(data):
    X, y, groups = data
    found = splitaudit.split((X, y), groups=groups, folds=3, audit=False)
    assert found.get_n_splits() == 3
    assert in_common(found, groups) == 0
    features = spectrum(X)  # the windows were split, the model sees features
    for table in (X, features):
        learner = model() if table is X else NearestCentroid()
        assert cross_val_score(learner, table, y, cv=found).shape == (3,)
    assert GridSearchCV(NearestCentroid(), {"shrink_threshold": [None, 0.1]}, cv=found).fit(features, y).n_splits_ == 3


def test_a_table_of_features_is_split_with_its_groups(data):
    X, y, groups = data
    for train, val in splitaudit.split(folds=3).split(spectrum(X), y, groups):
        assert len(np.intersect1d(groups[train], groups[val])) == 0


def test_names_as_labels_and_groups(data):
    X, y, groups = data
    names = np.array([f"s{g}" for g in groups])
    for train, val in splitaudit.split(folds=2).split(X, np.where(y == 1, "walk", "sit"), names):
        assert len(np.intersect1d(names[train], names[val])) == 0


def test_it_gives_the_same_folds_as_splitting_at_once(data):
    X, y, groups = data
    at_once = splitaudit.split((X, y), groups=groups, folds=3, audit=False, random_state=5)
    for ours, theirs in zip(
        splitaudit.split(folds=3, random_state=5).split(X, y, groups), at_once.split(), strict=True
    ):
        assert np.array_equal(ours[0], theirs[0])
        assert np.array_equal(ours[1], theirs[1])


def test_too_few_groups_are_refused(data):
    X, y, groups = data
    with pytest.raises(DataError, match="X: 9 folds cannot be had, there are 6 groups; 6 folds can"):
        list(splitaudit.split(folds=9, by="groups").split(X, y, groups))


def test_without_labels_and_groups(rng):
    X, _ = tones(rng, 60)
    assert [len(val) for _, val in splitaudit.split(folds=3).split(X)] == [20, 20, 20]


def test_it_says_what_it_is():
    assert repr(splitaudit.split(folds=4, by="groups")) == "<Splitter into 4 folds by groups>"
    assert repr(splitaudit.split(test=0.1)) == "<Splitter into train, val and test by auto>"
