import numpy as np
import pytest

from benchmarks.hard import POOR
from splitaudit.stats.affine import choose_gram, find_aligned, gram_codes, verify
from tests.support import ar_recording, ar_windows, sliding

T = 48


def standardised(X):
    """Every window at level 0 and spread 1 per channel, in single precision."""
    X = X.astype(np.float64)
    return ((X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)).astype(np.float32)


def planted(rng, stride, n=30):
    """Windows of a recording, dealt in turn to two sides that were each standardised window by window."""
    windows = standardised(sliding(ar_recording(rng, T + (2 * n - 1) * stride), T, stride))
    return windows[::2], windows[1::2]


def triples(found):
    return set(zip(found.window.tolist(), found.other.tolist(), found.shift.tolist(), strict=True))


@pytest.mark.parametrize("stride", [1, 5, 12, 24, 36])
def test_shared_samples_are_found_with_their_shift(rng, stride):
    windows, pool = planted(rng, stride)
    order = rng.permutation(30)
    found, turned = find_aligned(windows[order], pool), find_aligned(pool, windows[order])
    for each, apart in (
        (found, 2 * order[found.window] - (2 * found.other + 1)),
        (turned, 2 * turned.window + 1 - 2 * order[turned.other]),
    ):
        # every window has a partner, and the shift is the distance between where the two start
        assert each.window.tolist() == list(range(30))
        assert np.array_equal(stride * apart, each.shift)
        assert (np.abs(each.shift) < T).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_level_and_gain_per_window_and_channel(rng, dtype):
    pairs = ar_windows(rng, 40, 2 * T).astype(np.float64)
    gain, level = np.exp(rng.normal(size=(40, 1, 3))), 5 * rng.normal(size=(40, 1, 3))
    windows = (gain * pairs[:, 17 : 17 + T] + level).astype(dtype)
    found = find_aligned(windows, pairs[:, :T].astype(dtype))
    assert triples(found) == {(k, k, 17) for k in range(40)}
    assert len(find_aligned(windows, windows).window) == 0  # equal windows are left to the search for copies


def test_the_partner_that_shares_most_is_named(rng):
    signal = ar_recording(rng, 120)
    window = standardised(signal[None, 40 : 40 + T])
    pool = standardised(np.stack([signal[s : s + T] for s in (61, 33)]))
    pool = np.concatenate([pool, standardised(ar_windows(rng, 40, T))])
    assert triples(find_aligned(window, pool)) == {(0, 1, 7)}
    assert triples(find_aligned(standardised(signal[None, 50 : 50 + T]), pool)) == {(0, 0, -11)}


def test_noise_and_a_change_of_sign_make_other_windows(rng):
    windows, pool = planted(rng, 12)
    assert len(find_aligned(windows + 1e-3 * rng.normal(size=windows.shape).astype(np.float32), pool).window) == 0
    assert len(find_aligned(-windows, pool).window) == 0


@pytest.mark.parametrize("name", list(POOR))
def test_windows_that_say_little_are_not_found(rng, name):
    X = POOR[name](rng, 200, T, 2).astype(np.float32)
    assert len(find_aligned(X[:80], X[80:]).window) == 0


@pytest.mark.slow
@pytest.mark.parametrize("phi", [0.0, 0.6, 0.99])
def test_independent_windows_are_never_aligned(phi):
    named = 0
    for seed in range(20):
        X = standardised(ar_windows(np.random.default_rng(seed), 300, T, 2, phi))
        named += len(find_aligned(X[:100], X[100:]).window)
    assert named == 0


def test_verify_knows_affine_pairs_from_others(rng):
    pairs = ar_windows(rng, 20, 2 * T)
    windows, pool = pairs[:, 9 : 9 + T], standardised(pairs[:, :T])
    rows, shift = np.arange(20), np.full(20, 9)
    assert verify(windows, pool, rows, rows, shift).all()
    assert verify(pool, windows, rows, rows, -shift).all()
    assert not verify(windows, pool, rows, rows, shift - 1).any()
    assert not verify(windows, pool, rows, np.roll(rows, 1), shift).any()
    assert not verify(-windows, pool, rows, rows, shift).any()


def test_half_of_the_channels_must_agree_on_the_whole_run(rng):
    pairs, rows = ar_windows(rng, 20, T + 9), np.arange(20)
    windows, pool, shift = pairs[:, 9:].copy(), standardised(pairs[:, :T]), np.full(20, 9)
    windows[:, 20, 1] += 0.01
    assert verify(windows, pool, rows, rows, shift).all()
    windows[:, 30, 2] += 0.01
    assert not verify(windows, pool, rows, rows, shift).any()
    assert verify(windows, pool, rows, rows, shift, tolerance=0.02).all()
    windows[:, :, 2] = 5  # a channel that does not vary has no vote
    assert verify(windows, pool, rows, rows, shift).all()


def test_grams_do_not_change_with_level_and_gain(rng):
    X = ar_windows(rng, 30, T).astype(np.float64)
    gram = choose_gram(X)
    codes = gram_codes(X, gram)
    assert codes.shape == (30, T - gram.span)
    assert np.array_equal(gram_codes(4.0 * X, gram), codes)
    # rounding may push one ratio in some thousand over an edge of the grid
    assert (gram_codes(1.7 * X - 3, gram) == codes).mean() > 0.99
    assert len(np.unique(codes)) == codes.size


@pytest.mark.parametrize("X", [np.zeros((20, T, 2)), np.ones((5, 4, 1)), np.tile(np.arange(40.0)[:, None], (9, 1, 1))])
def test_where_nothing_tells_samples_apart_there_is_no_gram(X):
    assert choose_gram(X) is None
    assert len(find_aligned(X, X).window) == 0


@pytest.mark.parametrize(("starts", "partner", "shift"), [((18, 33), 1, 7), ((40, 20), 1, 20)])
def test_every_window_that_a_gram_points_to_is_tried(rng, starts, partner, shift):
    signal = rng.normal(size=(200, 1)).cumsum(axis=0)
    others = rng.normal(size=(40, 48, 1)).cumsum(axis=1)
    pool = standardised(np.concatenate([[signal[s : s + 48] for s in starts], others]))
    found = find_aligned(standardised(signal[None, 40:88]), pool)
    assert triples(found) == {(0, partner, shift)}
