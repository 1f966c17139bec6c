import numpy as np
import pytest

from benchmarks.recorded import worlds
from splitaudit.zoo import explained_cases as zoo

WORLDS = worlds()


def test_nothing_is_found_where_nothing_is(tmp_path):
    assert worlds(tmp_path) == {}


@pytest.mark.parametrize("name", ["phone", "har", "arem", "ecg5000", "eeg_eye", "elec2", "gunpoint"])
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
