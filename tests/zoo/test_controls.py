"""The controls look frightening, but both sides are drawn under the same conditions."""

from functools import cache

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.models.probe import fit_predict
from splitaudit.stats.shift import shift_test
from splitaudit.zoo import cases


def make(name: str, seed: int = 0):
    return cases.make_case(f"healthy/{name}", seed)


@cache
def prepared(name: str):
    """Profiles of both sides, and the run's context."""
    planted = make(name)
    return prepare(planted.train, planted.val, Settings())


@pytest.mark.parametrize("name", cases.HEALTHY)
def test_nothing_is_wrong_and_both_sides_were_made_alike(name):
    planted = make(name)
    train, val = planted.train, planted.val
    assert planted.truth.rules == ()
    assert planted.truth.flaw == name
    assert (train.dtype, train.channels, train.classes) == (val.dtype, val.channels, val.classes)
    assert (train.groups is None, train.time is None) == (val.groups is None, val.time is None)
    ours, theirs, context = prepared(name)
    if train.groups is not None:
        assert not set(ours.groups) & set(theirs.groups)
    moving = theirs.split.X.std(axis=1).max(axis=1) > 0
    assert not set(ours.digests) & set(theirs.digests[moving])
    features = np.concatenate([ours.features, theirs.features])
    assert shift_test(features, context.scheme).pvalue > 1e-3


@pytest.mark.parametrize("name", cases.HEALTHY)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(name):
    first, again, other = make(name, 0), make(name, 0), make(name, 1)
    assert first.train.X.tobytes() == again.train.X.tobytes()
    assert first.val.X.tobytes() == again.val.X.tobytes()
    assert first.val.X.tobytes() != other.val.X.tobytes()


@pytest.mark.parametrize("name", [n for n in cases.HEALTHY if n not in ("without_labels", "forty_windows")])
def test_strangers_are_recognised_far_better_than_by_guessing(name):
    ours, theirs, _ = prepared(name)
    n_classes = len(ours.split.classes)
    out = fit_predict(ours.features, ours.y, theirs.features, n_classes=n_classes, rng=np.random.default_rng(0))
    hit = out.argmax(axis=1) == theirs.y
    present = np.unique(theirs.y)
    balanced = np.mean([hit[theirs.y == k].mean() for k in present])
    assert balanced > 1 / len(present) + 0.2


def test_forty_windows_are_forty():
    planted = make("forty_windows")
    assert len(planted.train) + len(planted.val) == 40


def test_imbalanced_classes_are_imbalanced_alike():
    planted = make("imbalanced_classes")
    for side in (planted.train, planted.val):
        share = np.bincount(side.y, minlength=3) / len(side)
        assert 0.85 < share[0] < 0.95
        assert 0.0 < share[2] < 0.06


def test_the_recording_is_cut_with_a_gap_longer_than_a_window():
    planted = make("ar_recording")
    assert planted.val.time.min() - planted.train.time.max() > 4 * planted.train.n_timesteps


def test_subjects_of_the_strong_control_are_far_apart():
    train = make("strong_subjects_12v6").train
    sd = train.X.std(axis=(0, 1))
    levels = np.stack([train.X[train.groups == g].mean(axis=(0, 1)) for g in np.unique(train.groups)])
    assert (levels.std(axis=0) > 0.3 * sd).all()
