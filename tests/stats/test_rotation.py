import numpy as np
import pytest

from splitaudit.stats.rotation import strongest_column


def walk(rng, n, stay):
    """A series of switches: the last value again with that chance, else another coin."""
    fresh = rng.random(n) > stay
    fresh[0] = True
    return rng.integers(0, 2, n)[np.maximum.accumulate(np.where(fresh, np.arange(n), 0))]


def made(seed, *, stay=0.0, n_units=4, n=60, k=40):
    rng = np.random.default_rng(seed)
    columns = np.array([np.concatenate([walk(rng, n, stay) for _ in range(n_units)]) for _ in range(k)], dtype=bool).T
    values = np.concatenate([walk(rng, n, stay) for _ in range(n_units)]).astype(float)
    return columns, values, np.repeat(np.arange(n_units), n), rng


def test_the_column_that_values_follow_is_found():
    columns, values, units, rng = made(0, stay=0.8)
    values = np.where(columns[:, 7], 1.0, values * (rng.random(len(values)) < 0.3))
    assert strongest_column(columns, values, units, rng) == (7, pytest.approx(1 / 500))


def test_few_values_inside_are_no_excess():
    columns, values, units, rng = made(0)
    values[columns[:, 7]] = 0.0
    _, p = strongest_column(columns[:, [7, 7]], values, units, rng)
    assert p > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("stay", [0.0, 0.9])
def test_series_that_know_nothing_of_each_other_agree_by_chance_only(stay):
    p = [strongest_column(*made(seed, stay=stay), rounds=99)[1] for seed in range(200)]
    assert np.mean(np.array(p) <= 0.05) <= 0.1  # 99.9 % of the time where it is 0.05


def test_what_whole_units_hold_is_no_business_of_rotations():
    columns, _, units, rng = made(1)
    columns = np.column_stack([units == 1, columns])
    values = (units == 1).astype(float)
    assert strongest_column(columns, values, units, rng)[1] > 0.5


def test_rows_that_stand_for_themselves_are_permuted():
    columns, values, _, rng = made(2)
    assert strongest_column(columns, values, None, rng)[1] > 0.05
    assert strongest_column(columns, columns[:, 3].astype(float), None, rng) == (3, pytest.approx(1 / 500))


def test_columns_of_all_or_of_none_never_are_the_strongest():
    columns, values, units, rng = made(3)
    empty = np.zeros((len(values), 1), dtype=bool)
    best, _ = strongest_column(np.hstack([empty, ~empty, columns]), values, units, rng)
    assert best > 1


def test_the_same_stream_gives_the_same():
    columns, values, units, _ = made(4, stay=0.5)
    found = [strongest_column(columns, values, units, np.random.default_rng(1)) for _ in range(2)]
    assert found[0] == found[1]
