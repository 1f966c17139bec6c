import numpy as np
import pytest

from splitaudit.stats import normalised


def windows(X):
    return X.mean(axis=1), X.std(axis=1)


def test_moments_are_those_of_all_samples(rng):
    X = rng.normal(3, 2, size=(40, 30, 2)) * rng.uniform(0.5, 2, (40, 1, 1))
    level, total = normalised.moments(*windows(X))
    assert level == pytest.approx(X.mean(axis=(0, 1)))
    assert total == pytest.approx(X.std(axis=(0, 1)))


def test_closeness_is_an_accident_as_often_as_it_should_be(rng):
    errors = np.array([[0.03], [0.02]])
    draws = rng.normal(size=(20000, 2)) * [0.03, 0.02] + [0, 1]
    p = normalised.accident(draws[:, 0], draws[:, 1], np.repeat(errors, len(draws), axis=1))
    # a product of two uniform numbers is below x with probability x (1 - ln x)
    for x in (0.1, 0.01, 0.001):
        assert (p <= x).mean() == pytest.approx(x * (1 - np.log(x)), rel=0.25)


def test_closeness_proves_nothing_where_units_do_not_differ():
    assert normalised.accident(np.zeros(1), np.ones(1), np.zeros((2, 1))) == 1


def test_windows_that_merely_come_near_do_not_count(rng):
    X = rng.normal(size=(400, 50, 1))
    exact = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
    assert normalised.standard_windows(*windows(exact), 50).all()
    near = exact * (1 + 0.005 * rng.normal(size=(400, 1, 1)))
    assert not normalised.standard_windows(*windows(near), 50).any()


@pytest.mark.parametrize("n", [100, 20000])
def test_pieces_are_seen_and_wholes_are_not(rng, n):
    def standard(X):
        return (X - X.mean()) / X.std()

    X = rng.normal(size=(n, 10, 1)) + 0.5 * rng.normal(size=(n, 1, 1))
    assert not normalised.in_pieces(*windows(standard(X)))
    pieces = np.concatenate([standard(X[: n // 3]), standard(X[n // 3 :])]).astype(np.float32)
    assert normalised.in_pieces(*windows(pieces.astype(np.float64)))


def test_codes_of_a_converter(rng):
    assert normalised.full_scale_codes(rng.integers(0, 256, 500).astype(np.float32) / 255)
    assert normalised.full_scale_codes(rng.integers(-32768, 32768, 500) / 32768)
    assert not normalised.full_scale_codes(rng.random(500))
