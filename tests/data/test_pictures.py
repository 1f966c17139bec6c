"""Exhibits of windows."""

from __future__ import annotations

import numpy as np

from splitaudit.audit import Settings, prepare
from splitaudit.data.pictures import overlaid, typical_windows
from tests.support import iid_split


def sides(**changes):
    return prepare(*iid_split(**changes), Settings())[:2]


def test_pairs_lie_over_each_other_in_the_channel_that_moves_most():
    train, val = sides()
    pair = overlaid(train, val, [(3, 7, 0)])[0]
    assert pair.title == "val 3 over train 7"
    assert list(pair.lines) == ["train 7", "val 3"]
    channel = int((val.split.X[3].std(axis=0) / train.ruler[1]).argmax())
    assert np.allclose(pair.lines["val 3"][1], val.split.X[3, :, channel], rtol=1e-4)
    assert np.allclose(pair.lines["train 7"][1], train.split.X[7, :, channel], rtol=1e-4)


def test_a_shift_moves_the_train_window_and_scales_are_taken_off():
    train, val = sides()
    (pair,) = overlaid(train, val, [(0, 1, -5)], own_scale=True)
    assert pair.lines["train 1"][0][0] == -5
    assert abs(np.mean(pair.lines["val 0"][1])) < 1e-4
    assert abs(np.std(pair.lines["val 0"][1]) - 1) < 1e-3


def test_few_pairs_and_few_points_are_kept():
    train, val = sides(t=700, n_train=40, n_val=30)
    pairs = overlaid(train, val, [(i, i, 0) for i in range(9)])
    assert len(pairs) == 3
    assert all(len(x) == len(y) == 200 for pair in pairs for x, y in pair.lines.values())
    assert overlaid(train, val, []) == ()


def test_typical_windows_are_of_both_sides():
    train, val = sides()
    values = np.arange(len(train) + len(val), dtype=np.float32)
    lines = typical_windows(train, val, 1, values).lines
    assert [label.split()[0] for label in lines] == ["train", "train", "val", "val"]
    assert np.allclose(lines["val 52"][1], val.signals[52, :, 1], rtol=1e-4)
