"""Each flaw does what it says, in its place and nowhere else."""

import numpy as np
import pytest

from splitaudit.zoo import cases, signals
from splitaudit.zoo.flaws import normalization as flaws
from splitaudit.zoo.world import healthy

TRAIN_STAYS = [
    flaws.rescaled_channels,
    flaws.other_unit,
    flaws.subjects_in_other_unit,
    flaws.clipped_val,
    flaws.flipped_channels,
    flaws.rounded_val,
    flaws.numb_channel,
]


def planted(base: str, flaw, severity: str = "moderate", seed: int = 0):
    rng = np.random.default_rng([seed, 2])
    world = signals.make(base, rng, n_subjects=8, windows_per_subject=20)
    train, val = healthy(world, rng)
    return train, val, flaw(world, train, val, severity, rng)


@pytest.mark.parametrize("flaw", TRAIN_STAYS)
@pytest.mark.parametrize("severity", cases.SEVERITIES)
def test_only_the_named_windows_and_channels_of_val_change(flaw, severity):
    train, val, case = planted("ecg", flaw, severity)
    assert np.array_equal(train.X, case.train.X)
    moved = (val.X != case.val.X).any(axis=1)
    assert tuple(val.channels[c] for c in np.flatnonzero(moved.any(axis=0))) == tuple(
        name for name in val.channels if name in case.truth.channels
    )
    assert np.array_equal(np.flatnonzero(moved.any(axis=1)), case.truth.val_windows)


def moments(*sides):
    X = np.concatenate([side.X for side in sides]).astype(np.float64)
    return np.abs(X.mean(axis=(0, 1))), np.abs(X.std(axis=(0, 1)) - 1)


@pytest.mark.parametrize("base", ["pendulum", "bursts"])
def test_scalers_are_exact_where_they_say(base):
    _, _, both = planted(base, flaws.scaler_on_both)
    assert np.max(moments(both.train, both.val)) < 1e-6
    assert np.max(moments(both.train)) > 0.05
    _, _, each = planted(base, flaws.scaler_per_side)
    assert np.max([moments(each.train), moments(each.val)]) < 1e-6


def test_the_forgotten_channel_alone_keeps_its_unit():
    train, _, case = planted("tones", flaws.forgotten_channel)
    away = np.max(moments(case.train), axis=0) > 1e-6
    assert tuple(np.array(train.channels)[away]) == case.truth.channels
    assert case.truth.details["root_mean_square"] >= 100


def test_units_change_by_the_factor():
    _, val, case = planted("ar", flaws.other_unit)
    c = val.channels.index(case.truth.channels[0])
    assert case.val.X[:, :, c] == pytest.approx(val.X[:, :, c] * case.truth.details["factor"], rel=1e-5)


def test_channels_are_in_the_order_it_says():
    train, val, case = planted("regimes", flaws.permuted_channels)
    level, sd = train.X.mean(axis=(0, 1), dtype=np.float64), train.X.std(axis=(0, 1), dtype=np.float64)
    order = case.truth.details["order"]
    assert sorted(order) == [0, 1, 2, 3]
    assert pytest.approx(((val.X - level) / sd)[:, :, order], abs=1e-3) == case.val.X
    assert len(case.truth.channels) == 3


@pytest.mark.parametrize(("severity", "share"), [("mild", 0.1), ("moderate", 0.5), ("severe", 1.0)])
def test_windows_normalised_by_themselves(severity, share):
    _, _, case = planted("tones", flaws.windowwise_val, severity)
    own = (np.abs(case.val.X.mean(axis=1)) < 1e-5).all(axis=1)
    assert np.array_equal(np.flatnonzero(own), case.truth.val_windows)
    assert own.mean() == pytest.approx(share, abs=0.01)


def test_flat_windows_are_flat_on_both_sides():
    _, _, case = planted("ar", flaws.flat_windows)
    for side, rows in ((case.train, case.truth.train_windows), (case.val, case.truth.val_windows)):
        assert np.array_equal(np.flatnonzero((np.ptp(side.X, axis=1) == 0).all(axis=1)), rows)
