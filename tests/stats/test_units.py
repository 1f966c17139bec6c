"""Units, their exchange, and why windows must not be exchanged where subjects repeat."""

from math import comb

import numpy as np
import pytest

from splitaudit.stats.units import Scheme


def scheme(sizes_train, sizes_val, kind="group"):
    sizes = [*sizes_train, *sizes_val]
    return Scheme(kind, np.repeat(np.arange(len(sizes)), sizes), sum(sizes_train), "test")


def test_counts_and_floor():
    s = scheme([4, 2, 3, 1, 5], [2, 2, 2])
    assert (s.n_train_units, s.n_val_units, s.n_units) == (5, 3, 8)
    assert s.floor == pytest.approx(1 / 56)


def test_few_units_are_enumerated_and_the_observed_assignment_comes_first():
    s = scheme([1] * 5, [1] * 3)
    draws = s.draw(999, np.random.default_rng(0))
    assert len(draws) == comb(8, 3)
    assert len(np.unique(draws, axis=0)) == 56
    assert (draws[0] == s.origin).all()


def test_many_units_are_drawn_with_the_right_count():
    s = scheme([1] * 60, [1] * 30)
    draws = s.draw(200, np.random.default_rng(0))
    assert draws.shape == (200, 90)
    assert (draws.sum(axis=1) == 30).all()
    assert draws.mean(axis=0) == pytest.approx(np.full(90, 1 / 3), abs=0.2)


def test_unit_means_with_unsorted_units():
    s = Scheme("group", np.array([1, 0, 1, 2, 2]), 3, "test")
    values = np.array([[1.0], [10.0], [3.0], [5.0], [7.0]])
    assert s.unit_means(values)[:, 0].tolist() == [10.0, 2.0, 6.0]


def test_restriction_renumbers_units():
    s = scheme([2, 2], [2])
    part = s.restrict(np.array([False, False, True, True, True, False]))
    assert part.units.tolist() == [0, 0, 1]
    assert part.n_train == 2


def test_units_of_very_different_size_are_represented_by_as_many_windows():
    s = scheme([40, 41, 50, 60], [2, 3, 2])
    counts = np.bincount(s.units[s.counted])
    assert counts.tolist() == [2, 2, 2, 2, 2, 2, 2]
    assert scheme([40, 41], [39, 50]).counted.all()
    values = np.arange(len(s.units), dtype=float)[:, None]
    assert s.unit_means(values)[0, 0] == values[:40][s.counted[:40]].mean()
