import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.shift.spectrum_shift import spectrum_shift as rule
from tests.support import grouped_split, iid_split, run, strangers


def tones(rng, n, cycles, phase=None):
    phase = rng.uniform(0, 2 * np.pi, (n, 1, 1)) if phase is None else phase
    at = np.arange(64)[None, :, None] / 64
    return (np.sin(2 * np.pi * cycles * at + phase) + rng.normal(size=(n, 64, 2))).astype(np.float32)


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info")


def test_a_tone_moved_by_half_a_cycle_is_an_error():
    rng = np.random.default_rng(0)
    sides = make_split(tones(rng, 300, 8), name="train"), make_split(tones(rng, 300, 8.5), name="val")
    found = run(rule, *strangers(*sides))
    assert found.severity == "error"
    assert found.where.channels == (0, 1)


def test_a_smoothed_channel_is_named():
    train, val = iid_split(1)
    X = val.X.copy()
    X[:, 1:-1, 2] = (X[:, :-2, 2] + X[:, 1:-1, 2] + X[:, 2:, 2]) / 3
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.channels == (2,)


def test_a_locked_phase_is_seen_although_the_power_agrees():
    rng = np.random.default_rng(2)
    found = run(rule, make_split(tones(rng, 300, 8)), make_split(tones(rng, 300, 8, phase=0.3)))
    assert found.p_value < 1e-6
    assert "fixed phase" in found.message


def test_short_windows_are_skipped():
    X = np.random.default_rng(3).normal(size=(30, 5, 1))
    assert run(rule, make_split(X), make_split(X)).severity == "skipped"
