"""Windows of one group stand on both sides, and knowing the group makes its validation windows easier.

## What it measures
How much validation accuracy comes from having seen the same group (subject, recording, machine) in train: the
accuracy on the windows of shared groups by a model that knows their group, less that of a model that was trained on
as many windows without it, as a share of all validation windows.

## Why it matters
A model that recognises a subject can use what it remembers of that subject. The score then holds for these subjects
and not for new ones, and it is the score of new ones that most people want to know.

## How it is decided
That a group is on both sides is no fault by itself: it may be meant, and it may cost nothing. So its cost is
measured by cross-fitting over the shared groups with equal numbers of training windows (several times where their
windows are few), and tested with a t test over groups (over stretches of each group where there are fewer than five).
The interval is over the same units.
Where most of validation comes from groups of its own, a shared group looks like an oversight and counts as 0.02 at
least, which is a warning, whatever it costs.

## What to do
If the model is for new subjects, move each group to one side. If it is for these subjects, say so, and keep whole
recordings together.

## Limits
The probe is a forest on window statistics; a large network may remember more of a subject. Without labels the cost
cannot be measured.

## References
Saeb, S. et al. (2017). The need to approximate the use-case in clinical machine learning. GigaScience 6(5).
Little, M. A. et al. (2017). Using and understanding cross-validation strategies. GigaScience 6(5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.data.scheme import order_of
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.models.outcomes import draws
from splitaudit.models.probe import fit_predict
from splitaudit.rule import Context, rule
from splitaudit.stats.paired import paired_by_unit
from splitaudit.wording import listed

N_FOLDS = 5
MAX_FIT = 2500
ENOUGH_GROUPS = 5
OVERSIGHT = 0.02
SURE = 0.003
N_STRETCHES = 4

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """How often each window of a shared group is predicted right by a model with and by one without its group."""

    known: NDArray[np.float64]
    unknown: NDArray[np.float64]


@rule(
    "SA304",
    effect="validation accuracy owed to known groups",
    warn=0.02,
    error=0.05,
    remedy="Move each of the named groups to one side (`splitaudit split` does), or say that the model is for these "
    "groups only.",
    needs=("groups",),
    fires_on=("shared_subjects",),
)
def shared_group(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Measure what knowing a group is worth on its validation windows."""
    shared = np.intersect1d(train.groups, val.groups)
    if not len(shared):
        return Evidence(effect=0.0, summary="No group is on both sides")
    rows = np.flatnonzero(np.isin(val.groups, shared))
    names = listed(train.split.group_names[g] for g in shared)
    head = (
        f"{'Group' if len(shared) == 1 else 'Groups'} {names} ({len(rows) / len(val):.0%} of val windows) on both sides"
    )
    if train.split.y is None or val.split.y is None:
        raise NotApplicable(f"{head}; without labels it cannot be measured what that costs")
    if len(np.unique(train.groups)) < 2:
        raise NotApplicable("train has one group only, so nothing can be learned without it")
    outcome = _cross(train, val, shared, rows, ctx.rng, ctx.n_jobs)
    gain = outcome.known - outcome.unknown
    everywhere = np.zeros(len(val))
    everywhere[rows] = gain
    test = paired_by_unit(gain, _units(val, shared, rows))
    share = len(rows) / len(val)
    low, high = test.interval()
    by_group = [(int(g), rows[val.groups[rows] == g]) for g in shared]
    cost = np.array([everywhere[own].sum() / len(val) for _, own in by_group])
    order = np.argsort(-cost, kind="stable")
    paying = [by_group[i][0] for i in order if cost[i] > 0] or [by_group[order[0]][0]]
    table = tuple(
        (
            train.split.group_names[by_group[i][0]],
            len(by_group[i][1]),
            float(outcome.known[val.groups[rows] == by_group[i][0]].mean()),
            float(outcome.unknown[val.groups[rows] == by_group[i][0]].mean()),
        )
        for i in order[:10]
    )
    known, unknown = float(outcome.known.mean()), float(outcome.unknown.mean())
    # a split that is by group otherwise needs no test to say that it is not so for these groups
    oversight = share <= 0.5 and (test.pvalue > SURE or test.mean * share < OVERSIGHT)
    return Evidence(
        effect=OVERSIGHT if oversight else max(0.0, test.mean * share),
        summary=f"{head}: their windows are predicted with {known:.0%} by a model that knows the group and "
        f"{unknown:.0%} by one that does not",
        statistic=test.mean / test.error if 0 < test.error < np.inf else None,
        pvalue=None if oversight else test.pvalue,
        interval=(low * share, high * share) if np.isfinite(test.error) else None,
        smallest_visible=test.visible(ctx.alpha) * share,
        where=Where(groups=tuple(paying), val_windows=rows[np.isin(val.groups[rows], paying)]),
        details={
            "n_shared_groups": len(shared),
            "share_of_val_windows": share,
            "accuracy_knowing_the_group": known,
            "accuracy_without_it": unknown,
        },
        exhibits=(Table(title="shared groups", columns=("group", "val windows", "known", "unknown"), rows=table),),
    )


def _cross(
    train: Profile, val: Profile, shared: IntArray, rows: IntArray, rng: np.random.Generator, n_jobs: int
) -> _Outcome:
    """Predict shared groups by models trained with and without them, over as many draws as few windows need."""
    drawn = [_draw(train, val, shared, rows, rng, n_jobs) for _ in draws(len(rows))]
    known, unknown = np.mean(drawn, axis=0)
    return _Outcome(known, unknown)


def _draw(
    train: Profile, val: Profile, shared: IntArray, rows: IntArray, rng: np.random.Generator, n_jobs: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Predict the windows of each fold of shared groups by models trained with and without these groups."""
    n_classes = len(train.split.classes)
    pool = np.arange(len(train))
    if len(pool) > MAX_FIT:
        pool = np.sort(rng.choice(pool, MAX_FIT, replace=False))
    known, unknown = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    fold = rng.permutation(len(shared)) % N_FOLDS
    for k in np.unique(fold):
        held = np.isin(val.groups[rows], shared[fold == k])
        without = pool[~np.isin(train.groups[pool], shared[fold == k])]
        if len(without) < n_classes:
            continue
        # as many windows, this group's among them: the accuracies differ by the group alone
        same_size = np.sort(rng.choice(pool, len(without), replace=False))
        for right, chosen in ((known, same_size), (unknown, without)):
            probabilities = fit_predict(
                train.features[chosen],
                train.y[chosen],
                val.features[rows[held]],
                n_classes=n_classes,
                rng=rng,
                n_jobs=n_jobs,
            )
            right[held] = probabilities.argmax(axis=1) == val.y[rows[held]]
    return known, unknown


def _units(val: Profile, shared: IntArray, rows: IntArray) -> IntArray:
    """Groups, or stretches of each group in order where there are few groups."""
    groups = val.groups[rows]
    if len(shared) >= ENOUGH_GROUPS:
        return groups
    place = np.empty(len(val), dtype=np.int64)
    place[order_of(val).order] = np.arange(len(val))
    units = np.empty(len(rows), dtype=np.int64)
    for i, g in enumerate(shared):
        own = np.flatnonzero(groups == g)
        own = own[np.argsort(place[rows[own]], kind="stable")]
        units[own] = i * N_STRETCHES + np.arange(len(own)) * N_STRETCHES // max(len(own), 1)
    return units
