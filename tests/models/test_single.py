from dataclasses import replace

import numpy as np
from scipy import stats

from splitaudit.audit import Settings, prepare
from splitaudit.data.split import make_split
from splitaudit.models import single
from splitaudit.models.single import single_channels
from tests.support import ar_windows, iid_split


def sides(rng, level):
    """240 and 160 windows of three channels, whose classes move the level of channel 1 to ``level[class]``."""
    out = []
    for n in (240, 160):
        y = rng.integers(0, len(level), n)
        X = ar_windows(rng, n)
        X[:, :, 1] += np.float32(level)[y][:, None]
        out.append(make_split(X, y))
    return prepare(*out, Settings())


def by_chance(right, chance):
    return stats.binom.sf(right.sum(axis=0) - 1, len(right), chance) > 1e-3


def test_the_channel_that_tells_the_class_does_so_and_the_others_do_not(rng):
    found = single_channels(*sides(rng, [0, 4, 8]))
    assert found.train.shape == (240, 3)
    assert found.val.shape == (160, 3)
    for right in (found.train, found.val):
        assert right[:, 1].mean() > 0.95
        # as often as the most frequent class may be
        assert by_chance(right[:, [0, 2]], 0.4).all()


def test_squares_tell_a_class_on_both_sides_of_another(rng):
    # class 0 lies in the middle, class 1 above or below: no line parts them
    four = sides(rng, [0, 5, 0, -5])[:2]
    coded = [replace(side.split, y=side.y % 2, classes=("0", "1")) for side in four]
    found = single_channels(*prepare(*coded, Settings()))
    assert found.train[:, 1].mean() > 0.95
    assert found.val[:, 1].mean() > 0.95


def test_the_only_unit_of_a_class_is_never_seen_when_it_is_predicted(rng):
    groups = np.repeat(np.arange(6), 60)
    y = (groups % 3 > 0).astype(int)
    X = ar_windows(rng, 360)
    X[:, :, 1] += np.where(y > 0, 6, -6).astype(np.float32)[:, None]
    parts = (groups < 3, groups >= 3)
    found = single_channels(*prepare(*(make_split(X[p], y[p], groups=groups[p]) for p in parts), Settings()))
    assert not found.train[:60].any()
    assert found.val[:, 1].all()


def test_of_many_windows_a_random_part_is_used(rng, monkeypatch):
    monkeypatch.setattr(single, "MAX_FIT", 100)
    found = single_channels(*sides(rng, [0, 4]))
    assert len(found.rows) == len(found.train) == 100
    assert np.array_equal(found.rows, np.unique(found.rows))
    assert 20 < np.count_nonzero(found.rows < 120) < 80
    assert len(found.val) == 160


def test_one_unit_on_a_side_is_folded_by_window(rng):
    ours, theirs, context = sides(rng, [0, 4])
    alone = replace(context, scheme=replace(context.scheme, units=np.repeat([0, 1], [240, 160])), memo={})
    assert single_channels(ours, theirs, alone).train[:, 1].mean() > 0.95


def test_it_is_computed_once_per_run_whoever_asks():
    ours, theirs, context = prepare(*iid_split(3), Settings(random_state=5))
    found = single_channels(ours, theirs, context.of("SA302"))
    assert single_channels(ours, theirs, context.of("SA307")) is found
    other = single_channels(*prepare(*iid_split(3), Settings(random_state=5)))
    assert np.array_equal(found.train, other.train)
    assert np.array_equal(found.val, other.val)
