import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.data.clock import find_clocks
from splitaudit.data.split import make_split
from splitaudit.errors import NotApplicable
from tests.support import ar_recording, sliding


def windows(seed=0, n=20, stride=32):
    signal = ar_recording(np.random.default_rng(seed), 32 * n + 32)
    return sliding(signal, 64, stride)[:n], stride * np.arange(n)


def clocks(train, val):
    ours, theirs, _ = prepare(train, val, Settings())
    return find_clocks(ours, theirs)


def test_nearest_train_window_and_signed_gap():
    X, time = windows()
    mine = np.array([0, 1, 2, 6, 7, 8, 15])
    yours = np.array([3, 5, 11, 19])
    found = clocks(make_split(X[mine], time=time[mine]), make_split(X[yours], time=time[yours]))
    assert found.nearest.tolist() == [2, 3, 5, 6]
    assert found.gap.tolist() == [32, -32, 96, 128]
    assert found.kind == "file"


def test_windows_of_another_recording_are_infinitely_far():
    X, time = windows()
    train = make_split(X[:8], time=time[:8], recording=["a"] * 4 + ["b"] * 4)
    val = make_split(X[8:12], time=time[8:12], recording=["b", "b", "c", "c"])
    found = clocks(train, val)
    assert found.kind == "recording"
    assert found.nearest.tolist() == [7, 7, -1, -1]
    assert found.gap.tolist() == [32, 64, np.inf, np.inf]
    assert found.shared.tolist() == [True, True, False, False]


def test_one_clock_is_believed_only_if_the_samples_agree():
    (X, time), (other, _) = windows(0), windows(1)
    with pytest.raises(NotApplicable, match="one clock"):
        clocks(make_split(X, time=time), make_split(other, time=time))


def test_a_scaler_per_side_does_not_hide_the_clock():
    X, time = windows()
    train, val = make_split(X[::2], time=time[::2]), make_split(3 * X[1::2] - 7, time=time[1::2])
    assert np.abs(clocks(train, val).gap).tolist() == [32.0] * 10


def test_without_time_there_is_no_clock():
    X, _ = windows()
    with pytest.raises(NotApplicable, match="no time"):
        clocks(make_split(X[:10]), make_split(X[10:]))
