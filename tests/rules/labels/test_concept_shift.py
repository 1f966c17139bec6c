from dataclasses import replace

import numpy as np
import pytest

from splitaudit.rules.labels.concept_shift import concept_shift as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_groups_with_another_meaning_are_named():
    train, val = grouped_split(0)
    strange = np.isin(val.groups, np.unique(val.groups)[:2])
    found = run(rule, train, replace(val, y=np.where(strange, (val.y + 1) % 3, val.y)))
    assert found.severity == "error"
    assert set(found.where.groups) == {val.group_names[g] for g in np.unique(val.groups)[:2]}
    assert np.mean(strange[list(found.where.val_windows)]) > 0.9


def test_another_meaning_everywhere_is_seen_without_groups():
    train, val = iid_split(1)
    assert run(rule, train, replace(val, y=(val.y + 1) % 3)).severity == "error"


def test_a_shift_of_the_signal_is_not_a_shift_of_meaning():
    train, val = grouped_split(2)
    found = run(rule, train, val.with_X(val.X * 8 + 20))
    assert found.severity == "skipped"
    assert "the signal differs" in found.message


def test_few_windows_are_skipped():
    train, val = iid_split(3)
    assert run(rule, train, val.take(np.arange(12))).severity == "skipped"


def test_of_many_windows_a_part_is_judged():
    train, val = iid_split(4, n_train=500, n_val=6000, t=16)
    assert run(rule, train, val).severity in ("ok", "info")
    assert run(rule, train, replace(val, y=(val.y + 1) % 3)).severity == "error"
