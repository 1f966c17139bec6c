import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.normalization.scale_mismatch import scale_mismatch as rule
from tests.support import ar_windows, grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info")


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("factor", [3.0, 1 / 3.0])
def test_a_gain_is_found_in_its_channel(make, factor):
    train, val = make(3)
    X = val.X.copy()
    X[:, :, 1] *= factor
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert found.effect == pytest.approx(np.log2(3.0), abs=0.3)


def test_five_subjects_a_side_are_enough_for_a_gross_gain_and_an_offset():
    train, val = grouped_split(4, n_train=5, n_val=5)
    X = val.X.copy()
    X[:, :, 0] *= 4.0
    X[:, :, 2] += 4.0
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.p_value < 1e-3
    assert set(found.where.channels) == {0, 2}


def test_the_sentence_names_level_and_direction():
    train, val = grouped_split(5)
    found = run(rule, train, val.with_X(val.X - np.float32([0, 5, 0])))
    assert "The level of channel 1 is" in found.message
    assert "train sd lower in val" in found.message


def test_another_mix_of_classes_is_no_gain():
    rng = np.random.default_rng(6)
    sides = []
    for name, share in (("train", 0.2), ("val", 0.8)):
        y = (rng.random(400) < share).astype(int)
        X = ar_windows(rng, 400) * np.where(y, 4.0, 1.0)[:, None, None]
        sides.append(make_split(X, y, name=name))
    assert run(rule, *sides).severity in ("ok", "info")


def test_a_few_wild_windows_are_no_gain():
    train, val = iid_split(7)
    X = val.X.copy()
    X[:5] *= 1000
    assert run(rule, train, val.with_X(X)).severity in ("ok", "info")


def test_float_noise_of_normalised_windows_is_no_difference():
    train, val = iid_split(8)
    sides = [
        side.with_X((side.X - side.X.mean(axis=1, keepdims=True)) / side.X.std(axis=1, keepdims=True))
        for side in (train, val)
    ]
    found = run(rule, *sides)
    assert found.severity == "ok"
    assert found.effect == 0


def test_a_side_that_alone_was_standardised_is_called_so():
    train, val = grouped_split(9)
    units = np.float32([1, 30, 400])
    found = run(rule, train.with_X(train.X * units + 7 * units), val)
    assert found.severity == "error"
    assert "as if val had been standardised" in found.message


def test_few_units_cannot_tell():
    train, val = grouped_split(10, n_train=3, n_val=2, per_group=20)
    found = run(rule, train, val)
    assert not found.decidable
    assert "cannot tell" in found.message


def test_four_units_are_too_few():
    found = run(rule, *grouped_split(11, n_train=2, n_val=2))
    assert found.severity == "skipped"
    assert "are needed" in found.message
