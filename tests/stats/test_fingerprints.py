import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from splitaudit.stats import fingerprints
from splitaudit.stats.fingerprints import Runs, digests, sample_codes

WIDTHS = [np.int8, np.int16, np.int64, np.float16, np.float32, np.float64]


def few_values(rng, n=40, t=9, c=2, levels=3):
    """Windows that agree with each other in many samples."""
    return rng.integers(0, levels, (n, t, c))


def same_grouping(codes, contents):
    """Whether codes are equal exactly where contents are."""
    number = np.unique(contents.reshape(len(contents), -1), axis=0, return_inverse=True)[1].ravel()
    return np.array_equal(codes[:, None] == codes[None], number[:, None] == number[None])


def test_codes_agree_where_samples_do_and_nowhere_else(rng):
    X = few_values(rng)
    assert sample_codes(X).shape == (40, 9)
    assert same_grouping(sample_codes(X).ravel(), X.reshape(-1, 2))


def test_different_values_have_different_codes_and_spread_over_all_bits(rng):
    values = np.r_[np.arange(-5000, 5000), rng.normal(size=20000), rng.normal(size=20000).astype(np.float32)]
    codes = sample_codes(np.unique(values)[:, None, None]).ravel()
    assert len(np.unique(codes)) == len(np.unique(values))
    bits = (codes[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    # 64 shares of about 50 000 coins: within five standard errors
    assert bits.mean(axis=0) == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(len(codes)))


@pytest.mark.parametrize("dtype", WIDTHS)
def test_the_width_of_the_dtype_does_not_matter(rng, dtype):
    X = rng.integers(-100, 100, (5, 12, 3))
    assert np.array_equal(digests(X.astype(dtype)), digests(X))
    assert np.array_equal(sample_codes(X.astype(dtype)), sample_codes(X))


def test_minus_zero_is_zero():
    X = np.zeros((1, 6, 2))
    assert np.array_equal(digests(-X), digests(X))
    assert np.signbit(-X).all()


def test_the_input_is_untouched(rng):
    X = rng.normal(size=(3, 5, 2))
    X[0, 0] = -0.0
    before = X.copy()
    digests(X), Runs.of(X), sample_codes(X)
    assert np.array_equal(X, before)
    assert np.signbit(X[0, 0]).all()


def test_order_of_samples_and_of_channels_matters(rng):
    X = rng.normal(size=(1, 8, 2))
    codes = np.concatenate([digests(some) for some in (X, X[:, ::-1], X[:, :, ::-1], np.roll(X, 1, axis=1))])
    assert len(np.unique(codes)) == 4


def test_one_changed_bit_anywhere_changes_the_digest(rng):
    X = np.repeat(rng.normal(size=(1, 6, 3)), 19, axis=0)
    for k in range(18):
        place = (k, *np.unravel_index(k, (6, 3)))
        X[place] = np.nextafter(X[place], np.inf)
    assert len(np.unique(digests(X))) == 19


def test_chunks_and_order_of_windows_do_not_show(rng, monkeypatch):
    X = rng.normal(size=(70, 10, 2))
    codes, whole = sample_codes(X), digests(X)
    order = rng.permutation(70)
    assert np.array_equal(digests(X[order]), whole[order])
    monkeypatch.setattr(fingerprints, "CHUNK_SAMPLES", 60)
    assert np.array_equal(sample_codes(X), codes)
    assert np.array_equal(digests(X), whole)
    assert np.array_equal(Runs.of(X).whole, whole)


@settings(deadline=None, max_examples=40)
@given(arrays(np.int8, st.tuples(st.integers(1, 6), st.integers(1, 7), st.integers(1, 2)), elements=st.integers(0, 1)))
def test_runs_hash_any_slice_as_a_window_of_its_own(X):
    t, runs = X.shape[1], Runs.of(X)
    assert (len(runs), runs.n_timesteps) == X.shape[:2]
    for start in range(t):
        for stop in range(start + 1, t + 1):
            assert np.array_equal(runs.at(start, stop), digests(X[:, start:stop]))
    lengths = np.arange(1, t + 1)
    assert np.array_equal(runs.heads(lengths), np.stack([digests(X[:, :k]) for k in lengths], axis=1))
    assert np.array_equal(runs.tails(lengths), np.stack([digests(X[:, t - k :]) for k in lengths], axis=1))


def test_some_rows_of_runs(rng):
    X, rows = few_values(rng), np.array([7, 3, 3, 0])
    runs, lengths = Runs.of(X), np.array([8, 2, 5])
    assert np.array_equal(runs.take(rows).whole, digests(X[rows]))
    assert np.array_equal(runs.heads(lengths, rows), runs.heads(lengths)[rows])
    assert np.array_equal(runs.tails(lengths, rows), runs.tails(lengths)[rows])
    assert np.array_equal(runs.tails(lengths, slice(2, 9)), runs.tails(lengths)[2:9])
    assert np.array_equal(runs.samples(rows, 2, 6), sample_codes(X[rows, 2:6]))


def test_the_same_run_at_another_place_has_the_same_hash(rng):
    signal = rng.normal(size=(40, 2))
    first, second = Runs.of(signal[None, :20]), Runs.of(signal[None, 7:27])
    assert first.at(9, 15) == second.at(2, 8)
    assert first.tails(np.array([13])) == second.heads(np.array([13]))
    assert first.at(9, 15) != second.at(3, 9)
