"""The smallest change of a pair after which train knows none of val."""

from __future__ import annotations

import numpy as np
import pytest

import splitaudit
from splitaudit.data.split import make_split
from splitaudit.errors import DataError
from splitaudit.partition.repair import joined
from tests.partition.data import noisy, recording, subjects, tones


def sides(X, y, n, **metadata):
    """The first ``n`` windows as train, the rest as val, and metadata of both."""
    pair = ((X[:n], y[:n]), (X[n:], y[n:]))
    return pair, {name: (codes[:n], codes[n:]) for name, codes in metadata.items()}


def mended(X, y, found, **metadata):
    """The sides after the repair, as arguments of ``check``."""
    pair = tuple((X[rows], y[rows]) for rows in (found.train, found.val))
    return pair, {name: (codes[found.train], codes[found.val]) for name, codes in metadata.items()}


@pytest.mark.parametrize("copies", ["exact", "40 dB"])
def test_planted_copies_are_left_out_and_nothing_else(rng, copies):
    X, y = tones(rng, 130, t=32)
    planted, source = 80 + rng.permutation(50)[:8], rng.permutation(80)[:8]
    X[planted] = X[source] if copies == "exact" else noisy(rng, X[source])
    y[planted] = y[source]
    pair, _ = sides(X, y, 80)
    found = splitaudit.repair(*pair)
    assert found.changes.kind == "drop"
    assert 0 < found.changes.n_windows <= 8
    assert found.changes.to_train == found.changes.to_val == ()
    assert {*found.changes.drop_train} <= {*source.tolist()}
    assert {80 + row for row in found.changes.drop_val} <= {*planted.tolist()}
    way = "copies" if copies == "exact" else "near copies"
    assert found.before.leaked[way] > 0
    assert found.sound
    report = splitaudit.check(*mended(X, y, found)[0], select="SA3")
    assert not {"SA301", "SA302", "SA303"} & {f.rule for f in report.findings if f.severity in ("error", "warning")}


def test_one_window_that_train_holds_several_noisy_copies_of_leaves_val(rng):
    X, y = tones(rng, 130, t=32)
    X[20:24] = noisy(rng, np.repeat(X[110:111], 4, axis=0))
    found = splitaudit.repair(*sides(X, y, 80)[0])
    assert found.changes.drop_val == (30,)
    assert found.changes.n_windows == 1


def test_a_sound_pair_is_left_as_it_is(rng):
    X, y, groups = subjects(rng, 10, 12)
    pair, metadata = sides(X, y, 84, groups=groups)
    found = splitaudit.repair(*pair, **metadata)
    assert found.changes.kind == "nothing"
    assert found.changes.n_windows == 0
    assert (found.train.tolist(), found.val.tolist()) == (list(range(84)), list(range(84, 120)))
    assert found.before.leaked == found.after[0].leaked


@pytest.mark.parametrize("n", [63, 67])
def test_of_one_group_on_both_sides_only_its_windows_change(rng, n):
    X, y, groups = subjects(rng, 10, 10)
    pair, metadata = sides(X, y, n, groups=groups)
    found = splitaudit.repair(*pair, **metadata)
    changes = found.changes
    assert changes.kind in ("drop", "move")
    ours, theirs = {*changes.drop_train, *changes.to_val}, {n + row for row in (*changes.drop_val, *changes.to_train)}
    assert ours | theirs <= {*range(60, 70)}  # the windows of group 6
    assert changes.n_windows == 3
    assert len(np.intersect1d(groups[found.train], groups[found.val])) == 0
    gone = {*changes.drop_train} | {n + row for row in changes.drop_val}
    assert {*found.train.tolist()} == {*range(n)} - ours | theirs - gone
    assert {*found.val.tolist()} == {*range(n, 100)} - theirs | ours - gone


def test_overlapping_windows_dealt_at_random_are_not_cut_down_but_drawn_anew(rng):
    X, y, start = recording(rng, 160)
    place = rng.permutation(160)
    X, y, start = X[place], y[place], start[place]
    found = splitaudit.repair(*sides(X, y, 120)[0])
    assert found.changes.kind == "redraw"
    assert np.abs(start[found.train][:, None] - start[found.val]).min() >= X.shape[1]
    assert found.before.leaked["shared samples"] > 0.5
    assert found.sound


def test_input_is_left_alone_and_the_same_seed_proposes_the_same(rng):
    X, y = tones(rng, 60)
    X[50:53] = X[:3]
    pair, _ = sides(X, y, 40)
    before = X.copy()
    first, again = (splitaudit.repair(*pair, random_state=2) for _ in range(2))
    assert np.array_equal(X, before)
    assert first.changes == again.changes


def test_a_pair_that_nothing_mends_is_refused(rng):
    X = np.repeat(rng.normal(size=(1, 16, 2)), 60, axis=0).astype(np.float32)
    with pytest.raises(DataError, match="this pair cannot be mended"):
        splitaudit.repair(*sides(X, np.arange(60) % 2, 40)[0])


def test_both_sides_are_joined_train_first(rng):
    X, y, groups = subjects(rng)
    train = make_split(X[:150], y[:150], groups=groups[:150], time=np.arange(150), name="train")
    val = make_split(X[150:], y[150:], groups=groups[150:], name="val")
    both = joined(train, val)
    assert np.array_equal(both.X, X)
    assert both.rows.tolist() == list(range(200))
    assert both.time is None  # known of one side only
    assert both.groups is not None
