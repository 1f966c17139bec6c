import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.order.contiguous_split import contiguous_split as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def recording(seed, turns):
    rng = np.random.default_rng(seed)
    y = np.repeat(rng.integers(0, 3, 100), 6)
    at = np.arange(64)[None, :, None] / 64
    X = np.sin(2 * np.pi * (3 + 3 * y)[:, None, None] * at + rng.uniform(0, 6, (600, 1, 1))) + 0.3 * rng.normal(
        size=(600, 64, 2)
    )
    late = np.arange(600) > 400
    labels = np.where(late & turns, (y + 1) % 3, y)
    sides = [make_split(X[part], labels[part], time=64 * np.flatnonzero(part)) for part in (~late, late)]
    return sides[0], sides[1]


def test_a_cut_that_costs_accuracy_is_an_error():
    found = run(rule, *recording(0, True))
    assert found.severity == "error"
    assert found.evidence["accuracy_random_folds"] > 0.9 > 0.3 > found.evidence["accuracy_val"]


def test_a_cut_that_costs_nothing_is_fine():
    found = run(rule, *recording(1, False))
    assert found.severity == "ok"
    assert "cut out of the same time" in found.message


def test_a_split_by_group_is_no_cut():
    assert run(rule, *grouped_split(2)).message == "Validation does not continue train"
