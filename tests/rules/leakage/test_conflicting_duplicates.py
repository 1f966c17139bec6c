from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hard import POOR
from splitaudit.data.split import make_split
from splitaudit.rules.leakage.conflicting_duplicates import conflicting_duplicates as rule
from tests.support import grouped_split, iid_split, run


def copied(seed=0, n=20):
    """Val windows that are train windows, labels with them; and which of whom."""
    train, val = iid_split(seed)
    rng = np.random.default_rng([seed, 2])
    rows, source = np.sort(rng.permutation(len(val))[:n]), rng.permutation(len(train))[:n]
    X, y = val.X.copy(), val.y.copy()
    X[rows], y[rows] = train.X[source], train.y[source]
    return train, replace(val.with_X(X), y=y), rows, source


def relabelled(side, rows):
    y = side.y.copy()
    y[rows] = (y[rows] + 1) % 3
    return replace(side, y=y)


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    found = run(rule, *make(seed))
    assert (found.severity, found.effect) == ("ok", 0)
    assert found.message == "No two equal windows have different labels"


@pytest.mark.parametrize("name", list(POOR))
def test_windows_that_say_little_may_have_several_labels(rng, name):
    X = POOR[name](rng, 400, 48, 2).astype(np.float32)
    y = rng.integers(0, 2, 400)
    found = run(rule, make_split(X[:250], y[:250]), make_split(X[250:], y[250:]))
    assert (found.severity, found.effect) == ("ok", 0)
    equal = (X[:, None] == X[None]).all(axis=(2, 3))
    assert found.evidence["low_information"] == (equal & (y[:, None] != y)).any(axis=1).sum()


def test_copies_with_the_same_label_do_not_conflict():
    train, val, *_ = copied()
    assert run(rule, train, val).effect == 0


@pytest.mark.parametrize("n", [1, 5, 20])
def test_copies_on_both_sides_with_another_label(n):
    train, val, rows, source = copied()
    found = run(rule, train, relabelled(val, rows[:n]))
    assert found.severity == ("error" if n > 2 else "warning")
    assert found.effect == 2 * n / 450
    assert found.where.val_windows == tuple(rows[:n])
    assert found.where.train_windows == tuple(sorted(source[:n]))
    assert found.evidence["across_sides"] == found.evidence["contents"] == n
    assert found.message.startswith(f"{2 * n} of 450 windows are equal to one with another label")


@pytest.mark.parametrize("side", [0, 1])
def test_copies_inside_one_side(side):
    sides = list(iid_split(3))
    X, y = sides[side].X.copy(), sides[side].y.copy()
    X[[40, 80]], y[[10, 40, 80]] = X[10], [0, 0, 2]
    sides[side] = replace(sides[side].with_X(X), y=y)
    found = run(rule, *sides)
    # all three, for none of them is known to be right
    assert (found.where.train_windows, found.where.val_windows)[side] == (10, 40, 80)
    assert (found.evidence["contents"], found.evidence["across_sides"]) == (1, 0)
    name = ("train", "val")[side]
    assert found.message.endswith(f"such as {name} 10 (0) and {name} 80 (2)")
    assert found.exhibits[0].rows == ((f"{name} 10, {name} 40, {name} 80", 3, "0, 2"),)


def test_the_order_of_the_files_does_not_matter(rng):
    train, val, rows, source = copied()
    train, val = train.take(rng.permutation(len(train))), relabelled(val, rows).take(rng.permutation(len(val)))
    found = run(rule, train, val)
    assert sorted(found.where.val_windows) == rows.tolist()
    assert sorted(found.where.train_windows) == sorted(source)


@pytest.mark.parametrize("types", [("f4", "f8"), ("i2", "f4"), ("f8", "i4")])
def test_copies_in_another_dtype(types):
    train, val, rows, _ = copied()
    sides = (train, relabelled(val, rows))
    whole = [side.with_X(np.round(200 * side.X).astype(t)) for side, t in zip(sides, types, strict=True)]
    assert run(rule, *whole).where.val_windows == tuple(rows)


def test_labels_are_compared_by_what_they_stand_for():
    train, val, rows, _ = copied()
    ours, theirs = (np.array(["a", "b", "c"])[side.y] for side in (train, val))
    theirs[rows[:6]] = "z"
    # classes are numbered as they come: in val, z is first
    order = np.argsort(theirs != "z", kind="stable")
    found = run(rule, make_split(train.X, ours), make_split(val.X[order], theirs[order]))
    assert found.where.val_windows == tuple(range(6))
    assert "(z)" in found.message


def test_without_labels_it_is_skipped():
    train, val, *_ = copied()
    found = run(rule, replace(train, y=None, classes=()), val)
    assert found.severity == "skipped"
    assert "labels" in found.message
