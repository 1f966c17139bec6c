import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.order.dependent_windows import dependent_windows as rule
from tests.support import ar_recording, grouped_split, iid_split, run, sliding


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def test_heavy_overlap_of_a_short_recording_is_an_error():
    rng = np.random.default_rng(0)
    sides = [make_split(sliding(ar_recording(rng, n, phi=0.9), 64, 1)) for n in (1000, 260)]
    found = run(rule, *sides)
    assert found.severity == "error"
    assert "1 samples apart and overlap" in found.message


def test_a_long_overlapping_recording_is_a_warning_at_most():
    rng = np.random.default_rng(1)
    sides = [make_split(sliding(ar_recording(rng, n, phi=0.9), 64, 4)) for n in (12_000, 6000)]
    assert run(rule, *sides).severity in ("ok", "warning")


def test_independent_windows_are_worth_themselves():
    found = run(rule, *iid_split(2))
    assert found.effect < 0.2


def test_tiny_sides_are_skipped():
    X = np.random.default_rng(3).normal(size=(12, 16, 1))
    assert run(rule, make_split(X[:6]), make_split(X[6:])).severity == "skipped"


def test_overlapping_windows_are_worth_no_more_than_their_samples_side_by_side(rng):
    # of white noise every statistic is forgotten faster than the window is long
    sides = [make_split(sliding(rng.normal(size=(n, 2)), 32, 4)) for n in (1600, 320)]
    found = run(rule, *sides)
    assert found.evidence["effective_windows"]["train"] <= 1600 / 32
    assert found.evidence["effective_windows"]["val"] <= 320 / 32
