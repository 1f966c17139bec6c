"""How a split stands."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.audit import Settings
from splitaudit.data.split import make_split
from splitaudit.partition.standing import LEAKS, standing
from tests.partition.data import subjects, tones


def stood(split, train, val):
    features = split.X.mean(axis=1, dtype=float)
    return standing("as drawn", split, (train, val), features, Settings())


def test_a_sound_split_leaks_in_no_way(rng):
    X, y, groups = subjects(rng)
    rows = np.arange(200)
    found = stood(make_split(X, y, groups=groups), rows[:140], rows[140:])
    assert list(found.leaked) == list(LEAKS.values())
    assert found.n_leaking == 0
    assert not {"SA301", "SA302", "SA303", "SA304"} & {*found.errors}
    shares = [y[:140].mean(), y[140:].mean()]
    assert found.class_error == pytest.approx(abs(shares[0] - shares[1]))
    means = X.mean(axis=1, dtype=float)
    apart = np.abs(means[:140].mean(axis=0) - means[140:].mean(axis=0)) / means.std(axis=0)
    assert found.shift == pytest.approx(apart.max())


def test_copies_and_groups_are_counted_by_their_share_of_val(rng):
    X, y, groups = subjects(rng)
    X[140:146] = X[:6]
    groups[140:160] = 3
    rows = np.arange(200)
    found = stood(make_split(X, y, groups=groups), rows[:140], rows[140:])
    assert found.leaked["copies"] == pytest.approx(6 / 60)
    assert found.leaked["known groups"] == pytest.approx(20 / 60)
    assert found.n_leaking >= 2
    assert found.verdict


@pytest.mark.parametrize("y", [None, "one"])
def test_without_two_classes_there_is_no_accuracy(rng, y):
    X, _ = tones(rng, 90)
    split = make_split(X, None if y is None else np.zeros(90, dtype=int))
    found = stood(split, np.arange(60), np.arange(60, 90))
    assert np.isnan([found.accuracy, found.low, found.high]).all()
    assert np.isnan(found.class_error) == (y is None)
