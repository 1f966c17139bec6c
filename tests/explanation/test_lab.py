"""The measurements that experiments share."""

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.data.split import make_split
from splitaudit.explanation.lab import Lab
from splitaudit.models.outcomes import train_probabilities
from tests.support import grouped_split, iid_split


def lab(seed=0):
    train, val = grouped_split(3, n_train=6, n_val=4, per_group=15, t=32)
    noisy = [side.with_X(side.X + 2 * np.random.default_rng(4).normal(size=side.X.shape)) for side in (train, val)]
    ours, theirs, context = prepare(*noisy, Settings(random_state=seed))
    return Lab(train=ours, val=theirs, ctx=context)


def test_hits_are_the_mean_of_draws():
    made = lab()
    by_hand = [train_probabilities(made.train, made.ctx, draw=k).argmax(axis=1) == made.train.y for k in range(4)]
    assert np.array_equal(made.hits_cv, np.mean(by_hand, axis=0))
    assert len(made.said_val) == 8
    assert set(np.unique(made.right_val)) <= {False, True}


def test_the_seed_moves_averages_less_than_single_draws():
    labs = [lab(seed) for seed in range(6)]
    single = np.std([(each.said_cv[0].argmax(axis=1) == each.train.y).mean() for each in labs])
    assert np.std([each.hits_cv.mean() for each in labs]) < single


@pytest.mark.parametrize(("groups", "known"), [(None, False), (np.zeros(90), False), (np.arange(90) // 15, True)])
def test_causes_of_groups_need_several_groups_in_train(groups, known):
    train, val = iid_split(0, n_train=90, n_val=45)
    named = [None if groups is None else groups[: len(side)].astype(int) for side in (train, val)]
    sides = [make_split(side.X, side.y, groups=who) for side, who in zip((train, val), named, strict=True)]
    ours, theirs, context = prepare(*sides, Settings())
    assert Lab(train=ours, val=theirs, ctx=context).groups_known == known
