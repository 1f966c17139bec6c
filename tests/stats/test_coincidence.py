from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from splitaudit.stats import coincidence as module
from splitaudit.stats.coincidence import SHORT, Coincidence, coincidence, informative_steps
from splitaudit.stats.fingerprints import Runs
from splitaudit.stats.joins import longest_shared

binary = arrays(np.int8, st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 2)), elements=st.integers(0, 1))


def steps_of(window):
    """Informative steps up to each sample, sample by sample."""
    t, counts = len(window), [0]
    for s in range(t):
        holds = s > 0 and (window[s] == window[s - 1]).all()
        counts_up = s > 1 and (window[s] - window[s - 1] == window[s - 1] - window[s - 2]).all()
        counts.append(counts[-1] + (not holds and not counts_up))
    periodic = any((window[p:] == window[:-p]).all() for p in range(1, t // 2 + 1))
    return [0] * (t + 1) if periodic else counts


@settings(deadline=None, max_examples=60)
@given(binary)
def test_informative_steps_against_a_loop(X):
    assert informative_steps(X, Runs.of(X)).tolist() == [steps_of(window) for window in X.astype(int)]


def test_what_windows_are_worth():
    worth = {0: np.zeros(40), 2: np.arange(40), 3: np.eye(40)[9], 40: np.arange(40) ** 2}
    for steps, window in [*worth.items(), (0, np.arange(40) % 20 >= 10)]:
        X = window[None, :, None]
        assert informative_steps(X, Runs.of(X))[0, -1] == steps


def test_informative_steps_do_not_depend_on_dtype_gain_chunks_or_order(rng, monkeypatch):
    X = np.round(rng.normal(size=(60, 24, 2)) * 1.5).astype(np.int16)
    found, order = informative_steps(X, Runs.of(X)), rng.permutation(60)
    for other in (X.astype(np.float32), X * np.array([2.0, -64.0]), X + np.array([3, 7])):
        assert np.array_equal(informative_steps(other, Runs.of(other)), found)
    assert np.array_equal(informative_steps(X[order], Runs.of(X[order])), found[order])
    monkeypatch.setattr(module, "CHUNK_SAMPLES", 100)
    assert np.array_equal(informative_steps(X, Runs.of(X)), found)


@pytest.mark.parametrize("levels", [2, 3, 6])
def test_chance_agreement_against_all_pairs(rng, levels):
    X = np.unique(rng.integers(0, levels, (50, 16, 1)), axis=0)
    found, starts = coincidence(Runs.of(X)), (0, 4, 8, 12)
    steps, samples, pairs = np.zeros(len(X), dtype=int), np.zeros(len(X), dtype=int), np.zeros(SHORT)
    for i, j in combinations(range(len(X)), 2):
        for start in starts:
            length = np.append(X[i, start:, 0] == X[j, start:, 0], False).argmin()
            moves = np.diff(X[i, start : start + length, 0]) != 0
            steps[[i, j]] = np.maximum(steps[[i, j]], moves.sum() + (length > 0))
            samples[[i, j]] = np.maximum(samples[[i, j]], length)
            pairs += [length >= n and moves[: n - 1].all() for n in range(SHORT)]
    # looked at on a ladder of lengths: never too short, and too long by half at most
    assert (found.steps >= steps).all()
    assert (found.steps <= 1.5 * samples).all()
    n_pairs = len(starts) * len(X) * (len(X) - 1) / 2
    # no fewer than agree in runs without a repeated sample, and not many times more
    assert (found.rate[1:] >= pairs[1:] / n_pairs).all()
    assert (found.rate[1:] <= (3 * pairs[1:] + 10) / n_pairs).all()


def test_only_windows_with_something_in_common_agree(rng):
    X = rng.normal(size=(80, 20, 2))
    found = coincidence(Runs.of(X))
    assert not found.steps.any()
    assert found.rate[1:] == pytest.approx(1 / (4 * 80 * 79 / 2))
    X[:10, :12] = X[0, :12]  # ten that start alike for twelve samples
    found = coincidence(Runs.of(X))
    assert (found.steps[:10] >= 12).all()
    assert not found.steps[10:].any()


def believed(rate, length, steps, chance, n_pairs=1e4):
    found = Coincidence(np.zeros(0, dtype=np.int64), rate)
    return found.believable(np.array(length), np.array(steps), np.array(chance), n_pairs).tolist()


def test_three_times_as_much_as_chance_is_believed():
    assert believed(np.ones(SHORT), [60] * 4, [4, 5, 31, 32], [0, 1, 10, 10]) == [False, True, False, True]


def test_short_runs_are_believed_together_only():
    rate = np.array([1, 1e-3, 1e-4, 1e-5, 1e-6])
    # ten pairs in a million are expected to agree in three samples
    assert not any(believed(rate, [3] * 199, [3] * 199, [0] * 199, n_pairs=1e6))
    assert all(believed(rate, [3] * 201, [3] * 201, [0] * 201, n_pairs=1e6))
    assert not any(believed(rate, [3] * 201, [2] * 201, [0] * 201, n_pairs=1e6))
    assert not any(believed(rate, [3] * 201, [3] * 201, [1] * 201, n_pairs=1e6))


@pytest.mark.slow
@pytest.mark.parametrize("levels", [2, 4, 20, 1000])
def test_what_independent_windows_share_is_not_believed(levels):
    alarms, n, t = 0, 60, 24
    for seed in range(100):
        rng = np.random.default_rng([seed, levels])
        X = rng.permutation(np.unique(rng.integers(0, levels, (2 * n, t, 1)), axis=0))
        runs, found = Runs.of(X), coincidence(Runs.of(X))
        ours, theirs = runs.take(np.arange(n)), runs.take(np.arange(n, len(X)))
        match = longest_shared(theirs, ours, head=True)
        steps = informative_steps(X[n:], theirs)[np.arange(len(theirs)), match.length]
        chance = np.maximum(found.steps[n:], found.steps[match.partner])
        alarms += bool((found.believable(match.length, steps, chance, n * len(theirs)) & (match.length > 0)).any())
    assert alarms <= stats.binom.ppf(0.999, 100, 0.05)
