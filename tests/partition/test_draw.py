"""A split drawn from one data set: leaks are looked for, what comes out is described and audited."""

from __future__ import annotations

import numpy as np
import pytest

import splitaudit
from splitaudit.data.split import make_split
from splitaudit.errors import ConfigError, DataError
from splitaudit.partition import draw as module
from splitaudit.partition.draw import scaler_of
from tests.partition.data import T, in_common, noisy, recording, rows_of, subjects, tones
from tests.support import ar_windows

SIZES = [{"val": 0.2, "test": 0.2}, {"folds": 3}]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("copies", ["exact", "40 dB"])
def test_planted_copies_are_never_in_two_parts(rng, copies, sizes):
    X, y = tones(rng, 100, t=32)
    source = rng.permutation(100)[:20]
    added = X[source] if copies == "exact" else noisy(rng, X[source])
    whose = np.concatenate([np.arange(100), source])
    place = rng.permutation(120)
    X, y = np.concatenate([X, added])[place], np.concatenate([y, y[source]])[place]
    found = splitaudit.split((X, y), audit=False, **sizes)
    assert in_common(found, whose[place]) == 0
    assert rows_of(found) == [list(range(120))] * len(found.parts)
    assert all(len(each.left_out) == 0 for each in found.parts)  # they are tied, none is left out


def test_many_noisy_copies_of_one_window_stay_together(rng):
    base, y = tones(rng, 40, t=32)
    whose = rng.permutation(np.repeat(np.arange(40), 4))
    found = splitaudit.split((noisy(rng, base[whose]), y[whose]), audit=False)
    assert in_common(found, whose) == 0
    assert len(found.val) == pytest.approx(32, abs=4)


def test_near_copies_in_two_groups_tie_the_groups(rng):
    X, y, groups = subjects(rng)
    X[groups == 9] = noisy(rng, X[groups == 0])
    found = splitaudit.split((X, y), groups=groups, audit=False, folds=5)
    assert in_common(found, np.where(groups == 9, 0, groups)) == 0


@pytest.mark.parametrize("sizes", [{"val": 0.2}, {"folds": 5}])
@pytest.mark.parametrize("near", [False, True])
def test_copies_that_would_tie_all_groups_are_left_out_instead(rng, sizes, near):
    X, y, groups = subjects(rng)
    for group in range(1, 10):  # one window of each goes on in the next
        source = X[20 * group - 1]
        X[20 * group] = noisy(rng, source) if near else source
    found = splitaudit.split((X, y), groups=groups, audit=False, **sizes)
    assert found.by == "group"
    assert in_common(found, groups) == 0
    assert in_common(found, np.arange(200) - ((np.arange(200) % 20 == 0) & (np.arange(200) > 0))) == 0
    assert max(len(each.left_out) for each in found.parts) <= 9
    assert near or any("left out instead" in note for note in found.notes)


def test_copies_far_apart_in_a_recording_are_left_out(rng):
    X, y, start = recording(rng, 260)
    X[250:260] = X[20:30]
    whose = np.arange(260)
    whose[250:260] = whose[20:30]
    for seed in range(2):
        found = splitaudit.split((X, y), time=start, audit=False, random_state=seed)
        assert in_common(found, whose) == 0
        assert rows_of(found) == [list(range(260))]


def test_nothing_but_copies_is_refused(rng):
    X = np.repeat(ar_windows(rng, 1, T, 2), 60, axis=0)
    with pytest.raises(DataError, match="nothing is left of a part without what the others know of it"):
        splitaudit.split(X, audit=False)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_the_same_seed_gives_the_same_split_and_another_one_another(rng, sizes):
    data = tones(rng, 80)
    first, again, other = (splitaudit.split(data, audit=False, random_state=seed, **sizes) for seed in (3, 3, 4))
    for ours, theirs in zip(first.parts, again.parts, strict=True):
        for name, rows in ours.named().items():
            assert np.array_equal(rows, theirs.named()[name])
    assert any(not np.array_equal(a.val, b.val) for a, b in zip(first.parts, other.parts, strict=True))


def test_input_arrays_are_left_alone_and_row_numbers_ascend(rng):
    X, y, groups = subjects(rng)
    X[3, 4, 1] = np.nan
    time = np.arange(200.0)
    before = [each.copy() for each in (X, y, groups, time)]
    found = splitaudit.split((X, y), groups=groups, time=time, test=0.2, audit=False)
    for had, has in zip(before, (X, y, groups, time), strict=True):
        assert np.array_equal(had, has, equal_nan=had.dtype.kind == "f")
    for rows in found.parts[0].named().values():
        assert rows.dtype == np.int64
        assert (np.diff(rows) > 0).all()


def test_scalers_hold_mean_and_deviation_of_train(rng):
    X, y, groups = subjects(rng)
    X = X * [2, 5] + [100, -3]
    found = splitaudit.split((X, y), groups=groups, folds=3, audit=False)
    for scaler, each in zip(found.scalers, found.parts, strict=True):
        assert scaler.channels == (0, 1)
        assert scaler.mean == pytest.approx(X[each.train].mean(axis=(0, 1)))
        assert scaler.sd == pytest.approx(X[each.train].std(axis=(0, 1)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scalers_do_not_count_windows_that_hold_no_numbers(rng, bad):
    X = 50 + tones(rng, 40)[0]
    X[::4, 0, 1] = bad
    found = scaler_of(make_split(X), np.arange(40))
    kept = np.delete(X, np.arange(0, 40, 4), axis=0)
    assert found.mean == pytest.approx(kept.mean(axis=(0, 1)), rel=1e-4)
    assert found.sd == pytest.approx(kept.std(axis=(0, 1)), rel=1e-4)
    X[:, 0, 0] = bad
    assert np.isfinite([scaler_of(make_split(X), np.arange(40)).mean]).all()


def test_pixels_of_images_share_the_scaler_of_their_channel(rng):
    X = rng.normal(size=(30, 4, 3, 3, 2)) * [1, 3] + [5, 0]
    found = scaler_of(make_split(X), np.arange(20))
    assert found.mean == pytest.approx(X[:20].mean(axis=(0, 1, 2, 3)))
    assert found.sd == pytest.approx(X[:20].std(axis=(0, 1, 2, 3)))


def test_the_result_is_audited_beside_a_random_deal(rng):
    X, y, groups = subjects(rng)
    found = splitaudit.split((X, y), groups=groups)
    (after,) = found.after
    assert found.before is not None
    assert found.before.leaked["known groups"] == 1
    assert found.before.n_leaking >= 1
    assert not any(after.leaked.values())
    assert found.sound
    assert 0.5 < after.accuracy <= 1
    assert 0 <= after.low <= after.accuracy <= after.high <= 1
    assert after.class_error < 0.1
    assert sum(sum(counts) for counts in found.classes.values()) == 200


def test_what_is_not_audited_has_no_standings(rng):
    found = splitaudit.split(tones(rng, 60), audit=False)
    assert (found.before, found.after) == (None, ())


def test_very_many_windows_are_not_compared_and_that_is_said(rng, monkeypatch):
    monkeypatch.setattr(module, "MOST_COMPARED", 50)
    found = splitaudit.split(tones(rng, 60))
    assert (found.before, found.after) == (None, ())
    assert any("near copies were not looked for among 60 windows" in note for note in found.notes)


def test_copies_are_kept_apart_among_very_many_windows_too(rng, monkeypatch):
    monkeypatch.setattr(module, "MOST_COMPARED", 50)
    X, y, start = recording(rng, 260)
    X[250:260] = X[20:30]
    whose = np.arange(260)
    whose[250:260] = whose[20:30]
    for by in ("auto", "time"):
        found = splitaudit.split((X, y), time=start, by=by)
        assert in_common(found, whose) == 0
        assert rows_of(found) == [list(range(260))]


@pytest.mark.parametrize(
    "options",
    [
        {"val": 0.0},
        {"val": 0.95},
        {"val": 0.5, "test": 0.5},
        {"val": float("nan")},
        {"test": -0.1},
        {"folds": 1},
        {"folds": 2.5},
        {"folds": 3, "test": 0.2},
        {"by": "subject"},
        {"gap": -1},
        {"gap": float("nan")},
        {"gap": float("inf")},
        {"random_state": -1},
        {"n_jobs": 0},
        {"val": "much"},
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused_in_one_sentence(rng, options):
    with pytest.raises(ConfigError, match=r"expected|cannot be had together") as error:
        splitaudit.split(tones(rng, 20), **options)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("n", [5, 9])
def test_few_windows_can_be_split(rng, n):
    found = splitaudit.split(rng.normal(size=(n, T, 2)), audit=False)
    assert rows_of(found) == [list(range(n))]
    assert len(found.val) >= 1


def test_a_partition_says_what_it_is(rng):
    found = splitaudit.split(tones(rng, 60), audit=False, val=0.25, test=0.25)
    assert repr(found) == "<Partition by window: train 30, val 15, test 15>"
    assert "PARTS" in str(found)
    assert (found.train is found.parts[0].train, found.val is found.parts[0].val) == (True, True)
    assert len(found.test) == 15
