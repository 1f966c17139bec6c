import numpy as np
import pytest

from benchmarks.recorded import worlds
from splitaudit.zoo import explained_cases as zoo

WORLDS = worlds()


def test_nothing_is_found_where_nothing_is(tmp_path):
    assert set(worlds(tmp_path)) == {"digits"}  # which come with scikit-learn


@pytest.mark.parametrize("name", ["phone", "har", "arem", "ecg5000", "eeg_eye", "elec2", "gunpoint", "digits"])
def test_a_recorded_world_is_split_between_strangers(name):
    if name not in WORLDS:
        pytest.skip("the data are not here")
    train, val = zoo.unspoiled(f"{name}/sound_split/mild", 1, WORLDS)
    assert min(len(train), len(val)) > 40
    assert not set(np.array(train.group_names)[train.groups]) & set(np.array(val.group_names)[val.groups])
    assert len(np.unique(train.y)) == len(train.classes)
    assert len({window.tobytes() for window in train.X} & {window.tobytes() for window in val.X}) == 0


def test_windows_are_put_together_as_they_were_cut():
    if "phone" not in WORLDS:
        pytest.skip("the data are not here")
    world = WORLDS["phone"](np.random.default_rng(0))
    assert world.has_subjects
    assert world.has_recordings
    assert max(len(recording.signal) for recording in world.recordings) > 3 * world.n_timesteps


def test_digits_are_images_row_by_row_and_no_two_draws_are_alike():
    world = WORLDS["digits"](np.random.default_rng(0))
    assert (world.n_timesteps, len(world.channels), len(world.classes)) == (8, 8, 10)
    assert not world.has_subjects
    assert not world.has_recordings
    first = next(r for r in world.recordings if r.label[0] == 0).signal
    assert first.shape == (8, 8)
    assert set(np.unique(first)) <= set(range(17))
    zeros, ones = (np.mean([r.signal for r in world.recordings if r.label[0] == k], axis=0) for k in (0, 1))
    assert ones[3:5, 3:5].mean() > 10 > 2 > zeros[3:5, 3:5].mean()  # a zero is hollow
    other = WORLDS["digits"](np.random.default_rng(1))
    assert len(other.recordings) != len(world.recordings)
