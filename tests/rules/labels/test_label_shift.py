import numpy as np
import pytest

from splitaudit.rules.labels.label_shift import label_shift as rule
from tests.support import grouped_split, iid_split, run, strangers


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_other_shares_are_an_error():
    train, val = iid_split(0)
    val = val.take(np.flatnonzero((val.y == 0) | (np.arange(len(val)) % 8 == 0)))
    found = run(rule, *strangers(train, val))
    assert found.severity == "error"
    assert found.message.startswith("Class shares differ")
    assert found.effect == pytest.approx(
        0.5 * np.abs(np.bincount(train.y) / len(train) - np.bincount(val.y, minlength=3) / len(val)).sum()
    )


def test_groups_that_differ_in_their_activities_do_not_alarm():
    alarms = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        train, val = grouped_split(seed, n_train=8, n_val=4)
        sides = []
        for side in (train, val):
            favourite = rng.integers(0, 3, side.groups.max() + 1)[side.groups]
            sides.append(side.take(np.flatnonzero((side.y == favourite) | (rng.random(len(side)) < 0.2))))
        alarms += run(rule, *sides).severity in ("error", "warning")
    assert alarms <= 4


def test_two_groups_a_side_cannot_tell():
    train, val = grouped_split(1, n_train=2, n_val=2, per_group=10)
    rng = np.random.default_rng(0)
    sides = [side.take(np.flatnonzero(rng.random(len(side)) < 0.6)) for side in (train, val)]
    found = run(rule, *sides)
    assert found.severity == "info"
    assert "cannot tell" in found.message
