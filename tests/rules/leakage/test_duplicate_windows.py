from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hard import POOR
from splitaudit.data.split import make_split
from splitaudit.rules.leakage.duplicate_windows import duplicate_windows as rule
from tests.support import agreement, ar_recording, grouped_split, iid_split, run, sliding


def planted(seed=0, n=30, *, relabelled=False):
    """An honest split in which some val windows are train windows; and which of whom."""
    train, val = iid_split(seed)
    rng = np.random.default_rng([seed, 1])
    rows, source = np.sort(rng.permutation(len(val))[:n]), rng.permutation(len(train))[:n]
    X, y = val.X.copy(), val.y.copy()
    X[rows], y[rows] = train.X[source], (train.y[source] + relabelled) % 3
    return train, replace(val.with_X(X), y=y), rows, source


def pairs(found):
    return found.where.val_windows, found.where.train_windows


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    found = run(rule, *make(seed))
    assert (found.severity, found.effect) == ("ok", 0)
    assert found.message.startswith("None of")


@pytest.mark.parametrize("name", list(POOR))
def test_windows_that_are_equal_by_chance_are_no_leak(rng, name):
    X = POOR[name](rng, 400, 48, 2).astype(np.float32)
    y = rng.integers(0, 2, 400)
    found = run(rule, make_split(X[:250], y[:250]), make_split(X[250:], y[250:]))
    assert (found.severity, found.effect) == ("ok", 0)
    equal = (X[250:, None] == X[None, :250]).all(axis=(2, 3)).any(axis=1).sum()
    assert found.evidence["low_information"] == equal
    assert (f"except {equal} of 150 that say too little to tell" in found.message) == (equal > 0)


def test_overlapping_windows_are_no_copies(rng):
    windows = sliding(ar_recording(rng, 4000), 64, 16)
    found = run(rule, make_split(windows[::2]), make_split(windows[1::2]))
    assert found.effect == 0


@pytest.mark.parametrize("n", [1, 15, 60])
def test_copies_are_found_with_their_source(n):
    train, val, rows, source = planted(n=n)
    found = run(rule, train, val)
    assert found.severity == ("error" if n > 1 else "warning")
    assert found.effect == n / 150
    assert pairs(found) == (tuple(rows), tuple(source))
    assert found.message.startswith(f"{n} of 150 val windows")
    assert f"val {rows[0]} of train {source[0]}" in found.message
    assert found.exhibits[0].rows == tuple(zip(rows.tolist(), source.tolist(), strict=True))[:10]
    assert [pair.title for pair in found.exhibits[1:]] == [
        f"val {a} over train {b}" for a, b in zip(rows[:3], source[:3], strict=True)
    ]
    assert min(map(agreement, found.exhibits[1:])) == pytest.approx(1)
    assert found.p_value is None


def test_copies_under_another_label_or_without_labels_are_found_too():
    train, val, rows, source = planted(relabelled=True)
    found = run(rule, train, val)
    assert pairs(found) == (tuple(rows), tuple(source))
    assert found.evidence["relabelled"] == 30
    assert found.evidence["accuracy_leaked"] < found.evidence["accuracy_without"]
    assert run(rule, *planted()[:2]).evidence["relabelled"] == 0
    bare = run(rule, replace(train, y=None), replace(val, y=None))
    assert pairs(bare) == pairs(found)
    assert bare.evidence["relabelled"] is None


def test_the_order_of_the_files_does_not_matter(rng):
    train, val, rows, source = planted()
    ours, theirs = rng.permutation(len(train)), rng.permutation(len(val))
    found = run(rule, train.take(ours), val.take(theirs))
    # rows are those of the input, wherever they stand now
    assert sorted(zip(*pairs(found), strict=True)) == list(zip(rows, source, strict=True))


@pytest.mark.parametrize("types", [("f4", "f8"), ("f8", "f4"), ("i2", "f4"), ("f8", "i4"), ("i4", "i2"), (">f4", "f8")])
def test_copies_in_another_dtype(types):
    train, val, rows, source = planted()
    whole = [make_split(np.round(200 * side.X).astype(t)) for side, t in zip((train, val), types, strict=True)]
    assert pairs(run(rule, *whole)) == (tuple(rows), tuple(source))


def test_minus_zero_is_zero():
    train, val, rows, source = planted()
    ours, theirs = (side.X * (np.abs(side.X) > 0.3) for side in (train, val))
    theirs[theirs == 0], ours[ours == 0] = -0.0, 0.0
    assert pairs(run(rule, train.with_X(ours), val.with_X(theirs))) == (tuple(rows), tuple(source))


def test_one_changed_sample_makes_another_window():
    train, val, rows, source = planted()
    X = val.X.copy()
    X[rows[7], 31, 2] = np.nextafter(X[rows[7], 31, 2], np.float32(9))
    assert pairs(run(rule, train, val.with_X(X))) == (tuple(np.delete(rows, 7)), tuple(np.delete(source, 7)))


def test_rows_are_those_of_the_input_when_windows_were_set_aside():
    train, val, rows, source = planted()
    ours, theirs = (np.concatenate([np.full((1, 64, 3), np.nan, np.float32), side.X]) for side in (train, val))
    assert pairs(run(rule, make_split(ours), make_split(theirs))) == (tuple(rows + 1), tuple(source + 1))


def test_repeats_inside_a_side_are_counted_and_no_leak():
    train, val = iid_split(4)
    ours, theirs = train.X.copy(), val.X.copy()
    ours[[7, 90]], theirs[20:25] = ours[3], theirs[19]
    found = run(rule, train.with_X(ours), val.with_X(theirs))
    assert found.effect == 0
    assert (found.evidence["repeated_inside_train"], found.evidence["repeated_inside_val"]) == (2, 5)
