import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.shift.temporal_drift import temporal_drift as rule
from tests.support import ar_recording, grouped_split, iid_split, run, sliding


def halves(seed, drift=0.0, phi=0.9):
    signal = ar_recording(np.random.default_rng(seed), 40_000, phi=phi)
    signal[:, 1] += drift * np.arange(40_000) / 40_000
    X, time = sliding(signal, 64, 64), np.arange(0, 40_000 - 63, 64)
    cut = int(0.7 * len(X))
    return make_split(X[:cut], time=time[:cut]), make_split(X[cut:], time=time[cut:])


@pytest.mark.parametrize("seed", range(6))
def test_does_not_fire_on_a_stationary_recording(seed):
    assert run(rule, *halves(seed)).severity in ("ok", "info")


def test_names_the_drifting_channel():
    found = run(rule, *halves(0, drift=4.0))
    assert found.severity == "error"
    assert found.where.channels == (1,)


def test_drift_in_shuffled_windows_of_both_sides_is_no_way_from_train_to_val():
    train, val = halves(1, drift=4.0)
    X, time = np.r_[train.X, val.X], np.r_[train.time, val.time]
    mix = np.random.default_rng(0).permutation(len(X))
    cut = len(X) // 2
    found = run(rule, *(make_split(X[part], time=time[part]) for part in (mix[:cut], mix[cut:])))
    assert found.severity in ("ok", "info")


def test_without_time_or_with_groups_it_is_skipped():
    assert run(rule, *iid_split(0)).severity == "skipped"
    assert "each with its own time" in run(rule, *grouped_split(0)).message
