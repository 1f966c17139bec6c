from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.labels.label_noise import label_noise as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


@pytest.mark.parametrize("share", [0.24, 0.35])
def test_flipped_labels_are_estimated(share):
    train, val = iid_split(0, n_train=900)
    rng = np.random.default_rng(0)
    wrong = rng.random(900) < share
    found = run(rule, replace(train, y=np.where(wrong, (train.y + 1) % 3, train.y)), val)
    assert found.severity == "error"
    assert found.effect == pytest.approx(share, abs=0.06)
    assert found.evidence["interval"][0] <= wrong.mean() <= found.evidence["interval"][1]
    assert np.mean(wrong[list(found.where.train_windows)]) > 0.8


@pytest.mark.parametrize("make", [iid_split, grouped_split])
def test_wrong_labels_of_val_are_found_on_val(make):
    train, val = make(5)
    wrong = np.random.default_rng(5).random(len(val)) < 0.24
    found = run(rule, train, replace(val, y=np.where(wrong, (val.y + 1) % 3, val.y)))
    assert found.severity == "error"
    assert found.effect == pytest.approx(wrong.mean(), abs=0.08)
    assert "of val (" in found.message
    assert "of train (" not in found.message
    assert found.where.n_train_windows == 0
    assert np.mean(wrong[list(found.where.val_windows)]) > 0.8


def test_wrong_labels_of_both_sides_are_told_of_both():
    train, val = iid_split(6, n_train=600, n_val=400)
    rng = np.random.default_rng(6)
    noisy = [replace(side, y=np.where(rng.random(len(side)) < 0.3, (side.y + 1) % 3, side.y)) for side in (train, val)]
    found = run(rule, *noisy)
    assert found.severity == "error"
    assert "of train (" in found.message
    assert "of val (" in found.message
    assert min(found.where.n_train_windows, found.where.n_val_windows) > 50


def test_a_side_that_is_too_small_is_left_out():
    train, val = iid_split(7)
    wrong = np.random.default_rng(7).random(len(train)) < 0.3
    found = run(rule, replace(train, y=np.where(wrong, (train.y + 1) % 3, train.y)), val.take(np.arange(30)))
    assert found.severity == "error"
    assert found.evidence["not_judged"] == ["30 windows of val do not suffice to judge labels"]


def test_overlapping_classes_are_no_noise():
    found = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        sides = []
        for n in (900, 300):
            y = rng.integers(0, 2, n)
            X = rng.normal(size=(n, 32, 2)) + 0.12 * y[:, None, None]
            sides.append(make_split(X.astype(np.float32), y))
        found.append(run(rule, *sides))
    p = [1.0 if each.p_value is None else each.p_value for each in found]
    assert np.median(p) > 0.2
    assert min(p) > 0.05 / 40  # what an error needs among the rules of a run
    assert sum(each.severity in ("ok", "info", "skipped") for each in found) >= 5


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_few_misjudged_subjects_are_no_noise(n_classes):
    train, val = (side.take(side.y < n_classes) for side in grouped_split(4))
    odd = np.isin(train.groups, np.unique(train.groups)[:2])
    found = run(rule, replace(train, y=np.where(odd, (train.y + 1) % n_classes, train.y)), val)
    assert found.severity in ("ok", "info")


def test_labels_at_chance_cannot_be_judged():
    train, val = (replace(side, y=np.random.default_rng(0).permutation(side.y)) for side in iid_split(2))
    found = run(rule, train, val)
    assert found.severity == "skipped"
    assert "too near the majority share" in found.message
