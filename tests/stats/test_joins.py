import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from splitaudit.stats import joins
from splitaudit.stats.fingerprints import Runs
from splitaudit.stats.joins import NONE, among, contained, longest_shared, lookup
from tests.support import sliding

few = arrays(np.uint64, st.integers(0, 12), elements=st.integers(0, 5).map(lambda k: k << 61))
any_code = arrays(np.uint64, st.integers(0, 12), elements=st.integers(0, 2**64 - 1))
binary = arrays(
    np.int8, st.tuples(st.integers(1, 7), st.just(6), st.just(1)), elements=st.integers(0, 1), fill=st.nothing()
)


def brute_force(windows, pool, head):
    """Longest run shared by the start of each window and the end of another (or the other way round), and the first."""
    t, found = windows.shape[1], []
    for window in windows:
        shared = [
            (k, -place)
            for place, other in enumerate(pool)
            for k in range(1, t)
            if np.array_equal(*((window[:k], other[t - k :]) if head else (window[t - k :], other[:k])))
        ]
        length, place = max(shared, default=(0, -NONE))
        found.append((length, -place))
    return found


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.tuples(few, few), st.tuples(any_code, any_code)))
def test_lookup_is_a_dictionary_of_first_places(codes):
    wanted, offered = codes
    places = {}
    for place, code in enumerate(offered.tolist()):
        places.setdefault(code, place)
    assert lookup(wanted, offered).tolist() == [places.get(code, NONE) for code in wanted.tolist()]


@settings(deadline=None, max_examples=60)
@given(few, any_code)
def test_among_never_drops_a_wanted_code(wanted, others):
    assert among(np.concatenate([others, wanted]), wanted)[len(others) :].all()


@pytest.mark.parametrize("n", [1, 100, 5000])
def test_among_lets_at_most_one_in_eight_others_pass(rng, n):
    wanted, others = (rng.integers(0, 1 << 64, k, dtype=np.uint64) for k in (n, 40000))
    # the table has at least eight places per wanted code; five standard errors
    assert among(others, wanted).mean() <= 0.125 + 5 * np.sqrt(0.125 * 0.875 / 40000)


@settings(deadline=None, max_examples=60)
@given(binary, binary, st.booleans())
def test_longest_shared_against_a_double_loop(windows, pool, head):
    found = longest_shared(Runs.of(windows), Runs.of(pool), head=head)
    expected = brute_force(windows, pool, head)
    assert list(zip(found.length.tolist(), found.partner.tolist(), strict=True)) == expected


@pytest.mark.parametrize("head", [True, False])
def test_blocks_of_lengths_do_not_show(rng, monkeypatch, head):
    windows, pool = (Runs.of(rng.integers(0, 20, (n, 12, 1))) for n in (25, 30))
    whole = longest_shared(windows, pool, head=head)
    assert set(whole.length) >= {0, 1}
    monkeypatch.setattr(joins, "BLOCK_CODES", 60)
    parts = longest_shared(windows, pool, head=head)
    assert np.array_equal(parts.length, whole.length)
    assert np.array_equal(parts.partner, whole.partner)


def test_windows_of_a_recording_find_their_neighbours_in_any_order(rng):
    windows = sliding(rng.normal(size=(400, 2)), 20, 15)
    order = rng.permutation(len(windows))
    shuffled, place = Runs.of(windows[order]), np.argsort(order)
    found = longest_shared(shuffled, shuffled, head=True)
    assert found.length[place].tolist() == [0] + [5] * (len(windows) - 1)
    assert found.partner[place[1:]].tolist() == place[:-1].tolist()
    found = longest_shared(shuffled, shuffled, head=False)
    assert found.partner[place[:-1]].tolist() == place[1:].tolist()


def test_whole_windows_do_not_count(rng):
    runs = Runs.of(rng.normal(size=(6, 10, 1)))
    assert not longest_shared(runs, runs, head=True).length.any()


def test_runs_of_different_lengths_do_not_meet():
    # a run and the same with zeros after it are told apart by their length only
    windows, pool = Runs.of(np.array([[[1], [0], [0], [0]]])), Runs.of(np.array([[[5], [6], [7], [1]]]))
    assert longest_shared(windows, pool, head=True).length.tolist() == [1]


def test_one_pair_in_which_a_sample_differs_shares_nothing(rng):
    signal = rng.normal(size=(30, 3))
    first, second = signal[None, :20], signal[None, 10:30].copy()
    assert longest_shared(Runs.of(second), Runs.of(first), head=True).length.tolist() == [10]
    second[0, 4, 1] += 1e-12
    assert longest_shared(Runs.of(second), Runs.of(first), head=True).length.tolist() == [0]


def test_windows_of_one_sample_share_nothing():
    runs = Runs.of(np.ones((3, 1, 2)))
    assert longest_shared(runs, runs, head=True).length.tolist() == [0, 0, 0]


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.tuples(few, few), st.tuples(any_code, any_code)), st.integers(1, 9))
def test_codes_are_found_in_a_pool_that_is_joined_by_partition(codes, part):
    ours, pool = codes
    ours = np.concatenate([ours, pool[::2], pool[::2] ^ np.uint64(1)])
    np.testing.assert_array_equal(contained(ours, pool, part), np.isin(ours, pool))
