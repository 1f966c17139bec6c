import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from splitaudit.models import adversary
from splitaudit.models.adversary import separate
from splitaudit.stats.units import Scheme


def subjects(n, m, per):
    return Scheme("group", np.repeat(np.arange(n + m), per), n * per, "test")


def windows(n, m):
    return Scheme("window", np.arange(n + m), n, "test")


def recognisable(rng, scheme, d=8):
    """Windows that show well of which subject they are, and nothing else."""
    offsets = 3 * rng.normal(size=(scheme.n_units, d))
    return (offsets[scheme.units] + rng.normal(size=(len(scheme.units), d))).astype(np.float32)


@pytest.mark.slow
def test_exchangeable_subjects_cannot_be_told_apart_unless_their_windows_leak(rng):
    scheme, found, leaking = subjects(10, 8, 15), [], []
    for _ in range(12):
        X = recognisable(rng, scheme)
        found.append(separate(X, scheme, rng=rng))
        leaking.append(separate(X, windows(150, 120), rng=rng).auc)
    assert abs(np.mean([a.unit_auc for a in found]) - 0.5) < 0.17
    assert abs(np.mean([a.auc for a in found]) - 0.5) < 0.17
    assert np.mean(leaking) > 0.95


def test_a_shifted_channel_is_seen_and_named(rng):
    scheme = subjects(10, 6, 20)
    X = rng.normal(size=(320, 12)).astype(np.float32)
    X[scheme.is_val, 7] += 5
    found = separate(X, scheme, rng=rng)
    assert found.unit_auc == 1.0
    assert found.auc > 0.95
    assert found.contributions.argmax() == 7
    assert found.contributions[7] > 5 * np.delete(found.contributions, 7).max()
    assert np.median(found.scores[found.windows >= 200]) > np.quantile(found.scores[found.windows < 200], 0.95)


def test_scores_are_by_a_model_that_saw_nothing_of_the_unit(rng):
    # a column that tells validation, but of every unit by a value of its own, can only be learnt by heart
    scheme = subjects(12, 12, 10)
    columns = [rng.permutation(24)[scheme.units][:, None].astype(np.float32) for _ in range(10)]
    assert np.mean([separate(X, scheme, rng=rng).auc for X in columns]) < 0.7
    assert np.mean([separate(X, windows(120, 120), rng=rng).auc for X in columns]) > 0.9


def test_the_same_seed_gives_the_same_scores_on_any_number_of_threads(rng):
    scheme = subjects(6, 6, 12)
    X = recognisable(rng, scheme)
    first, threads, other = (
        separate(X, scheme, rng=np.random.default_rng(seed), n_jobs=jobs) for seed, jobs in ((1, 1), (1, 3), (2, 1))
    )
    assert np.array_equal(first.scores, threads.scores)
    assert np.array_equal(first.contributions, threads.contributions)
    assert (first.auc, first.unit_auc) == (threads.auc, threads.unit_auc)
    assert not np.array_equal(first.scores, other.scores)


def test_of_many_columns_a_random_part_is_used(rng, monkeypatch):
    monkeypatch.setattr(adversary, "MAX_COLUMNS", 5)
    scheme = windows(60, 60)
    X = rng.normal(size=(120, 20)).astype(np.float32)
    X[scheme.is_val, 5:] += 3
    found = separate(X, scheme, rng=rng)
    assert found.contributions.shape == (20,)
    assert np.count_nonzero(found.contributions) <= 5
    assert found.contributions.argmax() >= 5
    assert found.auc > 0.9


def test_some_windows_are_capped_and_every_unit_keeps_some(rng):
    sizes = [3000, 900, 1, 2, 40, 3000, 5, 1]
    scheme = Scheme("group", np.repeat(np.arange(8), sizes), sum(sizes[:4]), "test")
    found = adversary._some_windows(scheme, rng)
    assert np.array_equal(found, np.unique(found))
    assert np.count_nonzero(found < scheme.n_train) == np.count_nonzero(found >= scheme.n_train) == 2000
    kept = np.bincount(scheme.units[found], minlength=8)
    assert kept[[2, 3, 4, 6, 7]].tolist() == [1, 2, 40, 5, 1]
    assert kept[:2].tolist() == [1097, 900]
    assert kept[5] == 2000 - 46


def test_few_windows_are_all_used(rng):
    assert np.array_equal(adversary._some_windows(subjects(3, 2, 7), rng), np.arange(35))


@pytest.mark.parametrize(("n", "m", "folds"), [(12, 7, 5), (3, 30, 3), (2, 2, 2)])
def test_every_fold_holds_units_of_both_sides(rng, n, m, folds):
    scheme = subjects(n, m, 2)
    found = adversary._folds(scheme, rng)
    for side in (False, True):
        counts = np.bincount(found[scheme.origin == side], minlength=folds)
        assert len(counts) == folds
        assert counts.min() >= 1
        assert np.ptp(counts) <= 1


def test_the_area_is_that_of_the_folds_by_their_pairs(rng):
    scores, positive = rng.integers(0, 9, 90).astype(float), rng.random(90) < 0.3
    one = np.zeros(90, dtype=int)
    assert adversary._auc(scores, positive, one) == pytest.approx(roc_auc_score(positive, scores))
    fold = rng.integers(0, 4, 90)
    parts = [(positive[fold == k], scores[fold == k]) for k in range(4)]
    pairs = [int(p.sum() * (~p).sum()) for p, _ in parts]
    expected = np.average([roc_auc_score(*part) for part in parts], weights=pairs)
    assert adversary._auc(scores, positive, fold) == pytest.approx(expected)
    assert adversary._auc(scores + 100 * fold, positive, fold) == pytest.approx(expected)


def test_without_pairs_the_area_is_a_half():
    assert adversary._auc(np.arange(4.0), np.array([True, True, False, False]), np.array([0, 0, 1, 1])) == 0.5


def test_draws_of_the_folds_are_averaged_where_units_are_few(monkeypatch):
    scheme = subjects(10, 10, 15)
    X = recognisable(np.random.default_rng(7), scheme)

    def spread():
        return np.std([separate(X, scheme, rng=np.random.default_rng(seed)).unit_auc for seed in range(12)])

    averaged = spread()
    monkeypatch.setattr(adversary, "MOST_DRAWS", 1)
    assert averaged < 0.75 * spread()
