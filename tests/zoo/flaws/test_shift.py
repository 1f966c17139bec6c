"""Each flaw does what it says, in its place and nowhere else."""

import numpy as np
import pytest

from splitaudit.zoo import cases, signals
from splitaudit.zoo.flaws import shift
from splitaudit.zoo.world import healthy


def planted(base: str, flaw, severity: str = "moderate", seed: int = 0):
    rng = np.random.default_rng([seed, 1])
    world = signals.make(base, rng, n_subjects=8, windows_per_subject=20)
    train, val = healthy(world, rng)
    return train, val, flaw(world, train, val, severity, rng)


def changed(before, after) -> tuple[np.ndarray, np.ndarray]:
    """Rows and channels that differ."""
    moved = (before.X != after.X).any(axis=1)
    return np.flatnonzero(moved.any(axis=1)), np.flatnonzero(moved.any(axis=0))


@pytest.mark.parametrize("flaw", shift.FLAWS[:-1])
@pytest.mark.parametrize("severity", cases.SEVERITIES)
def test_train_stays_as_it_was(flaw, severity):
    train, _, case = planted("ecg", flaw, severity)
    assert np.array_equal(train.X, case.train.X)
    assert np.array_equal(train.y, case.train.y)


@pytest.mark.parametrize(("severity", "share"), [("mild", 0.25), ("moderate", 0.5), ("severe", 1.0)])
def test_the_other_regime_takes_its_share_of_every_subject(severity, share):
    _, val, case = planted("regimes", shift.regime_in_val, severity)
    rows, channels = changed(val, case.val)
    assert np.array_equal(rows, case.truth.val_windows)
    assert len(channels) == 4
    taken = np.bincount(val.groups[rows], minlength=len(val.group_names)) / np.bincount(val.groups)
    assert taken == pytest.approx(share, abs=0.06)


@pytest.mark.parametrize("flaw", [shift.smoothed_val, shift.noisy_val])
@pytest.mark.parametrize("base", ["ar", "bursts"])
def test_filter_and_noise_touch_their_channels_only(flaw, base):
    _, val, case = planted(base, flaw)
    rows, channels = changed(val, case.val)
    assert np.array_equal(rows, case.truth.val_windows)
    assert tuple(val.channels[c] for c in channels) == case.truth.channels
    rough = [np.diff(side.X[:, :, channels], axis=1).std() for side in (val, case.val)]
    assert (rough[1] < rough[0]) == (flaw is shift.smoothed_val)
    assert np.array_equal(val.y, case.val.y)


@pytest.mark.parametrize("base", signals.BASES)
def test_decoupling_keeps_every_marginal_and_loses_the_coupling(base):
    _, val, case = planted(base, shift.decoupled_channels)
    rows, channels = changed(val, case.val)
    assert tuple(val.channels[c] for c in channels) == case.truth.channels
    channel = int(channels[0])
    before, after = (sorted(w.tobytes() for w in side.X[:, :, channel]) for side in (val, case.val))
    assert before == after
    coupling = [shift._coupling(side)[channel] for side in (val, case.val)]
    assert coupling[0] > 0.3
    assert coupling[1] < 0.6 * coupling[0]
    assert set(rows) <= set(case.truth.val_windows)


def test_frequencies_move_by_the_factor():
    def peak(side):
        X = side.X[:, :, 0] - side.X[:, :, 0].mean(axis=1, keepdims=True)
        power = np.abs(np.fft.rfft(X, 512, axis=1)) ** 2
        return np.median([power[side.y == k].mean(axis=0).argmax() for k in range(3)])

    _, val, case = planted("tones", shift.frequency_moved)
    assert peak(case.val) / peak(val) == pytest.approx(case.truth.details["factor"], rel=0.08)
    assert len(case.val) < len(val)


def test_one_subject_is_strange():
    _, val, case = planted("pendulum", shift.strange_subject)
    rows, _ = changed(val, case.val)
    (name,) = case.truth.groups
    assert np.array_equal(rows, np.flatnonzero(val.groups == val.group_names.index(name)))
    sd, others = val.X.std(axis=(0, 1)), np.setdiff1d(np.arange(len(val)), rows)
    away = np.abs(case.val.X[rows].mean(axis=(0, 1)) - val.X[others].mean(axis=(0, 1))) / sd
    assert (away > 1.5).all()


@pytest.mark.parametrize("base", ["ar", "bursts"])
def test_drift_goes_on_from_train_to_val(base):
    _, _, case = planted(base, shift.drifting_time)
    train, val = case.train, case.val
    assert train.groups is None
    assert val.time.min() > train.time.max() + train.n_timesteps
    leveled, amplified = (train.channels.index(name) for name in case.truth.channels)
    level = np.corrcoef(train.time, train.X[:, :, leveled].mean(axis=1))[0, 1]
    move = val.X[:, :, leveled].mean() - train.X[:, :, leveled].mean()
    assert abs(level) > 0.4
    assert np.sign(move) == np.sign(level)
    assert val.X[:, :, amplified].std() > 1.2 * train.X[:, :, amplified].std()
