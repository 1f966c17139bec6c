from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from splitaudit.data.clock import alternation
from splitaudit.data.split import comparable, make_split


def dealt(to_val, time=None, recording=None):
    """Windows of a recording, dealt to the sides as the mask says; their samples do not matter here."""
    to_val = np.asarray(to_val, dtype=bool)
    time = 32 * np.arange(len(to_val)) if time is None else np.asarray(time)
    recording = np.zeros(len(to_val), dtype=int) if recording is None else np.asarray(recording)
    X = np.zeros((len(to_val), 4, 1))
    return comparable(*(make_split(X[p], time=time[p], recording=recording[p]) for p in (~to_val, to_val)))


def test_one_cut_makes_two_runs_and_taking_turns_makes_as_many_as_windows():
    assert alternation(*dealt([0, 0, 0, 1, 1])).runs == 2
    assert alternation(*dealt([0, 0, 1, 1, 0, 0])).runs == 3
    assert alternation(*dealt([0, 1] * 10)).runs == 20


@pytest.mark.parametrize(("n", "m"), [(3, 1), (6, 2), (7, 3), (8, 4)])
def test_expected_is_the_mean_over_all_ways_to_deal(n, m):
    every = []
    for chosen in combinations(range(n), m):
        found = alternation(*dealt(np.isin(np.arange(n), chosen)))
        every.append(found.runs)
        assert found.expected == pytest.approx(1 + 2 * m * (n - m) / n)
    assert np.mean(every) == pytest.approx(found.expected)


def test_order_in_the_file_does_not_matter(rng):
    to_val = rng.random(60) < 0.4
    train, val = dealt(to_val, recording=np.arange(60) // 20)
    mixed = [side.take(rng.permutation(len(side))) for side in (train, val)]
    assert alternation(*mixed) == alternation(train, val)
    assert alternation(*mixed).runs == sum(
        1 + np.count_nonzero(np.diff(to_val[a : a + 20].astype(int))) for a in (0, 20, 40)
    )


def test_recordings_are_counted_each_for_itself():
    one, two = dealt([0, 1, 0, 1]), dealt([1, 1, 0, 0])
    both = dealt([0, 1, 0, 1, 1, 1, 0, 0], time=[0, 1, 2, 3, 0, 1, 2, 3], recording=np.repeat([0, 1], 4))
    parts, found = [alternation(*pair) for pair in (one, two)], alternation(*both)
    assert found.runs == sum(part.runs for part in parts) == 6
    assert found.expected == pytest.approx(sum(part.expected for part in parts))


def test_recordings_of_one_side_count_for_nothing_but_the_share_covered():
    recording = np.repeat([0, 1, 2], [6, 4, 5])
    found = alternation(*dealt([0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1], recording=recording))
    assert (found.runs, found.expected) == (6, pytest.approx(4.0))
    assert found.covered == pytest.approx(3 / 8)


def test_recordings_apart_give_no_turns():
    found = alternation(*dealt([0, 0, 0, 1, 1], recording=[0, 0, 0, 1, 1]))
    assert (found.runs, found.expected, found.covered) == (0, 0.0, 0.0)


def test_groups_are_clocks_where_there_are_no_recordings():
    train, val = dealt([0, 1, 0, 1, 0, 1])
    apart = [
        replace(side, recording=None, recording_names=(), groups=np.full(3, code), group_names=("a", "b"))
        for side, code in ((train, 0), (val, 1))
    ]
    together = [replace(side, groups=np.zeros(3, dtype=int)) for side in apart]
    assert alternation(*apart).covered == 0
    assert (alternation(*together).runs, alternation(*together).covered) == (6, 1.0)


def test_without_time_on_both_sides_nothing_is_known():
    train, val = dealt([0, 1, 0, 1])
    assert alternation(replace(train, time=None), val) is None
    assert alternation(train, replace(val, time=None)) is None
    assert alternation(train, val) is not None
