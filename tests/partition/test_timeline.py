"""Where windows lie in time, and how far apart parts must stay."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.data.copies import find_kin
from splitaudit.data.split import make_split
from splitaudit.partition.known import study
from splitaudit.partition.timeline import components, stretches_of, timeline_of
from tests.partition.data import T, recording, tones


def line_of(X, **metadata):
    return timeline_of(make_split(X, **metadata), find_kin(X))


def test_time_that_is_given_is_kept(rng):
    X, _, start = recording(rng, 60)
    found = line_of(X, time=start)
    assert found.start.tolist() == start.tolist()
    assert found.how == "time as given, by file"
    assert (found.keys == 0).all()


@pytest.mark.parametrize("rate", [50.0, 0.5])
def test_time_in_another_unit_is_counted_in_samples(rng, rate):
    X, _, start = recording(rng, 60)
    found = line_of(X, time=start / rate)
    assert found.start == pytest.approx(start)
    assert f"{1 / rate:g} to a sample" in found.how


def test_time_that_shared_samples_contradict_is_not_believed(rng):
    X, _, start = recording(rng, 60)
    found = line_of(X, time=rng.permutation(1000)[:60])
    assert found.start.tolist() == start.tolist()
    assert found.how == "order rebuilt from shared samples"


@pytest.mark.parametrize("metadata", ["groups", "recording"])
def test_groups_and_recordings_have_clocks_of_their_own(rng, metadata):
    X, _ = tones(rng, 60)
    codes = np.arange(60) % 3
    found = line_of(X, time=np.arange(60), **{metadata: codes})
    assert len(np.unique(found.keys)) == 3
    assert all(len(np.unique(codes[found.keys == key])) == 1 for key in range(3))


@pytest.mark.parametrize("stride", [2, 4, 8, 12])
def test_a_shuffled_recording_is_laid_out_as_it_was(rng, stride):
    X, _, start = recording(rng, 120, stride=stride)
    place = rng.permutation(120)
    found = line_of(X[place])
    assert found.how == "order rebuilt from shared samples"
    assert (found.start - start[place]).std() == 0
    assert place[found.order].tolist() == list(range(120))


def test_stretches_are_laid_end_to_end_without_meeting(rng):
    parts = [recording(rng, n)[0] for n in (40, 30, 20)]
    place = rng.permutation(90)
    whose = np.repeat(np.arange(3), [40, 30, 20])[place]
    X = np.concatenate(parts)[place]
    found = line_of(X)
    assert np.count_nonzero(np.diff(whose[found.order])) == 2
    for a in range(3):
        for b in range(a):
            assert np.abs(found.start[whose == a][:, None] - found.start[whose == b]).min() >= T
    assert len(np.unique(stretches_of(find_kin(X)))) == 3


def test_without_time_and_overlap_it_is_the_order_of_the_file(rng):
    X, _ = tones(rng, 50)
    found = line_of(X)
    assert found.how == "order of the file"
    assert found.start.tolist() == (T * np.arange(50)).tolist()


def test_a_signal_that_repeats_itself_ends_with_finite_places(rng):
    signal = np.tile(rng.normal(size=(48, 2)), (20, 1)).astype(np.float32)
    X = np.stack([signal[s : s + 32] for s in range(0, 900, 16)])
    assert np.isfinite(line_of(X).start).all()


def test_what_hangs_together_by_pairs_has_one_number():
    found = components(6, [(np.array([0, 1]), np.array([1, 2])), (np.array([4]), np.array([5]))])
    assert len({*found[:3]}) == 1
    assert found[4] == found[5]
    assert len(np.unique(found)) == 3


def test_the_gap_is_a_window_where_windows_do_not_resemble_each_other(rng):
    X, y = tones(rng, 200)
    assert study(make_split(X, y, time=T * np.arange(200))).gap.samples == T


def test_the_gap_reaches_beyond_a_window_where_windows_resemble_each_other(rng):
    level = np.repeat(rng.normal(size=(60, 1, 2)), 5, axis=0)  # a level that stays for five windows
    level = level + np.linspace(0, 0.1, 300)[:, None, None]
    X = (level + 0.1 * rng.normal(size=(300, T, 2))).astype(np.float32)
    gap = study(make_split(X, time=T * np.arange(300))).gap
    assert T < gap.samples <= 0.05 * 300 * T
    assert gap.how.startswith("windows resemble each other over")


def test_a_gap_that_is_asked_for_is_kept(rng):
    X, y, start = recording(rng)
    known = study(make_split(X, y, time=start), gap=100.0)
    assert (known.gap.samples, known.gap.how) == (100.0, "as asked for")


def test_windows_that_share_samples_depend_on_each_other_and_independent_ones_do_not(rng):
    X, y, _ = recording(rng)
    assert study(make_split(X[rng.permutation(len(X))], y)).dependent
    X, y = tones(rng, 200)
    assert not study(make_split(X, y)).dependent
