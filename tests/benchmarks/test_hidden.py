"""Sound splits by subject whose groups are left out."""

import numpy as np

from benchmarks.bench_hidden import errors, hidden


def test_hidden_subjects_give_no_errors_though_they_pass_ordinary_thresholds():
    ordinary, given = errors(0.5, 6).any(axis=2)
    assert ordinary.sum() >= 5
    assert given.sum() <= 1


def test_the_sides_say_nothing_of_their_subjects():
    train, val = hidden(np.random.default_rng(0), 0.3)
    assert train.groups is None
    assert val.groups is None
    assert set(np.unique(train.y)) <= {0, 1, 2}
