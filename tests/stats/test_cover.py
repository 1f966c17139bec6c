"""The fewest windows to leave out, against every choice there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from splitaudit.stats.cover import least_cover


def incidence(pairs):
    """Every pair as a leak of its own: windows and leaks of both sides."""
    ours, theirs = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    number = np.arange(len(ours))
    return np.stack([ours, number]), np.stack([theirs, number])


def covers(first, second, ours, theirs):
    """Whether every leak has lost all its windows of one side."""
    return all(
        set(first[0][first[1] == leak]) <= ours or set(second[0][second[1] == leak]) <= theirs
        for leak in np.intersect1d(first[1], second[1])
    )


def least(first, second, costs):
    """Lowest cost of all choices of windows."""
    a, b = np.unique(first[0]), np.unique(second[0])
    found = []
    for chosen in product((False, True), repeat=len(a) + len(b)):
        ours, theirs = set(a[list(chosen[: len(a)])]), set(b[list(chosen[len(a) :])])
        if covers(first, second, ours, theirs):
            found.append(costs[0] * len(ours) + costs[1] * len(theirs))
    return min(found)


def chosen(first, second, costs=(1, 1)):
    ours, theirs = least_cover(first, second, costs)
    return set(first[0][ours].tolist()), set(second[0][theirs].tolist())


@pytest.mark.parametrize("costs", [(1, 1), (1, 4), (7, 2), (1000, 1)])
@pytest.mark.parametrize("n_leaks", [3, 6])
def test_random_leaks_are_covered_at_the_least_cost(rng, costs, n_leaks):
    for _ in range(15):
        sides = [np.unique(np.stack([rng.integers(0, 5, 8), rng.integers(0, n_leaks, 8)]), axis=1) for _ in range(2)]
        ours, theirs = chosen(*sides, costs)
        assert covers(*sides, ours, theirs)
        assert costs[0] * len(ours) + costs[1] * len(theirs) == least(*sides, costs)


def test_a_window_has_one_answer_in_all_its_columns(rng):
    first, second = incidence(rng.integers(0, 6, (20, 2)))
    masks = least_cover(first, second, (1, 1))
    for side, mask in zip((first, second), masks, strict=True):
        for window in np.unique(side[0]):
            assert len(set(mask[side[0] == window].tolist())) == 1


def test_a_hub_is_left_out_instead_of_what_hangs_on_it():
    assert chosen(*incidence([(0, k) for k in range(9)])) == ({0}, set())
    assert chosen(*incidence([(k, 0) for k in range(9)])) == (set(), {0})


@pytest.mark.parametrize(("costs", "ours", "theirs"), [((1, 10), {0, 1, 2}, set()), ((10, 1), set(), {7})])
def test_the_cheaper_side_goes(costs, ours, theirs):
    assert chosen(*incidence([(0, 7), (1, 7), (2, 7)]), costs) == (ours, theirs)


def test_a_group_on_both_sides_loses_all_windows_of_one():
    first = np.array([[0, 1, 2, 3], [5, 5, 5, 6]])
    second = np.array([[10, 11], [5, 5]])
    assert chosen(first, second) == (set(), {10, 11})


@pytest.mark.parametrize("times", [2, 3, 4, 5])
def test_a_pair_that_is_given_several_times_counts_once(times):
    first, second = (np.repeat(side, times, axis=1) for side in incidence([(0, 0), (0, 1), (1, 1), (2, 1)]))
    assert chosen(first, second) == ({0}, {1})


def test_nothing_on_the_other_side_is_no_leak():
    first, second = np.array([[0, 1], [0, 1]]), np.zeros((2, 0), dtype=np.int64)
    assert chosen(first, second) == (set(), set())
