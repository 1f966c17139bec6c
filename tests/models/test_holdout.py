import numpy as np

from splitaudit.models.holdout import inner_part, thinned


def test_the_inner_part_holds_whole_units_and_about_a_sixth(rng):
    units = np.repeat(np.arange(12), 20)
    fit, inner = inner_part(np.arange(240) % 3, units, rng)
    assert np.array_equal(np.sort(np.r_[fit, inner]), np.arange(240))
    assert not set(units[fit]) & set(units[inner])
    assert len(inner) == 40


def test_no_class_loses_all_its_windows_to_the_inner_part(rng):
    units = np.repeat(np.arange(6), 10)
    y = (units == 2).astype(np.int64)  # one unit holds all of class 1
    for _ in range(10):
        fit, inner = inner_part(y, units, rng)
        assert set(y[fit]) == {0, 1}
        assert len(inner)


def test_a_single_unit_is_parted_at_random(rng):
    fit, inner = inner_part(np.arange(30) % 2, np.zeros(30, dtype=np.int64), rng)
    assert len(inner) == 5
    assert np.array_equal(np.sort(np.r_[fit, inner]), np.arange(30))


def test_thinning_takes_the_same_share_of_every_unit(rng):
    units = rng.permutation(np.repeat(np.arange(4), [400, 200, 100, 100]))
    rows = thinned(units, 200, rng)
    assert len(rows) == len(set(rows.tolist())) == 200
    assert np.abs(np.bincount(units[rows]) - [100, 50, 25, 25]).max() <= 1
    assert np.array_equal(thinned(units, 800, rng), np.arange(800))
