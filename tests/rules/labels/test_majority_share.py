from dataclasses import replace

import numpy as np
import pytest

from splitaudit.rules.labels.majority_share import majority_share as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_almost_one_class_is_an_error_and_imbalance_a_warning():
    train, val = iid_split(0, n_val=400)
    rare = np.arange(400) % 50 == 0
    assert run(rule, train, replace(val, y=np.where(rare, 1, 0))).severity == "error"
    some = np.arange(400) % 8 == 0
    found = run(rule, train, replace(val, y=np.where(some, 1, 0)))
    assert found.severity == "warning"
    assert found.effect == pytest.approx(0.875)
