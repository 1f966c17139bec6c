from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.labels.label_encoding_mismatch import label_encoding_mismatch as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def labelled(split, names):
    return make_split(split.X, names, groups=split.groups, name=split.name)


def test_another_spelling_is_named():
    train, val = iid_split(0)
    ours, theirs = np.array(["walk", "sit_down", "run"])[train.y], np.array(["Walk ", "sit-down", "run"])[val.y]
    found = run(rule, labelled(train, ours), labelled(val, theirs))
    assert found.severity == "error"
    assert found.evidence["map"] == {"Walk ": "walk", "sit-down": "sit_down"}


def test_codes_shifted_by_one():
    train, val = iid_split(1)
    found = run(rule, train, labelled(val, val.y + 1))
    assert found.severity == "error"
    assert found.evidence["map"] == {"1": "0", "2": "1", "3": "2"}


def test_names_against_numbers():
    train, val = iid_split(2)
    found = run(rule, train, labelled(val, np.array(["a", "b", "c"])[val.y]))
    assert found.severity == "error"
    assert "no value in common" in found.message


@pytest.mark.parametrize("make", [iid_split, grouped_split])
def test_permuted_codes_are_seen_by_the_probe(make):
    train, val = make(3)
    found = run(rule, train, replace(val, y=np.array([1, 0, 2])[val.y]))
    assert found.severity == "error"
    assert found.evidence["map"] == {"0": "1", "1": "0"}
    assert set(found.where.val_windows) == set(np.flatnonzero(val.y != 2).tolist())


def test_a_probe_at_chance_does_not_invent_a_map():
    train, val = iid_split(4)
    rng = np.random.default_rng(0)
    shuffled = [replace(side, y=rng.permutation(side.y)) for side in (train, val)]
    assert run(rule, *shuffled).severity == "ok"


@pytest.mark.parametrize("seed", range(6))
def test_one_window_of_val_is_no_map(seed):
    """A map of one class alone is one of several, too."""
    rng = np.random.default_rng(seed)
    train = make_split(rng.normal(size=(80, 16, 2)), rng.integers(0, 2, 80), name="train")
    val = make_split(rng.normal(size=(1, 16, 2)), rng.integers(0, 2, 1), name="val")
    found = run(rule, train, val)
    assert found.severity == "ok"
    assert found.p_value > 0.05
