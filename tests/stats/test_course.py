import numpy as np
import pytest

from splitaudit.stats.course import ended, improves, levels_off, smoothed, turns_up, wobble

EPOCHS = np.arange(1, 41)


def test_a_rise_to_a_level_is_left_behind():
    values = 0.76 - 0.3 * np.exp(-EPOCHS / 2)
    found = levels_off(values, 1 / 200)
    assert found.value == pytest.approx(0.76, abs=0.002)
    assert 4 <= found.start <= 10  # 0.76 - 0.3 exp(-start / 2) comes within 0.01 at the seventh epoch
    assert found.n_epochs == 40 - found.start


def test_missing_epochs_do_not_move_the_start():
    values = 0.76 - 0.3 * np.exp(-EPOCHS / 2)
    holes = values.copy()
    holes[[0, 20, 21]] = np.nan
    assert levels_off(holes, 1 / 200).start == levels_off(values, 1 / 200).start


@pytest.mark.parametrize(
    "values",
    [
        0.5 + 0.01 * EPOCHS,  # still rises
        np.where(EPOCHS < 32, 0.5, 0.9),  # has jumped a moment ago
        np.full(4, 0.76),  # too few
        np.full(40, np.nan),
    ],
)
def test_what_still_moves_or_is_not_known_has_no_level(values):
    assert levels_off(np.asarray(values, dtype=float), 1 / 200) is None


@pytest.mark.parametrize("seed", range(5))
def test_noise_around_a_level_is_a_level(seed):
    values = 0.7 + 0.01 * np.random.default_rng(seed).normal(size=40)
    found = levels_off(values, 1 / 500)
    assert found.start <= 3
    assert found.value == pytest.approx(0.7, abs=0.01)


def test_a_loss_that_turns_up_is_told_with_its_lowest_epoch():
    loss = 0.4 + 0.0005 * (EPOCHS - 12.0) ** 2
    found = turns_up(loss)
    assert found.at in (10, 11, 12)  # smoothed over three epochs
    assert found.rise == pytest.approx(0.0005 * 27**2 / 0.4, rel=0.01)  # the last three epochs by their median


@pytest.mark.parametrize("seed", range(5))
def test_a_loss_that_wobbles_does_not_turn(seed):
    noise = np.random.default_rng(seed).normal(size=40)
    assert turns_up(np.exp(-EPOCHS / 10) * (1 + 0.05 * noise)) is None


def test_better_by_loss_or_by_accuracy():
    falls, stays, unknown = 1.0 / EPOCHS, np.full(40, 0.5), np.full(40, np.nan)
    assert improves(falls, stays, 5)
    assert improves(unknown, -falls, 5)
    assert not improves(stays, stays, 5)
    assert improves(unknown, unknown, 5)  # taken for granted


def test_ends_smoothing_and_wobble():
    assert ended(np.array([1.0, 2, 9, 3, np.nan])) == 3
    assert np.isnan(ended(np.array([np.nan])))
    assert smoothed(np.array([1.0, 9, 2, 3])).tolist() == [1, 2, 3, 3]
    assert smoothed(np.array([1.0, 9])).tolist() == [1, 9]
    assert wobble(2.0 * EPOCHS) == 0
    noisy = np.random.default_rng(0).normal(size=4000)
    assert wobble(noisy) == pytest.approx(1, abs=0.05)
