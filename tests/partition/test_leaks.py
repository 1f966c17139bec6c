"""What windows of two parts know of each other, and which to leave out."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.audit import Settings
from splitaudit.data.split import make_split
from splitaudit.partition.known import study
from splitaudit.partition.leaks import NONE, found_between, shared_samples, to_leave_out
from tests.partition.data import T, noisy, recording, tones

TRAIN, VAL = np.arange(0, 80), np.arange(80, 120)


def pairs_of(X, y=None):
    train, val = found_between(make_split(X, y), TRAIN, VAL, Settings())
    return set(zip(train.tolist(), val.tolist(), strict=True))


def out(train, val, pairs, shared=()):
    pairs = tuple(np.array(pairs, dtype=np.int64).reshape(-1, 2).T)
    return to_leave_out(np.array(train), np.array(val), pairs, [np.array(codes) for codes in shared]).tolist()


def test_healthy_parts_know_nothing_of_each_other(rng):
    assert pairs_of(*tones(rng, 120)) == set()


def test_a_copy_and_a_near_copy_are_pairs_of_row_numbers(rng):
    X, y = tones(rng, 120, t=32)
    X[90], X[95] = X[10], noisy(rng, X[[20]])[0]
    assert pairs_of(X, y) == {(10, 90), (20, 95)}


def test_shared_samples_are_pairs_of_row_numbers(rng):
    X, y = tones(rng, 120, t=32)
    X[100, :20] = X[30, -20:]
    assert pairs_of(X, y) == {(30, 100)}


@pytest.mark.parametrize("stride", [3, 4, 8, 15])
def test_all_pairs_that_share_samples_are_found_in_a_shuffled_recording(rng, stride):
    X, y, start = recording(rng, 80, stride=stride)
    place = rng.permutation(80)
    first, second = shared_samples(study(make_split(X[place], y[place])))
    apart = np.abs(start[place][:, None] - start[place])
    wanted = {frozenset(pair) for pair in np.argwhere((apart < T) & (apart > 0)).tolist()}
    assert {frozenset(pair) for pair in zip(first.tolist(), second.tolist(), strict=True)} == wanted


def test_independent_windows_share_no_samples(rng):
    assert all(len(rows) == 0 for rows in shared_samples(study(make_split(*tones(rng, 60)))))


def test_a_hub_is_left_out_and_not_what_hangs_on_it():
    assert out(range(5), range(5, 10), [(0, v) for v in range(5, 10)]) == [0]
    assert out(range(5), range(5, 10), [(t, 7) for t in range(5)]) == [7]


def test_pairs_count_in_either_order_and_inside_a_part_not_at_all():
    assert out(range(5), range(5, 10), [(7, 0), (0, 8), (1, 2), (5, 6)]) == [0]
    assert out(range(5), range(5, 10), [(1, 2), (5, 6)]) == []
    assert to_leave_out(TRAIN, VAL, NONE).tolist() == []


def test_the_least_share_of_the_two_parts_is_left_out():
    train, val = range(40), range(40, 50)  # a window of val is as much as four of train
    assert out(train, val, [(t, 40) for t in range(3)]) == [0, 1, 2]
    assert out(train, val, [(t, 40) for t in range(5)]) == [40]


def test_what_is_shared_is_left_on_one_side_only():
    codes = np.zeros(10, dtype=np.int64)
    codes[:5], codes[5:] = [0, 1, 1, 2, 3], [1, 4, 4, 5, 6]
    assert out(range(5), range(5, 10), [], [codes]) == [5]


def test_several_kinds_of_what_is_shared_do_not_mix():
    contents = [0, 1, 2, 3, 4, 5]
    groups = [5, 5, 6, 7, 8, 9]  # the same numbers as contents of other windows
    assert out([0, 1, 2], [3, 4, 5], [(2, 3)], [contents, groups]) in ([2], [3])
