import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.labels.unseen_class import unseen_class as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_names_the_class_and_the_windows():
    train, val = iid_split(0)
    found = run(rule, train.take(np.flatnonzero(train.y != 2)), val)
    assert found.severity == "error"
    assert found.evidence["unseen"] == ["2"]
    assert found.where.val_windows == tuple(np.flatnonzero(val.y == 2).tolist())


def test_a_class_that_only_train_holds_is_no_fault():
    train, val = iid_split(1)
    found = run(rule, train, val.take(np.flatnonzero(val.y != 1)))
    assert found.severity == "ok"
    assert found.evidence["absent_from_val"] == ["1"]


def test_without_labels_it_is_skipped():
    X = np.random.default_rng(0).normal(size=(20, 8, 1))
    assert run(rule, make_split(X), make_split(X + 1)).severity == "skipped"
