"""Things dealt to parts so that every part is like the whole."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from splitaudit.stats.allotment import FREE, MAX_SEARCHED, allot

HALVES, THIRDS, USUAL = np.array([0.5, 0.5]), np.full(3, 1 / 3), np.array([0.6, 0.2, 0.2])


def things(rng, n, d=4):
    """Sizes between 5 and 40 and sums of ``d`` traits over as many windows."""
    size = rng.integers(5, 41, n).astype(float)
    return np.column_stack([size, size[:, None] * rng.normal(size=(n, d))])


def cost(traits, shares, part):
    """Squared deviations of all parts from their share of the whole, relative to their size."""
    total = traits.sum(axis=0)
    held = [traits[part == p].sum(axis=0) for p in range(len(shares))]
    return sum(((got - share * total) ** 2).sum() / share**2 for got, share in zip(held, shares, strict=True))


def none(n):
    return np.zeros(n, dtype=np.int64)


@pytest.mark.parametrize("shares", [HALVES, THIRDS, USUAL], ids=["halves", "thirds", "usual"])
def test_parts_are_far_more_like_the_whole_than_a_random_deal(rng, shares):
    traits = things(rng, 60)
    found = cost(traits, shares, allot(traits, shares, rng, stratum=none(60)))
    dealt = [cost(traits, shares, rng.choice(len(shares), 60, p=shares)) for _ in range(200)]
    assert found < 0.05 * min(dealt)


@pytest.mark.parametrize(("n", "shares"), [(8, HALVES), (7, THIRDS), (8, np.array([0.7, 0.3]))])
def test_tiny_inputs_get_the_best_deal_there_is(rng, n, shares):
    for _ in range(5):
        traits = things(rng, n, 2)
        deals = (np.array(deal) for deal in product(range(len(shares)), repeat=n))
        best = min(cost(traits, shares, deal) for deal in deals if len(set(deal)) == len(shares))
        found = allot(traits, shares, rng, stratum=none(n))
        assert cost(traits, shares, found) == pytest.approx(best)


@pytest.mark.parametrize("n", [30, MAX_SEARCHED + 300])
def test_fixed_things_stay(rng, n):
    fixed = np.full(n, FREE)
    fixed[:5], fixed[5:8] = 0, 2
    part = allot(things(rng, n), USUAL, rng, fixed=fixed, stratum=none(n))
    assert part[:8].tolist() == [0] * 5 + [2] * 3
    assert set(part.tolist()) == {0, 1, 2}


@pytest.mark.parametrize("n", [2, 3, 5, 40])
def test_no_part_is_empty_however_small(rng, n):
    shares = np.array([0.98, 0.02])
    for _ in range(10):
        assert set(allot(things(rng, n), shares, rng, stratum=none(n)).tolist()) == {0, 1}


def test_one_thing_that_outweighs_all_others_leaves_something_for_every_part(rng):
    traits = things(rng, 12)
    traits[3] *= 1000
    assert np.bincount(allot(traits, USUAL, rng, stratum=none(12)), minlength=3).min() >= 1


@pytest.mark.parametrize("n", [50, MAX_SEARCHED + 100])
def test_the_same_stream_gives_the_same_deal_and_leaves_its_input_alone(rng, n):
    traits = things(rng, n)
    before = traits.copy()
    first, again = (allot(traits, USUAL, np.random.default_rng(3), stratum=none(n)) for _ in range(2))
    assert np.array_equal(first, again)
    assert np.array_equal(traits, before)


@pytest.mark.parametrize("shares", [np.array([0.8, 0.2]), USUAL, np.full(5, 0.2)], ids=["val", "test", "folds"])
def test_many_things_get_class_shares_within_half_a_per_cent(rng, shares):
    n = 4 * MAX_SEARCHED
    y = rng.choice(4, n, p=[0.5, 0.3, 0.15, 0.05])
    traits = np.column_stack([np.ones(n), y[:, None] == np.arange(4), rng.normal(size=(n, 3))])
    part = allot(traits, shares, rng, stratum=y)
    whole = np.bincount(y) / n
    for p, share in enumerate(shares):
        assert (part == p).mean() == pytest.approx(share, abs=0.005)
        assert np.bincount(y[part == p], minlength=4) / (part == p).sum() == pytest.approx(whole, abs=0.005)


@pytest.mark.parametrize("n_classes", [1, 3])
def test_many_things_are_balanced_by_what_varies_most_inside_the_classes(n_classes):
    n, far = 2 * MAX_SEARCHED, []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, n_classes, n)
        main = 0.7 * rng.normal(size=n) + y
        classes = np.sqrt(2 * n_classes) * (y[:, None] == np.arange(n_classes))  # vary more than what matters here
        part = allot(np.column_stack([np.ones(n), classes, main]), np.array([0.8, 0.2]), rng, stratum=y)
        far.append(main[part == 1].mean() - main[part == 0].mean())
    at_random = 0.7 * np.sqrt(1 / (0.2 * n) + 1 / (0.8 * n))
    assert np.sqrt(np.mean(np.square(far))) < 0.5 * at_random


def test_many_things_without_traits_are_dealt_by_number(rng):
    n = MAX_SEARCHED + 1
    part = allot(np.ones((n, 1)), np.array([0.9, 0.1]), rng, stratum=none(n))
    assert (part == 1).sum() == pytest.approx(0.1 * n, abs=1)
