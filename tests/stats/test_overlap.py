import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hard import POOR, RICH
from splitaudit.stats import overlap as module
from splitaudit.stats.overlap import successive_overlap
from tests.support import ar_recording, ar_windows, sliding

T = 32


@pytest.mark.parametrize("name", [*RICH, *POOR])
def test_independent_windows_do_not_overlap(rng, name):
    found = successive_overlap({**RICH, **POOR}[name](rng, 200, T, 2).astype(np.float32))
    assert found.stride == T
    assert not found.joined.any()
    assert found.segments.tolist() == list(range(200))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000), st.integers(5, 40), st.data())
def test_the_stride_comes_back(seed, t, data):
    stride = data.draw(st.integers(1, t - 1))
    windows = sliding(ar_recording(np.random.default_rng(seed), t + 40 * stride, 1), t, stride)
    found = successive_overlap(windows)
    assert found.stride == stride
    assert found.joined.all()
    assert found.segments.tolist() == [0] * len(windows)


def test_a_stride_of_a_window_is_no_overlap(rng):
    assert successive_overlap(sliding(ar_recording(rng, 100 * T), T, T)).stride == T


@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.float64])
def test_the_dtype_and_the_gain_do_not_matter(rng, dtype):
    signal = np.round(1000 * ar_recording(rng, 2000)).astype(dtype)
    for changed in (signal, signal * np.array([2, 4, -1], dtype=dtype), signal + 3):
        found = successive_overlap(sliding(changed, T, 12))
        assert (found.stride, found.joined.all()) == (12, True)


def test_recordings_come_apart_where_they_end(rng):
    lengths = [30, 4, 51, 1, 17]
    parts = [sliding(ar_recording(rng, T + 8 * (n - 1)), T, 8) for n in lengths]
    found = successive_overlap(np.concatenate(parts))
    assert found.stride == 8
    assert np.array_equal(found.segments, np.repeat(np.arange(5), lengths))


def test_a_window_left_out_or_changed_breaks_the_chain(rng):
    windows = sliding(ar_recording(rng, 2000), T, 10)
    found = successive_overlap(np.delete(windows, 60, axis=0))
    assert np.flatnonzero(~found.joined).tolist() == [59]
    windows[60, 15, 1] += 1e-6  # also a sample of the windows before and after it
    found = successive_overlap(windows)
    assert np.flatnonzero(~found.joined).tolist() == [59, 60]


def test_shuffled_windows_do_not_follow_each_other(rng):
    windows = sliding(ar_recording(rng, 4000), T, 8)
    found = successive_overlap(windows[rng.permutation(len(windows))])
    assert found.joined.mean() < 0.05


def test_repeated_windows_and_a_stray_pair_are_no_overlap(rng):
    windows = ar_windows(rng, 100, T)
    assert successive_overlap(np.repeat(windows, 3, axis=0)).stride == T
    windows[41, :20] = windows[40, 12:]
    assert not successive_overlap(windows).joined.any()
    windows[[71, 81], :20] = windows[[70, 80], 12:]
    found = successive_overlap(windows)
    assert (found.stride, np.flatnonzero(found.joined).tolist()) == (12, [40, 70, 80])


def test_silence_in_a_recording_does_not_hide_its_stride(rng):
    signal = ar_recording(rng, 6000)
    signal[1000:3000] = 0
    found = successive_overlap(sliding(signal, T, 16))
    assert (found.stride, found.joined.all()) == (16, True)


def test_the_most_frequent_of_two_strides_is_named(rng):
    fine, coarse = sliding(ar_recording(rng, 400), T, 4), sliding(ar_recording(rng, 4000), T, 20)
    found = successive_overlap(np.concatenate([fine, coarse]))
    assert found.stride == 20
    assert not found.joined[: len(fine)].any()
    assert found.joined[len(fine) :].all()


def test_chunks_do_not_show(rng, monkeypatch):
    windows = sliding(ar_recording(rng, 1200), T, 8)
    whole = successive_overlap(windows)
    monkeypatch.setattr(module, "CHUNK_SAMPLES", 3 * T * 5)
    assert np.array_equal(successive_overlap(windows).joined, whole.joined)


@pytest.mark.parametrize("shape", [(0, 8, 1), (1, 8, 1), (5, 3, 2), (5, 1, 1), (2, 4, 1)])
def test_too_few_or_too_short_windows_have_no_overlap(rng, shape):
    found = successive_overlap(rng.normal(size=shape))
    assert found.stride == shape[1]
    assert len(found.joined) == max(shape[0] - 1, 0)
    assert not found.joined.any()


@pytest.mark.slow
@pytest.mark.parametrize("levels", [2, 3, 8])
def test_independent_windows_of_few_levels_are_rarely_joined(levels):
    joined = sum(
        successive_overlap(np.random.default_rng(seed).integers(0, levels, (150, 16, 1))).joined.any()
        for seed in range(60)
    )
    assert joined == 0
