import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hard import POOR, RICH
from splitaudit.data import copies as module
from splitaudit.data.copies import find_copies
from tests.support import ar_recording, ar_windows, sliding

T = 32


def planted(rng, n_train=120, n_val=60, n_copies=9):
    """Independent windows, some of val's being train's; and which of whom."""
    train, val = ar_windows(rng, n_train, T), ar_windows(rng, n_val, T)
    rows, source = np.sort(rng.permutation(n_val)[:n_copies]), rng.permutation(n_train)[:n_copies]
    val[rows] = train[source]
    return train, val, rows, source


@pytest.mark.parametrize("name", [*RICH, *POOR])
def test_nothing_is_found_among_independent_windows(rng, name):
    X = {**RICH, **POOR}[name](rng, 300, T, 2)
    copies, overlaps = find_copies(X[:200], X[200:])
    assert len(copies.leaked) == 0
    assert len(overlaps.val) == 0
    assert not (copies.telling & copies.common).any()


def test_equal_windows_have_their_first_source(rng):
    train, val, rows, source = planted(rng)
    train = np.concatenate([train, train[source[:1]]])  # a second copy further on in train
    copies, _ = find_copies(train, val)
    assert np.array_equal(copies.leaked, rows)
    assert np.array_equal(copies.source[rows], source)
    assert (np.delete(copies.source, rows) == -1).all()
    assert copies.repeated(slice(0, 121)) == 1
    assert copies.repeated(slice(121, None)) == 0
    assert not copies.common.any()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 999))
def test_sources_against_a_dictionary_whatever_the_order(seed):
    rng = np.random.default_rng(seed)
    few = np.round(2 * ar_windows(rng, 12, 6, 1)).astype(np.int8)
    train, val = few[rng.integers(0, 8, 15)], few[rng.integers(4, 12, 10)]
    copies, _ = find_copies(train, val)
    first = {}
    for k, window in enumerate(train):
        first.setdefault(window.tobytes(), k)
    assert copies.source.tolist() == [first.get(window.tobytes(), -1) for window in val]
    number = np.unique(np.concatenate([train, val]), axis=0, return_inverse=True)[1].ravel()
    assert np.array_equal(copies.content[:, None] == copies.content, number[:, None] == number)
    assert np.array_equal(copies.telling | copies.common, [np.sum(copies.content == k) > 1 for k in copies.content])


def test_silence_is_common_and_no_leak(rng):
    train, val, rows, _ = planted(rng)
    free = np.setdiff1d(np.arange(60), rows)[:5]
    train[:7], val[free] = 0, 0
    copies, _ = find_copies(train, val)
    assert set(free) <= set(np.flatnonzero(copies.common[120:]))
    assert not set(free) & set(copies.leaked)
    assert (copies.source[free] == 0).all()


def test_a_collision_of_hashes_is_no_copy_and_no_overlap(rng, monkeypatch):
    train, val = ar_windows(rng, 50, T), ar_windows(rng, 30, T)
    val[8] = train[9]
    of = module.Runs.of
    end = of(train).tails(np.array([20]))[4, 0]

    def colliding(X):
        runs = of(X)
        runs.sums[3 if X is train else 5] = np.arange(T + 1)
        runs.sums[6, 20] = end
        return runs

    monkeypatch.setattr(module.Runs, "of", colliding)
    copies, overlaps = find_copies(train, val)
    assert copies.content[3] != copies.content[50 + 5]
    assert (copies.leaked.tolist(), copies.source[5], copies.source[8]) == ([8], -1, 9)
    assert (len(overlaps.val), overlaps.n_chance) == (0, 1)


@pytest.mark.parametrize("stride", [1, 3, 16, 29])
def test_shared_samples_with_the_partner_that_shares_most(rng, stride):
    windows = sliding(ar_recording(rng, T + 99 * stride), T, stride)
    order = rng.permutation(100)
    ours, theirs = order[:70], order[70:]
    _, found = find_copies(windows[ours], windows[theirs])
    apart = np.abs(theirs[:, None] - ours[None]).min(axis=1)
    near = np.flatnonzero(apart * stride < T)
    assert np.array_equal(found.val, near)
    assert np.array_equal(found.length, T - stride * apart[near])
    assert np.array_equal(T - np.abs(theirs[found.val] - ours[found.train]) * stride, found.length)
    assert np.array_equal(found.later, theirs[found.val] > ours[found.train])
    assert not found.scaled
    assert found.n_chance == 0


@pytest.mark.parametrize("stride", [4, 16, 24])
def test_windows_standardised_one_by_one(rng, stride):
    windows = sliding(ar_recording(rng, T + 99 * stride), T, stride).astype(np.float64)
    windows = (windows - windows.mean(axis=1, keepdims=True)) / windows.std(axis=1, keepdims=True)
    ours, theirs = np.arange(0, 100, 2), np.arange(1, 100, 2)
    _, found = find_copies(windows[ours], windows[theirs])
    assert found.scaled
    assert np.array_equal(found.val, np.arange(50))
    shift = (theirs[found.val] - ours[found.train]) * stride
    assert np.array_equal(found.length, T - np.abs(shift))
    assert np.array_equal(found.later, shift > 0)


def test_very_short_windows_of_many_channels_are_long_ones_of_one(rng):
    train, val = rng.normal(size=(80, 2, 40)), rng.normal(size=(40, 2, 40))
    val[:6] = train[10:16]
    assert find_copies(train, val)[0].leaked.tolist() == list(range(6))
