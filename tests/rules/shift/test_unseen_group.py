import numpy as np
import pytest

from splitaudit.rules.shift.unseen_group import unseen_group as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("seed", range(6))
def test_does_not_fire_on_exchangeable_subjects(seed):
    assert run(rule, *grouped_split(seed)).severity in ("ok", "info")


def test_names_the_strange_subject():
    train, val = grouped_split(0)
    X = val.X.copy()
    strange = val.groups == val.groups[0]
    X[strange] = X[strange] * 4 + 5
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.groups == (val.group_names[val.groups[0]],)
    assert found.where.n_val_windows == strange.sum()


def test_without_groups_or_with_few_of_them_it_is_skipped():
    assert run(rule, *iid_split(0)).severity == "skipped"
    few = run(rule, *grouped_split(0, n_train=3, n_val=3))
    assert few.severity == "skipped"
    assert "5 are needed" in few.message


def test_shared_groups_are_not_unseen():
    train, _ = grouped_split(1)
    half = np.arange(len(train)) % 2 == 0
    assert run(rule, train.take(half), train.take(~half)).severity == "skipped"
