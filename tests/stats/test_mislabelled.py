import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import roc_auc_score

from splitaudit.stats.mislabelled import wrong_labels


def overlap(seed: int, n: int = 600, k: int = 3, spread: float = 2.0):
    """Probabilities of a classifier that is too timid, and labels drawn from the right ones."""
    rng = np.random.default_rng(seed)
    logits = spread * rng.normal(size=(n, k))
    true = softmax(logits, axis=1)
    y = (true.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    return softmax(0.5 * logits, axis=1), y, rng


def flipped(y, share, k, rng):
    wrong = rng.random(len(y)) < share
    return np.where(wrong, (y + rng.integers(1, k, len(y))) % k, y), wrong


@pytest.mark.slow
@pytest.mark.parametrize("k", [2, 3, 6])
def test_overlap_alone_is_seldom_taken_for_wrong_labels(k):
    hits = sum(wrong_labels(*overlap(seed, k=k)[:2], np.arange(600)).pvalue <= 0.05 for seed in range(100))
    assert hits <= 12


@pytest.mark.parametrize("k", [2, 3, 6])
@pytest.mark.parametrize("share", [0.1, 0.24, 0.35])
def test_the_share_is_found_inside_its_interval(k, share):
    probability, y, rng = overlap(1, n=2000, k=k, spread=6.0)
    y, wrong = flipped(y, share, k, rng)
    found = wrong_labels(probability, y, np.arange(2000))
    assert found.interval[0] - 0.02 <= wrong.mean() <= found.interval[1] + 0.02
    assert found.interval[1] - found.interval[0] < 0.12
    assert found.pvalue < 1e-4
    # the sum of the suspicions is the number of wrong labels
    assert found.suspicion.mean() == pytest.approx(wrong.mean(), abs=0.04)
    assert wrong[found.suspicion > 0.5].mean() > 0.7


def test_no_wrong_label_leaves_nothing_to_suspect():
    probability, y, _ = overlap(2, n=2000, spread=6.0)
    found = wrong_labels(probability, y, np.arange(2000))
    assert found.share <= 0.01
    assert found.interval[1] < 0.05


def test_one_misjudged_unit_is_not_taken_for_wrong_labels():
    probability, y, _ = overlap(3, n=600, spread=6.0)
    units = np.arange(600) // 50
    odd = np.where(units == 4, (y + 1) % 3, y)
    assert wrong_labels(probability, odd, np.arange(600)).pvalue < 1e-4
    assert wrong_labels(probability, odd, units).pvalue > 0.05


def test_chance_cannot_be_told_from_noise():
    rng = np.random.default_rng(4)
    found = wrong_labels(np.full((300, 3), 1 / 3), rng.integers(0, 3, 300), np.arange(300))
    assert found.pvalue > 0.05
    assert found.interval == (0.0, 0.8)


def test_order_of_windows_and_names_of_units_do_not_matter():
    probability, y, rng = overlap(5)
    units = np.arange(600) // 20
    y, _ = flipped(y, 0.2, 3, rng)
    order = rng.permutation(600)
    first, second = wrong_labels(probability, y, units), wrong_labels(probability[order], y[order], 90 - units[order])
    assert (first.share, first.interval) == (second.share, second.interval)
    assert first.pvalue == pytest.approx(second.pvalue)


@pytest.mark.parametrize("k", [2, 3, 6])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.24])
def test_shares_are_as_near_as_cleanlab_s_and_suspicions_order_as_well(k, share):
    count, rank = pytest.importorskip("cleanlab.count"), pytest.importorskip("cleanlab.rank")
    ours, theirs, orders = [], [], []
    for seed in range(6):
        probability, y, rng = overlap(seed, n=1000, k=k, spread=4.0)
        y, wrong = flipped(y, share, k, rng)
        found = wrong_labels(probability, y, np.arange(1000))
        ours.append(abs(found.share - wrong.mean()))
        theirs.append(abs(count.num_label_issues(y, probability) / 1000 - wrong.mean()))
        if share:
            doubt = 1 - rank.get_label_quality_scores(y, probability)
            orders.append((roc_auc_score(wrong, found.suspicion), roc_auc_score(wrong, doubt)))
    assert np.mean(ours) <= np.mean(theirs) + 0.005
    assert all(mine >= other - 0.01 for mine, other in orders)
