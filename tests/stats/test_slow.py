import numpy as np
import pytest

from benchmarks.compare.copies import between
from splitaudit.stats.neighbours import Neighbours
from splitaudit.stats.slow import SlowParts
from tests.support import ar_windows

N, T, C = 200, 64, 2
EACH = np.arange(N)


def prepared(rng, phi=0.6, t=T):
    """Windows of longer ones, and a search among them."""
    longer = ar_windows(rng, N, 2 * t, C, phi).astype(np.float64)
    X = longer[:, t // 2 : t // 2 + t]
    return longer, X, SlowParts(Neighbours(X, EACH, rng))


@pytest.mark.parametrize("delay", [-1.25, -0.5, 0.0, 0.5, 1.0])
def test_origin_and_delay_come_back(rng, delay):
    longer, _, slow = prepared(rng)
    found = slow.origins(between(longer, T // 2 + delay + np.arange(T)))
    assert np.array_equal(found.other, EACH)
    assert np.abs(np.median(found.delay) - delay) <= 0.25
    assert np.median(found.distance) < 0.2
    assert np.median(slow.ranked(longer[:, : -T // 2][:, :T], EACH).distance[:, 0]) > 0.7


@pytest.mark.parametrize("t", [64, 128])
def test_a_stretch_is_undone(rng, t):
    longer, _, slow = prepared(rng, t=t)
    found = slow.origins(between(longer, t // 2 + 1.02 * np.arange(t)))
    assert np.array_equal(found.other, EACH)
    assert np.quantile(found.distance, 0.9) < 0.3


def test_level_and_gain_do_not_matter(rng):
    _, X, slow = prepared(rng)
    changed = 3.0 * X + np.array([5.0, -7.0])
    assert slow.oscillations(changed) == pytest.approx(slow.oscillations(X), abs=1e-4)
    assert not slow.oscillations(np.full((3, T, C), 7.0)).any()


def test_windows_of_the_own_unit_are_left_out(rng):
    _, X, slow = prepared(rng)
    assert (slow.origins(X, EACH).other != EACH).all()
    assert (slow.ranked(X, EACH).other != EACH[:, None]).all()
    assert np.array_equal(slow.origins(X).other, EACH)


def test_what_is_common_to_all_windows_does_not_matter(rng):
    # a strong common wave makes all windows alike, yet the origin is found by the rest
    longer = ar_windows(rng, N, 2 * T, C, 0.6) + 10 * np.sin(2 * np.pi * np.arange(2 * T) / T)[None, :, None]
    X = longer[:, T // 2 : T // 2 + T]
    found = SlowParts(Neighbours(X, EACH, rng)).origins(between(longer, T // 2 + 0.5 + np.arange(T)))
    assert (found.other == EACH).mean() > 0.98
