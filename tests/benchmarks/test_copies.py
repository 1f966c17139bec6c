"""What the cases of the comparison plant is what their names say."""

import numpy as np
import pytest

from benchmarks.compare.copies import N_STEPS, N_TRAIN, N_VAL, READINGS, between, copies

CASES = {case.name: case for case in copies()}


def sides(name):
    (train, val), rows = CASES[name].make(np.random.default_rng(0))
    return train.X, val.X, rows


@pytest.mark.parametrize("how", [*READINGS, "overlap 1%, then each channel normalised", "overlap 90%"])
def test_a_third_of_val_is_planted(how):
    train, val, rows = sides(f"{how}, AR 0.6")
    assert CASES[f"{how}, AR 0.6"].facts == {"how": how}
    assert (len(train), len(val), len(rows)) == (N_TRAIN, N_VAL, N_VAL // 3)


def test_honest_windows_are_shown_without_copies():
    for name in ("none, silence", "none, constant", "none, AR 0.6"):
        assert len(sides(name)[2]) == 0
    assert (sides("none, silence")[1] == 0).all(axis=(1, 2)).sum() > 50
    assert (np.ptp(sides("none, constant")[1], axis=1) == 0).all()


def test_normalised_overlaps_share_samples_but_for_level_and_scale():
    train, val, rows = sides("overlap 25%, then each channel normalised, AR 0.6")
    for X in (train, val):
        assert X.mean(axis=1) == pytest.approx(0, abs=1e-5)
        assert X.std(axis=1) == pytest.approx(1, abs=1e-5)
    shared = N_STEPS // 4
    for row in rows:
        end, start = train[row, -shared:, 0], val[row, :shared, 0]
        assert not np.allclose(end, start)
        assert np.corrcoef(end, start)[0, 1] == pytest.approx(1, abs=1e-5)
    train, _, _ = sides("overlap 25%, then each window normalised, AR 0.6")
    assert train.std(axis=(1, 2)) == pytest.approx(1, abs=1e-5)
    assert train.std(axis=1).std() > 0.01


def test_a_wave_between_its_samples_comes_back():
    wave = np.cos(2 * np.pi * 0.11 * np.arange(128) + 0.3)[None, :, None] + 5
    times = 32 + 1.02 * np.arange(N_STEPS)
    assert between(wave, times)[0, :, 0] == pytest.approx(np.cos(2 * np.pi * 0.11 * times + 0.3) + 5, abs=0.01)
    assert between(wave, np.arange(20, 108)) == pytest.approx(wave[:, 20:108], abs=1e-9)


def test_half_a_sample_later_lies_between_two_samples():
    train, val, rows = sides("half a sample later, AR 0.95")
    middle = (train[rows, 1:] + train[rows, :-1]) / 2
    assert np.corrcoef(middle.ravel(), val[rows, :-1].ravel())[0, 1] > 0.97
    assert (val[rows, :-1] == middle).mean() < 0.01
