from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.leakage.shared_group import shared_group as rule
from splitaudit.zoo.cases import make_case
from tests.support import grouped_split, iid_split, run


def within_subjects(seed, *, per_subject_label=False):
    """Everybody on both sides; the label is what is done, or a trait of the subject."""
    whole, _ = grouped_split(seed, n_train=12)
    order = np.random.default_rng(seed).permutation(len(whole))
    y = whole.groups % 3 if per_subject_label else whole.y
    part = replace(whole, y=y)
    return part.take(order[:320]), part.take(order[320:])


@pytest.mark.parametrize("seed", range(6))
def test_does_not_fire_on_a_split_by_subject(seed):
    found = run(rule, *grouped_split(seed))
    assert found.severity == "ok"
    assert found.message == "No group is on both sides"


@pytest.mark.parametrize("seed", range(4))
def test_shared_subjects_that_cost_nothing_are_no_finding(seed):
    found = run(rule, *within_subjects(seed))
    assert found.severity in ("ok", "info")
    assert "on both sides" in found.message


def test_shared_subjects_whose_windows_are_easier_are_an_error():
    found = run(rule, *within_subjects(0, per_subject_label=True))
    assert found.severity == "error"
    assert found.effect > 0.3
    assert found.evidence["accuracy_knowing_the_group"] > found.evidence["accuracy_without_it"] + 0.3
    low, high = found.evidence["interval"]
    assert 0 < low < found.effect < high
    assert set(found.where.groups) <= {str(g) for g in range(12)}


def test_one_shared_subject_in_a_split_by_subject_is_an_oversight():
    train, val = grouped_split(0)
    stray = np.flatnonzero(train.groups == 3)[:10]
    X, y = np.concatenate([val.X, train.X[stray]]), np.concatenate([val.y, train.y[stray]])
    names = np.concatenate([np.array(val.group_names)[val.groups], np.array(train.group_names)[train.groups[stray]]])
    found = run(
        rule, train.take(np.setdiff1d(np.arange(len(train)), stray)), make_split(X, y, groups=names.astype(int))
    )
    assert found.severity == "warning"
    assert found.where.groups == ("3",)
    assert found.where.val_windows == tuple(range(len(val), len(val) + 10))


def test_what_cannot_be_measured_is_said():
    train, val = within_subjects(1)
    assert "without labels" in run(rule, replace(train, y=None), replace(val, y=None)).message
    one = [replace(side, groups=np.zeros(len(side), dtype=np.int64)) for side in (train, val)]
    assert "one group only" in run(rule, *one).message
    assert run(rule, *iid_split(0)).severity == "skipped"


def test_a_tiny_split_cannot_tell():
    train, val = within_subjects(2)
    found = run(rule, train.take(np.arange(24)), val.take(np.arange(8)))
    assert found.severity == "info"
    assert not found.decidable


@pytest.mark.parametrize("base", ["bursts", "pendulum"])
def test_fires_on_its_zoo_case(base):
    case = make_case(f"{base}/shared_subjects/moderate", 1)
    assert run(rule, case.train, case.val).severity == "error"
