"""Windows dealt to parts: units whole, blocks with a gap, past before future; checked against what was planted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import splitaudit
from splitaudit.errors import DataError
from tests.partition.data import T, in_common, nearest, recording, rows_of, subjects, tones

SIZES = [{"val": 0.2, "test": 0.2}, {"folds": 5}]
ORDERS = ["with time", "without time", "shuffled without time", "shuffled with time"]


def drawn(X, y=None, **options):
    return splitaudit.split((X, y) if y is not None else X, audit=False, **options)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("by", ["auto", "groups"])
def test_no_group_is_in_two_parts(rng, sizes, by):
    X, y, groups = subjects(rng)
    found = drawn(X, y, groups=groups, by=by, **sizes)
    assert (found.by, found.n_units) == ("group", 10)
    assert in_common(found, groups) == 0
    assert rows_of(found) == [list(range(200))] * len(found.parts)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_recordings_are_kept_whole_where_there_are_no_groups(rng, sizes):
    X, y, codes = subjects(rng)
    found = drawn(X, y, recording=codes, **sizes)
    assert found.by == "recording"
    assert in_common(found, codes) == 0


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_single_windows_are_dealt_where_they_are_independent(rng, sizes):
    X, y = tones(rng, 200)
    found = drawn(X, y, **sizes)
    assert found.by == "window"
    assert in_common(found, np.arange(200)) == 0
    assert rows_of(found) == [list(range(200))] * len(found.parts)
    for each in found.parts:
        for rows in each.named().values():
            assert abs(y[rows].sum() - len(rows) * y.mean()) <= 1


def test_folds_validate_on_every_window_once(rng):
    X, y, groups = subjects(rng)
    found = drawn(X, y, groups=groups, folds=5)
    assert np.sort(np.concatenate([each.val for each in found.parts])).tolist() == list(range(200))


@pytest.mark.parametrize("sizes", [{"val": 0.2, "test": 0.2}, {"folds": 3}], ids=str)
@pytest.mark.parametrize("order", ORDERS)
def test_overlapping_windows_of_one_recording_keep_the_gap(rng, order, sizes):
    X, y, start = recording(rng, 240)
    place = rng.permutation(240) if "shuffled" in order else np.arange(240)
    time = start[place] if order.endswith("with time") else None
    found = drawn(X[place], y[place], time=time, **sizes)
    assert found.by == "block"
    assert nearest(found, start[place]) >= found.gap >= T
    assert rows_of(found) == [list(range(240))] * len(found.parts)
    for each in found.parts:
        assert len(each.left_out) <= 0.4 * 240


@pytest.mark.parametrize("gap", [0.0, 40.0])
def test_a_gap_that_is_asked_for_is_kept_and_no_sample_is_shared_even_without(rng, gap):
    X, y, start = recording(rng, 300)
    found = drawn(X, y, time=start, gap=gap)
    assert found.gap == gap
    assert nearest(found, start) >= max(gap, T)


@pytest.mark.parametrize("sizes", [{"val": 0.2, "test": 0.2}, {"folds": 3}], ids=str)
@pytest.mark.parametrize("order", ORDERS)
def test_by_time_train_lies_before_val(rng, order, sizes):
    X, y, start = recording(rng, 160)
    place = rng.permutation(160) if "shuffled" in order else np.arange(160)
    time = start[place] if order.endswith("with time") else None
    found = drawn(X[place], y[place], time=time, by="time", **sizes)
    assert found.by == "time"
    for each in found.parts:
        parts = [start[place][rows] for rows in each.named().values()]
        for earlier, later in pairwise(parts):
            assert later.min() - earlier.max() >= max(found.gap, T)
    assert rows_of(found) == [list(range(160))] * len(found.parts)


def test_by_time_every_group_has_a_past_and_a_future(rng):
    X, y, groups = subjects(rng, 4, 50)
    time = T * np.tile(np.arange(50), 4)
    shuffled = rng.permutation(200)
    found = drawn(X[shuffled], y[shuffled], groups=groups[shuffled], time=time[shuffled], by="time")
    for group in range(4):
        past, future = (time[shuffled][rows[groups[shuffled][rows] == group]] for rows in (found.train, found.val))
        assert len(future) == 10
        assert past.max() + found.gap <= future.min()


def test_groups_that_share_windows_are_dealt_as_one(rng):
    X, y, groups = subjects(rng)
    X[groups == 7] = X[groups == 2]
    found = drawn(X, y, groups=groups, folds=5)
    joined = np.where(groups == 7, 2, groups)
    assert in_common(found, joined) == 0
    assert any("10 groups are dealt as 9" in note for note in found.notes)


@pytest.mark.parametrize(
    ("n_groups", "options", "said"),
    [
        (3, {"folds": 5}, "5 folds cannot be had, there are 3 groups; 3 folds can"),
        (2, {"test": 0.2}, "train, val and test cannot be had, there are 2 groups; train and val can"),
        (1, {}, "train and val cannot be had, there is 1 group; by time, or without groups, train and val can"),
    ],
)
def test_too_few_groups_are_refused_with_what_can_be_had(rng, n_groups, options, said):
    X, y, groups = subjects(rng, n_groups, 30)
    with pytest.raises(DataError, match=said):
        drawn(X, y, groups=groups, by="groups", **options)


def test_three_folds_of_three_groups_can_be_had(rng):
    X, y, groups = subjects(rng, 3, 30)
    assert in_common(drawn(X, y, groups=groups, by="groups", folds=3), groups) == 0


def test_where_groups_are_too_few_something_else_is_kept_whole_and_that_is_said(rng):
    X, y, groups = subjects(rng, 3, 30)
    found = drawn(X, y, groups=groups, folds=5)
    assert found.by != "group"
    assert "3 groups are too few for 5 folds: parts have groups in common" in found.notes


def test_by_groups_needs_groups(rng):
    with pytest.raises(DataError, match="there are no groups, expected one per window for by groups"):
        drawn(*tones(rng, 50), by="groups")


@pytest.mark.parametrize("sizes", [{"val": 0.2}, {"val": 0.4, "test": 0.2}], ids=str)
def test_a_class_of_one_group_stays_in_train_with_a_note(rng, sizes):
    X, y, groups = subjects(rng)
    y[groups == 6] = 5
    found = drawn(X, y, groups=groups, **sizes)
    assert np.isin(np.flatnonzero(groups == 6), found.train).all()
    assert found.classes["5"] == (20, *[0] * (len(sizes)))
    assert "Class 5 is found in one group only: it stays in train, so val does not tell how well it is known" in (
        found.notes
    )


def test_classes_without_windows_do_not_shift_the_name_of_a_lonely_one(rng):
    X, y, groups = subjects(rng)
    y[:] = np.where(groups == 6, 3, np.where(y == 0, 0, 2))
    found = drawn(X, y, groups=groups, class_names=["walk", "never", "sit", "fall"])
    assert any(note.startswith("Class fall is found in one group only") for note in found.notes)


def test_folds_say_that_one_of_them_has_not_seen_the_class(rng):
    X, y, groups = subjects(rng)
    y[groups == 6] = 5
    assert any("the fold that validates on it has not seen it" in n for n in drawn(X, y, groups=groups, folds=5).notes)


def test_where_every_class_has_one_group_nothing_false_is_promised(rng):
    X, _, groups = subjects(rng)
    found = drawn(X, groups, groups=groups)
    assert in_common(found, groups) == 0
    assert len(found.val) >= 20
    (note,) = found.notes
    assert "what val holds of them, train does not" in note


@pytest.mark.parametrize("n", [1, 2])
def test_too_few_windows_are_refused(rng, n):
    with pytest.raises(DataError, match="cannot be had"):
        drawn(ar_few(rng, n), folds=5)


def ar_few(rng, n):
    return rng.normal(size=(n, T, 2)).astype(np.float32)


def test_a_gap_that_eats_a_part_is_refused(rng):
    X, y, start = recording(rng, 60)
    with pytest.raises(DataError, match=r"with 500 samples between the parts \(as asked for\); a smaller gap"):
        drawn(X, y, time=start, gap=500)


@pytest.mark.parametrize("by", ["auto", "time"])
def test_labels_that_are_sorted_do_not_hinder(rng, by):
    X, _, start = recording(rng, 240)
    y = np.arange(240) // 80
    found = drawn(X, y, time=start, by=by)
    assert nearest(found, start) >= T
    if by == "auto":
        assert set(y[found.val]) == {0, 1, 2}
