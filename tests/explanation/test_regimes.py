from dataclasses import replace

import numpy as np
import pytest

from splitaudit.explanation.regimes import regimes_of
from splitaudit.explanation.slices import LEVEL, error_slices_of, parts_of
from tests.explanation.support import changed, healthy, lab_of, people
from tests.support import iid_split


@pytest.fixture(scope="module")
def loud():
    """The lab of a split in which 18 of val's windows are three times as loud in channel 1, and which they are."""
    train, val = people()
    which = np.zeros(len(val), dtype=bool)
    which[np.random.default_rng(3).choice(len(val), 18, replace=False)] = True
    X = val.X.copy()
    X[which, :, 1] *= 3
    return lab_of(train, changed(val, X)), which


def test_the_kind_of_window_that_holds_the_errors_is_named(loud):
    lab, which = loud
    (found,) = regimes_of(lab, 1.0 - which)
    assert found.kind == "regime"
    assert found.name.startswith("highest ")
    assert " of channel 1" in found.name
    assert found.error_rate > 0.7
    assert found.expected < 0.1
    assert found.p_value <= LEVEL
    assert found.accuracy == pytest.approx(1 - found.error_rate)
    assert found in error_slices_of(parts_of(lab, 1.0 - which), [found])


def test_errors_of_a_class_or_of_a_group_make_no_regime():
    lab = healthy()
    assert regimes_of(lab, 1.0 - (lab.val.y == 1)) == ()
    odd = lab.val.groups == lab.val.groups.max()
    assert regimes_of(lab, 1.0 - (odd & (np.arange(len(odd)) % 3 > 0))) == ()


def test_errors_at_random_make_no_regime():
    lab = healthy()
    found = [regimes_of(lab, 1.0 - (np.random.default_rng(seed).random(len(lab.val)) < 0.2)) for seed in range(12)]
    assert sum(map(bool, found)) <= 1  # each may err in LEVEL of cases


def test_too_few_errors_say_nothing(loud):
    lab, which = loud
    few = which & (np.cumsum(which) <= 9)
    assert regimes_of(lab, 1.0 - few) == ()
    assert regimes_of(lab, 1.0 - np.ones(len(few))) == ()


def test_windows_that_stand_for_themselves_and_steps_have_names_too():
    train, val = iid_split(1, n_train=150, n_val=150, t=32)
    which = np.arange(len(val)) % 6 == 0
    X = val.X.copy()
    X[which, :8, 0] += 5
    lab = lab_of(train, changed(val, X))
    (found,) = regimes_of(lab, 1.0 - which)
    assert "channel 0" in found.name
    assert found.name.endswith(" in steps 0–7") or "steps" not in found.name


def test_the_order_is_that_of_time(loud):
    """Rows of a unit may lie in the file in any order."""
    lab, which = loud
    times = np.random.default_rng(0).permutation(len(which)).astype(float)
    shuffled = replace(lab.val.split, time=times)
    again = lab_of(lab.train.split, shuffled)
    (found,), (plain,) = regimes_of(again, 1.0 - which), regimes_of(lab, 1.0 - which)
    assert (found.name, found.n_windows, found.error_rate) == (plain.name, plain.n_windows, plain.error_rate)
