import numpy as np
import pytest

from splitaudit.explanation.slices import LEVEL, MOST, error_slices_of, parts_of
from tests.explanation.support import healthy, lab_of
from tests.support import iid_split


def slices_of(lab, wrong):
    """What is told of errors that every learner makes."""
    return error_slices_of(parts_of(lab, 1.0 - wrong))


def test_errors_spread_at_random_make_no_slice():
    lab = healthy()
    found = [slices_of(lab, np.random.default_rng(seed).random(len(lab.val)) < 0.2) for seed in range(40)]
    # each run may err in LEVEL of cases
    assert sum(bool(each) for each in found) <= 3


def test_no_errors_make_no_slice():
    lab = healthy()
    assert slices_of(lab, np.zeros(len(lab.val), dtype=bool)) == ()
    assert slices_of(lab, np.ones(len(lab.val), dtype=bool)) == ()


def test_a_group_that_holds_the_errors_is_named():
    lab = healthy()
    odd = lab.val.groups == lab.val.groups.max()
    (found,) = slices_of(lab, odd & (np.arange(len(odd)) % 3 > 0))
    assert (found.kind, found.name) == ("group", lab.val.split.group_names[lab.val.groups.max()])
    assert found.n_windows == odd.sum()
    assert found.error_rate == pytest.approx(2 / 3)
    assert found.expected == 0
    assert found.p_value < LEVEL


def test_a_class_that_is_missed_is_named():
    lab = healthy()
    found = slices_of(lab, lab.val.y == 1)
    assert (found[0].kind, found[0].name, found[0].error_rate) == ("class", lab.val.split.classes[1], 1)
    assert {each.kind for each in found} == {"class"}


@pytest.fixture(scope="module")
def bare():
    return lab_of(*iid_split(1, n_train=60, n_val=42, t=8))


@pytest.mark.parametrize("stretch", range(5))
def test_without_groups_a_stretch_is_named_by_the_windows_it_holds(bare, stretch):
    inside = np.arange(42) * 5 // 42 == stretch
    found = next(each for each in slices_of(bare, inside) if each.kind == "time")
    held = np.flatnonzero(inside)
    assert found.name == f"windows {held[0]}–{held[-1]}"
    assert found.n_windows == len(held)
    assert found.error_rate == 1


def test_the_gravest_come_first_and_not_more_than_fit():
    lab = healthy()
    first, second = np.unique(lab.val.groups)[:2]
    rng = np.random.default_rng(0)
    share = np.select([lab.val.groups == first, lab.val.groups == second], [0.9, 0.6], 0.02)
    found = [each for each in slices_of(lab, rng.random(len(share)) < share) if each.kind == "group"]
    assert [each.name for each in found] == [lab.val.split.group_names[g] for g in (first, second)]
    assert len(found) <= MOST


def test_a_part_tells_what_its_learners_reach_and_how_often_half_of_them_err():
    lab = healthy()
    accuracy = np.where(lab.val.y == 1, 0.25, 1.0)
    accuracy[np.flatnonzero(lab.val.y == 1)[::2]] = 0.75  # one learner of four errs: no persistent error
    part = next(each for each in parts_of(lab, accuracy) if each.name == lab.val.split.classes[1])
    n = int((lab.val.y == 1).sum())
    assert part.error_rate == pytest.approx((n // 2) / n)
    assert part.accuracy == pytest.approx(accuracy[lab.val.y == 1].mean())
    halves = parts_of(lab, np.full(len(lab.val), 0.5))
    assert {each.error_rate for each in halves} == {1}  # half of the learners is enough
