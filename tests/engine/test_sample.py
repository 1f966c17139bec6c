import numpy as np
import pytest

from splitaudit.data.split import comparable, make_split
from splitaudit.engine.sample import LEAST_OF_GROUP, LEAST_STRETCHES, STRETCH, sampled


def side(n, **fields):
    return make_split(np.zeros((n, 4, 1), dtype=np.float32), **fields)


def all_of(*sides):
    return tuple(np.ones(len(each), dtype=bool) for each in sides)


def test_a_side_that_has_no_more_is_taken_whole():
    train, val = side(500), side(100)
    rows = sampled(train, val, (500, 100), all_of(train, val))
    assert [len(own) for own in rows] == [500, 100]


@pytest.mark.parametrize("share", [0.05, 0.3, 0.8])
def test_stretches_are_whole_and_even(share):
    train, val = side(20_000), side(10_000)
    ours, theirs = sampled(train, val, (int(20_000 * share), int(10_000 * share)), all_of(train, val))
    for rows, n in ((ours, 20_000), (theirs, 10_000)):
        assert len(rows) == pytest.approx(share * n, abs=2 * STRETCH)
        length = min(STRETCH, int(30_000 * share) // LEAST_STRETCHES)
        counts = np.bincount(rows // length, minlength=-(-n // length))
        assert set(counts[:-1].tolist()) <= {0, length}
        quarters = np.bincount(rows * 4 // n)
        assert quarters.max() - quarters.min() <= 2 * STRETCH


def test_every_group_keeps_windows():
    groups = np.repeat(np.arange(300), 50)
    train, val = comparable(side(15_000, groups=groups), side(640, groups=1000 + np.arange(640) // 64))
    ours, _ = sampled(train, val, (1000, 640), all_of(train, val))
    assert np.bincount(groups[ours], minlength=300).min() >= LEAST_OF_GROUP


def test_neighbours_in_time_stay_together_across_the_sides():
    time = np.random.default_rng(0).permutation(20_000).astype(float)
    train, val = comparable(side(16_000, time=time[:16_000]), side(4_000, time=time[16_000:]))
    ours, theirs = sampled(train, val, (1600, 400), all_of(train, val))
    kept = np.sort(np.concatenate([train.time[ours], val.time[theirs]]))
    together = (np.diff(kept) == 1).mean()
    assert together > 0.95  # windows that were neighbours still are


def test_windows_with_holes_are_never_chosen():
    train, val = side(5_000), side(1_000)
    whole = all_of(train, val)
    whole[0][::2] = False
    ours, _ = sampled(train, val, (1000, 1000), whole)
    assert (ours % 2 == 1).all()


def test_few_large_windows_still_come_from_everywhere():
    train, val = side(3_000), side(1_000)
    ours, theirs = sampled(train, val, (60, 30), all_of(train, val))
    assert len(ours) == pytest.approx(60, abs=4)
    assert len(np.unique(ours * 10 // 3_000)) == 10
    assert len(np.unique(theirs * 5 // 1_000)) == 5
