"""Equal windows and windows that go on from others inside one data set."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.data.copies import find_kin
from tests.support import ar_recording, ar_windows, sliding

T = 32


@pytest.mark.parametrize("stride", [1, 8, 16, 30])
def test_a_shuffled_recording_is_chained_again(rng, stride):
    windows = sliding(ar_recording(rng, T + 60 * stride, 3), T, stride)
    place = rng.permutation(len(windows))
    found = find_kin(windows[place])
    for i, own in enumerate(place):
        assert found.before[i] == (-1 if own == 0 else np.flatnonzero(place == own - 1)[0])
        assert found.length[i] == (0 if own == 0 else T - stride)


def test_two_recordings_are_two_chains(rng):
    parts = [sliding(ar_recording(rng, 400), T, 8) for _ in range(2)]
    n = len(parts[0])
    found = find_kin(np.concatenate(parts))
    assert np.flatnonzero(found.before == -1).tolist() == [0, n]
    assert (found.before[1:n] == np.arange(n - 1)).all()
    assert (found.before[n + 1 :] == np.arange(n, 2 * n - 1)).all()


@pytest.mark.parametrize("t", [4, 16, 64])
def test_equal_windows_share_a_number_and_independent_ones_do_not(rng, t):
    windows = ar_windows(rng, 100, t)
    windows[[20, 50]], windows[80] = windows[3], windows[4]
    content = find_kin(windows).content
    assert len({content[3], content[20], content[50]}) == 1
    assert content[80] == content[4] != content[3]
    assert len(np.unique(content)) == 97


def test_independent_windows_go_on_from_nothing(rng):
    found = find_kin(ar_windows(rng, 200, T))
    assert (found.before == -1).all()
    assert (found.length == 0).all()
    assert len(np.unique(found.content)) == 200


@pytest.mark.parametrize("silence", ["windows", "ends", "on and off"])
def test_silence_ties_nothing(rng, silence):
    windows = ar_windows(rng, 120, T)
    if silence == "windows":
        windows[::3] = 0
    elif silence == "ends":
        windows[:, :8], windows[:, -8:] = 0, 0
    else:
        windows = (np.arange(T)[None, :, None] < rng.integers(0, T, (120, 1, 3))).astype(np.float32)
    found = find_kin(windows)
    assert len(np.unique(found.content)) == 120
    assert (found.before == -1).all()


def test_a_recording_with_silence_in_it_is_chained_where_it_speaks(rng):
    signal = ar_recording(rng, 640, 3)
    signal[200:400] = 0
    found = find_kin(sliding(signal, T, 8))
    start = 8 * np.arange(len(found.before))
    speaks = (start + T <= 200) | (start >= 400)
    told = np.flatnonzero(speaks & np.r_[False, speaks[:-1]] & (start != 400))
    assert (found.before[told] == told - 1).all()
    silent = (start >= 200) & (start + T <= 400)
    assert (found.before[silent] == -1).all()


def test_the_input_is_left_alone(rng):
    windows = sliding(ar_recording(rng, 400), T, 8)
    before = windows.copy()
    find_kin(windows)
    assert np.array_equal(windows, before)
