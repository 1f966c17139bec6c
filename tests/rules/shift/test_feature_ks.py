import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.shift.feature_ks import feature_ks as rule
from tests.support import ar_windows, grouped_split, iid_split, run, strangers


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info")


def test_fires_on_an_offset_and_names_the_channel():
    train, val = iid_split(0)
    found = run(rule, train, val.with_X(val.X + np.array([0, 0, 1.0], dtype=np.float32)))
    assert found.severity == "error"
    assert found.where.channels == (2,)


def test_one_time_step_of_one_channel_is_found_with_its_place():
    rng = np.random.default_rng(1)
    train, val = ar_windows(rng, 400), ar_windows(rng, 400)
    val[:, 20, 1] += 1.0
    sides = make_split(train, name="train"), make_split(val, name="val")
    assert run(rule, *sides).severity == "warning"  # nothing says that each window stands for itself
    found = run(rule, *strangers(*sides))
    assert found.severity == "error"
    assert found.where.channels == (1,)
    assert found.where.timesteps == (20, 21)
    assert "Time step 20" in found.message


def test_a_huge_sample_does_not_make_a_tiny_difference_an_error():
    rng = np.random.default_rng(2)
    train, val = rng.normal(size=(20_000, 8, 1)), rng.normal(size=(20_000, 8, 1)) + 0.02
    found = run(rule, make_split(train), make_split(val))
    assert found.severity == "info"
    assert found.p_value < 0.05
    assert "too small to matter" in found.message


def test_five_subjects_a_side_cannot_tell_a_small_difference_but_see_a_gross_one():
    train, val = grouped_split(3, n_train=5, n_val=5)
    small = run(rule, train, val)
    assert small.severity == "info"
    assert not small.decidable
    assert "cannot tell: the smallest effect visible here" in small.message
    gross = run(rule, train, val.with_X(val.X * np.array([1, 4.0, 1], dtype=np.float32)))
    assert gross.severity == "error"
    assert 1 in gross.where.channels


def test_map_has_a_row_per_channel_and_shows_the_place():
    rng = np.random.default_rng(4)
    train, val = ar_windows(rng, 300), ar_windows(rng, 300)
    val[:, 48:, 0] += 1.0
    found = run(rule, make_split(train, channel_names=["a", "b", "c"]), make_split(val))
    grid = next(e for e in found.exhibits if e.kind == "grid")
    values = np.array(grid.values)
    assert grid.row_labels == ("a", "b", "c")
    assert values[0, 12:].min() > 0.7
    assert values[1:].max() < 0.3


def test_what_differs_most_is_drawn_with_its_distance_and_windows():
    rng = np.random.default_rng(4)
    train, val = ar_windows(rng, 300), ar_windows(rng, 300)
    val[:, :, 1] *= 2
    found = run(rule, make_split(train, channel_names=["a", "b", "c"]), make_split(val))
    *functions, windows = [e for e in found.exhibits if e.kind == "curve"]
    assert len(functions) == 3
    table = found.exhibits[0]
    for drawn, row in zip(functions[:1], table.rows, strict=False):
        assert drawn.title == f"{row[1]} of {row[0]}, steps {row[2]}"
        assert f"KS distance {row[4]:.2f}" in drawn.lines
        assert len(drawn.lines["train"][0]) <= 200
    assert windows.y_label == "b"
    assert [label.split()[0] for label in windows.lines] == ["train", "train", "val", "val"]


def test_renaming_channels_and_rescaling_both_sides_change_nothing():
    train, val = iid_split(5)
    plain = run(rule, train, val)
    scaled = run(rule, train.with_X(train.X * np.float32(1024)), val.with_X(val.X * np.float32(1024)))
    assert scaled.severity == plain.severity
    assert scaled.effect == pytest.approx(plain.effect, rel=1e-3)
