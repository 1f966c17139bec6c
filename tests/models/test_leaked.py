from dataclasses import replace

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.models.leaked import FEW, Worth, worth
from splitaudit.models.outcomes import val_probabilities
from tests.support import iid_split


def with_copies(seed=0, n_leaked=40):
    """A split whose labels cannot be learnt, with copies of train windows and their labels in val."""
    rng = np.random.default_rng(seed)
    train, val = iid_split(seed, t=32)
    train = replace(train, y=rng.integers(0, 3, len(train)))
    X, y = val.X.copy(), rng.integers(0, 3, len(val))
    rows, sources = rng.permutation(len(val))[:n_leaked], rng.permutation(len(train))[:n_leaked]
    X[rows], y[rows] = train.X[sources], train.y[sources]
    return prepare(train, replace(val.with_X(X), y=y), Settings()), np.sort(rows)


def test_copies_are_learnt_by_heart_and_the_rest_is_not():
    audited, leaked = with_copies()
    found = worth(*audited, leaked)
    assert found.accuracy_leaked > 0.8
    assert found.accuracy_without < 0.5
    assert found.accuracy_without < found.accuracy < found.accuracy_leaked


def test_the_whole_is_the_sum_of_its_parts():
    (ours, theirs, context), leaked = with_copies(1)
    found = worth(ours, theirs, context, leaked)
    parts = 40 * found.accuracy_leaked + 110 * found.accuracy_without
    assert found.accuracy == pytest.approx(parts / 150)
    right = val_probabilities(ours, theirs, context).argmax(axis=1) == theirs.y
    assert found.accuracy_leaked == pytest.approx(right[leaked].mean())


def test_leaked_windows_may_come_in_any_order_and_twice():
    audited, leaked = with_copies(2)
    assert worth(*audited, np.r_[leaked[::-1], leaked[:5]]) == worth(*audited, leaked)


def test_windows_that_are_like_the_others_are_worth_the_same():
    ours, theirs, context = prepare(*iid_split(3, t=32), Settings())
    found = worth(ours, theirs, context, np.arange(0, 150, 2))
    assert abs(found.accuracy_leaked - found.accuracy_without) < 0.15


def test_where_all_are_leaked_nothing_is_left_without():
    audited, _ = with_copies(4)
    found = worth(*audited, np.arange(150))
    assert found.accuracy_without is None
    assert found.accuracy_leaked == found.accuracy
    assert found.sentence == f"; the probe gets {found.accuracy:.0%} of them right"


def test_few_windows_or_no_labels_are_worth_no_number():
    audited, leaked = with_copies(5)
    assert worth(*audited, leaked[: FEW - 1]) is None
    assert worth(*audited, leaked[:FEW]) is not None
    for bare in (0, 1):
        sides = [
            replace(side, y=None, classes=(), label_kind="none") if k == bare else side
            for k, side in enumerate(iid_split(5, t=32))
        ]
        assert worth(*prepare(*sides, Settings()), np.arange(50)) is None


def test_words_and_numbers():
    found = Worth(accuracy=0.5, accuracy_leaked=0.914, accuracy_without=0.25)
    assert found.sentence == "; the probe gets 91% of them right and 25% of the others"
    assert found.details() == {"accuracy": 0.5, "accuracy_leaked": 0.914, "accuracy_without": 0.25}
