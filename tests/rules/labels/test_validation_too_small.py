from dataclasses import replace

import numpy as np
import pytest

from splitaudit.rules.labels.validation_too_small import validation_too_small as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_a_handful_of_windows_is_an_error():
    train, val = iid_split(0)
    found = run(rule, train, val.take(np.arange(6)))
    assert found.severity == "error"
    assert "6 windows" in found.message


def test_groups_that_fail_as_a_whole_are_worth_less():
    train, val = grouped_split(1)
    failing = replace(val, y=np.where(val.groups % 2 == 0, (val.y + 1) % 3, val.y))
    whole, split = run(rule, train, val), run(rule, train, failing)
    assert split.effect > 2 * whole.effect
    assert split.evidence["design_effect"] > 10
