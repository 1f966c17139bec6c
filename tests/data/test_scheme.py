from dataclasses import replace

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.data.scheme import find_scheme, sorted_by_class
from splitaudit.data.split import make_split
from tests.support import ar_recording, ar_windows, iid_split, sliding


def scheme_of(train, val):
    ours, theirs, _ = prepare(train, val, Settings())
    found = find_scheme(ours, theirs)
    assert (len(found.units), found.n_train) == (len(train) + len(val), len(train))
    assert np.array_equal(np.unique(found.units), np.arange(found.n_units))
    assert not set(found.units[: len(train)]) & set(found.units[len(train) :])
    return found


def same_parts(units, expected):
    pairs = np.unique(np.stack([units, expected]), axis=1)
    return pairs.shape[1] == len(np.unique(units)) == len(np.unique(expected))


def several(rng, count, n, *, stride=64, phi=0.5):
    """Windows of several recordings that have nothing in common, and the recording of each."""
    parts = [sliding(ar_recording(rng, n, phi=phi), 64, stride) for _ in range(count)]
    return np.concatenate(parts), np.repeat(np.arange(count), len(parts[0]))


@pytest.mark.parametrize(("train", "val"), [("aabbccddee", "eeffgghh"), ("aaaa", "bbbbb"), ("abcabc", "ddeeff")])
def test_groups_however_few_are_units_of_their_own_on_each_side(rng, train, val):
    found = scheme_of(*(make_split(ar_windows(rng, len(side)), groups=list(side)) for side in (train, val)))
    assert (found.kind, found.how) == ("group", "groups given")
    assert same_parts(found.units, [ord(name) for name in train + val.upper()])


def test_groups_that_are_mostly_on_both_sides_are_no_units(rng):
    sides = [make_split(ar_windows(rng, n), groups=np.arange(n) % 8) for n in (80, 40)]
    assert scheme_of(*sides).kind == "window"


def test_windows_dealt_at_random_in_time_are_the_units_however_dependent(rng):
    X, time = sliding(ar_recording(rng, 10_000, phi=0.99), 64, 32), 32 * np.arange(311)
    to_val = rng.random(311) < 0.3
    found = scheme_of(make_split(X[~to_val], time=time[~to_val]), make_split(X[to_val], time=time[to_val]))
    assert (found.kind, found.how) == ("window", "the sides are interleaved at random in time")
    cut = scheme_of(make_split(X[:200], time=time[:200]), make_split(X[200:], time=time[200:]))
    assert cut.kind == "block"


def test_given_recordings_are_the_units(rng):
    (ours, first), (theirs, second) = several(rng, 4, 900), several(rng, 3, 900)
    found = scheme_of(make_split(ours, recording=first), make_split(theirs, recording=second + 4))
    assert (found.kind, found.how, found.n_train_units, found.n_val_units) == ("recording", "recordings given", 4, 3)
    assert same_parts(found.units, np.r_[first, second + 4])


def test_pieces_of_one_drifting_recording_are_no_units(rng):
    X = sliding(ar_recording(rng, 64 * 600, phi=0.9999), 64, 64)
    pieces = np.arange(600) // 10
    found = scheme_of(make_split(X[:400], recording=pieces[:400]), make_split(X[400:], recording=pieces[400:]))
    assert found.kind == "block"


def test_recordings_are_rebuilt_from_windows_that_overlap(rng):
    (ours, first), (theirs, second) = several(rng, 9, 600, stride=16), several(rng, 7, 600, stride=16)
    found = scheme_of(make_split(ours), make_split(theirs))
    assert found.kind == "recording"
    assert "stride 16 of 64 samples" in found.how
    assert same_parts(found.units, np.r_[first, second + 9])
    few = scheme_of(make_split(ours[first < 4]), make_split(theirs[second < 4]))
    assert few.kind == "block"


@pytest.mark.parametrize(("n_train", "n_val"), [(12_000, 6000), (3000, 1000), (900, 700)])
def test_a_dependent_recording_is_cut_into_at_least_four_blocks_a_side(rng, n_train, n_val):
    sides = [sliding(ar_recording(rng, n, phi=0.99), 64, 32) for n in (n_train, n_val)]
    found = scheme_of(*map(make_split, sides))
    assert found.kind == "block"
    assert min(found.n_train_units, found.n_val_units) >= 4
    assert set(np.diff(found.units)) == {0, 1}
    assert max(np.ptp(found.sizes[found.origin == side]) for side in (False, True)) <= 1
    assert found.sizes.min() >= 2  # windows that share samples are never alone


def test_blocks_are_never_shorter_than_what_shares_samples(rng):
    found = scheme_of(*(make_split(sliding(ar_recording(rng, n), 64, 8)) for n in (3000, 220)))
    assert found.kind == "block"
    assert found.sizes.min() >= 8


def test_blocks_follow_time_whatever_the_order_of_the_file(rng):
    sides, order = [], [rng.permutation(300), rng.permutation(200)]
    for start, rows in zip((0, 99_999), order, strict=True):
        X = sliding(ar_recording(rng, 32 * (len(rows) + 1), phi=0.99), 64, 32)
        sides.append(make_split(X[rows], time=start + 32 * rows))
    found = scheme_of(*sides)
    assert found.kind == "block"
    for units, rows in zip((found.units[:300], found.units[300:]), order, strict=True):
        assert set(np.diff(units[np.argsort(rows)])) <= {0, 1}


def test_independent_windows_are_the_units():
    found = scheme_of(*iid_split(0))
    assert (found.kind, found.how, found.n_units) == ("window", "successive windows are not correlated", 450)


@pytest.mark.parametrize(
    ("known", "ungrouped"),
    [
        ({}, True),
        ({"time": np.arange(90) % 30}, True),  # the clocks of several recordings
        ({"time": np.arange(90)}, False),
        ({"recording": np.repeat([0, 1], 45)}, False),
        ({"groups": np.repeat([0, 1], 45)}, False),  # of both sides
    ],
)
def test_it_is_told_where_nothing_says_which_windows_belong_together(rng, known, ungrouped):
    sides = [make_split(ar_windows(rng, 90), **known) for _ in range(2)]
    scheme = scheme_of(*sides)
    assert (scheme.kind, scheme.ungrouped) == ("window", ungrouped)
    assert scheme.restrict(np.arange(180) % 2 == 0).ungrouped == ungrouped


@pytest.mark.parametrize("known", [False, True])
def test_blocks_and_rebuilt_recordings_are_guesses_unless_a_clock_runs(rng, known):
    X = sliding(ar_recording(rng, 6000, phi=0.99), 64, 16)
    time = np.arange(len(X)) * 16
    scheme = scheme_of(
        *(make_split(X[part], time=time[part] if known else None) for part in (slice(150), slice(-150, None)))
    )
    assert (scheme.kind, scheme.ungrouped) == ("block", not known)


def test_files_sorted_by_class_are_no_dependence_and_bouts_are():
    by_class, bouts = [], []
    for side in iid_split(4):
        rows = np.argsort(side.y, kind="stable")
        by_class.append(replace(side.take(rows), rows=np.arange(len(side))))
        bouts.append(side.take(rows.reshape(-1, 10)[np.random.default_rng(0).permutation(len(rows) // 10)].ravel()))
    assert all(sorted_by_class(side) for side in prepare(*by_class, Settings())[:2])
    assert scheme_of(*by_class).kind == "window"
    assert scheme_of(*bouts).kind == "block"
    bare = [replace(side, y=None, classes=(), label_kind="none") for side in by_class]
    assert scheme_of(*bare).kind == "block"
