import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.errors import NotApplicable
from splitaudit.explanation.experiments.truncate import truncate as experiment
from tests.explanation.support import NOTHING, lab_of, level_split, outcomes_of, values
from tests.support import iid_split


def test_a_level_is_seen_in_any_part_of_the_window():
    found = values(experiment, lab_of(*level_split(1)))
    assert abs(found["rise_length"]) < NOTHING
    assert abs(found["rise_half"]) < NOTHING


def test_what_only_the_whole_window_shows_rises_with_its_length():
    rng = np.random.default_rng(2)
    sides = []
    for name, n, first in (("train", 160, 0), ("val", 80, 100)):
        y, sign = rng.integers(0, 2, n), rng.choice([-2.0, 2.0], n)
        X = rng.normal(size=(n, 16, 2))
        X[:, :8, 0] += sign[:, None]
        X[:, 8:, 0] += np.where(y == 1, sign, -sign)[:, None]  # whether the halves agree
        sides.append(make_split(X.astype(np.float32), y, groups=first + np.arange(n) // 20, name=name))
    found = outcomes_of(experiment, lab_of(*sides))
    assert found["rise_length"].low > 0.25
    assert found["share_length"].value > 0.7


def test_slow_tones_need_long_windows():
    found = values(experiment, lab_of(*iid_split(3, n_train=200, n_val=60, t=32)))
    assert found["rise_half"] > 0.1


def test_short_windows_cannot_be_cut():
    with pytest.raises(NotApplicable, match="windows of 7 steps cannot be cut"):
        experiment(lab_of(*iid_split(4, n_train=60, n_val=40, t=7)))
