import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from splitaudit.models import probe
from splitaudit.models.probe import cross_predict, fit_predict, unit_folds


@settings(deadline=None, max_examples=50)
@given(
    units=st.lists(st.integers(0, 9), min_size=2, max_size=60).filter(lambda units: len(set(units)) > 1),
    n_folds=st.integers(2, 6),
    seed=st.integers(0, 99),
)
def test_folds_never_part_a_unit_and_hold_every_row_once(units, n_folds, seed):
    units = np.array(units)
    found = unit_folds(np.zeros(len(units), dtype=int), units, n_folds=n_folds, rng=np.random.default_rng(seed))
    assert len(found) == min(n_folds, len(np.unique(units)))
    assert np.array_equal(np.sort(np.concatenate([held for _, held in found])), np.arange(len(units)))
    for fit, held in found:
        assert len(held)
        assert np.array_equal(np.sort(np.r_[fit, held]), np.arange(len(units)))
        assert not set(units[fit]) & set(units[held])


def class_counts(y, folds):
    return np.stack([np.bincount(y[held], minlength=3) for _, held in folds])


def test_folds_of_windows_are_balanced_by_class_up_to_one(rng):
    y = rng.choice(3, 203, p=[0.7, 0.25, 0.05])
    counts = class_counts(y, unit_folds(y, np.arange(203), n_folds=4, rng=rng))
    assert (np.ptp(counts, axis=0) <= 1).all()


def test_folds_of_units_are_nearly_balanced_by_class(rng):
    units = rng.permutation(np.repeat(np.arange(40), rng.integers(5, 40, 40)))
    y = (rng.random(len(units))[:, None] > np.cumsum(rng.dirichlet(np.ones(3), 40), axis=1)[units]).sum(axis=1)
    counts = class_counts(np.minimum(y, 2), unit_folds(np.minimum(y, 2), units, n_folds=4, rng=rng))
    assert (np.abs(counts / counts.mean(axis=0) - 1) < 0.15).all()


@pytest.mark.parametrize("units", [4, 6, 12])
def test_units_of_one_class_each_make_as_many_folds_as_asked(rng, units):
    codes = np.repeat(np.arange(units), 5)
    folds = unit_folds(codes % 4, codes, n_folds=4, rng=rng)
    assert len(folds) == 4
    assert all(len(fit) > 0 for fit, _ in folds)


def test_folds_are_random_and_reproducible():
    y, units = np.tile([0, 1], 60), np.repeat(np.arange(30), 4)
    first, again, other = (unit_folds(y, units, n_folds=3, rng=np.random.default_rng(seed))[0][1] for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_one_unit_cannot_be_folded(rng):
    with pytest.raises(ValueError, match="at least two units"):
        unit_folds(np.array([0, 1, 0]), np.zeros(3, dtype=int), n_folds=4, rng=rng)


def test_a_tag_of_the_unit_helps_only_a_probe_that_saw_the_unit(rng):
    units = np.repeat(np.arange(40), 6)
    label = rng.permutation(np.tile([0, 1], 20))
    tagged = rng.normal(size=(40, 5))[units] + 0.01 * rng.normal(size=(240, 5))
    y = label[units]
    leaking, honest = (
        cross_predict(tagged, y, folded, n_classes=2, rng=rng).argmax(axis=1) == y for folded in (np.arange(240), units)
    )
    assert leaking.mean() > 0.95
    right = int((np.bincount(units, weights=honest) > 3).sum())
    assert stats.binom.sf(right - 1, 40, 0.5) > 1e-4


def test_what_the_features_tell_is_predicted_across_units(rng):
    y, units = rng.integers(0, 3, 240), np.repeat(np.arange(12), 20)
    features = rng.normal(size=(240, 6))
    features[:, 2] += 5 * y
    found = cross_predict(features, y, units, n_classes=3, rng=rng)
    assert found.sum(axis=1) == pytest.approx(np.ones(240))
    assert (found.argmax(axis=1) == y).mean() > 0.9


def test_absent_classes_get_nothing(rng):
    y = rng.choice([1, 3], 50)
    found = fit_predict(rng.normal(size=(50, 4)), y, rng.normal(size=(20, 4)), n_classes=5, rng=rng)
    assert found.shape == (20, 5)
    assert (found[:, [0, 2, 4]] == 0).all()
    assert found[:, [1, 3]].sum(axis=1) == pytest.approx(np.ones(20))


def both(seed, n_jobs):
    rng, stream = np.random.default_rng(0), np.random.default_rng(seed)
    X, y, units = rng.normal(size=(90, 4)), rng.integers(0, 2, 90), np.repeat(np.arange(9), 10)
    crossed = cross_predict(X, y, units, n_classes=2, rng=stream, n_jobs=n_jobs)
    return np.r_[crossed, fit_predict(X, y, X, n_classes=2, rng=stream, n_jobs=n_jobs)]


def test_the_same_seed_gives_the_same_probabilities():
    assert np.array_equal(both(3, 1), both(3, 1))
    assert not np.allclose(both(3, 1), both(4, 1))


def test_threads_change_nothing():
    assert np.array_equal(both(3, 2), both(3, 1))


def test_of_many_windows_a_random_part_is_fitted(rng, monkeypatch):
    monkeypatch.setattr(probe, "MAX_FIT", 20)
    X, y = rng.normal(size=(200, 4)), np.arange(200) // 2
    # classes of two windows each: those that get anything are the ones of the windows that were fitted
    found = np.flatnonzero(fit_predict(X, y, X, n_classes=100, rng=rng).any(axis=0))
    assert 10 <= len(found) <= 20
    assert 1 < np.count_nonzero(found < 50) < len(found) - 1
