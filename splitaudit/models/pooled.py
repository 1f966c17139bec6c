"""Window statistics of both sides together, computed once per run for the rules that compare them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.models.adversary import Adversary, separate
from splitaudit.rule import Context
from splitaudit.stats.dependence import normal_scores
from splitaudit.stats.shift import MANY_UNITS, ShiftTest, shift_test


def pooled_scores(train: Profile, ctx: Context) -> NDArray[np.float32]:
    """Normal scores of the pooled window statistics, train rows first; shape (n_train + n_val, d)."""
    counted = ctx.scheme.counted
    return ctx.once("pooled scores", lambda _: normal_scores(train.tables.features, counted, n_jobs=ctx.n_jobs))


def unit_shift(train: Profile, ctx: Context) -> ShiftTest:
    """Student's t of every window statistic between the sides' units, see :func:`splitaudit.stats.shift.shift_test`."""

    def make(_: np.random.Generator) -> ShiftTest:
        ranked = ctx.scheme.n_units >= MANY_UNITS
        values = pooled_scores(train, ctx) if ranked else train.tables.features
        return shift_test(values, ctx.scheme, ranks=False)

    return ctx.once("unit shift", make)


def adversary(train: Profile, ctx: Context) -> Adversary:
    """Boosted trees told to separate the sides, see :func:`splitaudit.models.adversary.separate`."""
    features = train.tables.features
    return ctx.once("adversary", lambda rng: separate(features, ctx.scheme, rng=rng, n_jobs=ctx.n_jobs))
