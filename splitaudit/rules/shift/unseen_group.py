"""A validation group lies far from every group of train.

## What it measures
How far each validation group (subject, recording, machine) lies from the groups of train, against how far the groups of
train lie from each other. The distance is the root mean square difference of the groups' mean window statistics to the
nearest train groups, in standard deviations between train groups.

## Why it matters
Other people on the validation side are what a split by subject is for. One person who is unlike all others, or one
machine with another gain, can hold most of the validation errors, and no tuning repairs that.

## How it is decided
The effect is the distance of the strangest validation group divided by the typical distance of a train group to the
other train groups, or of a validation group to them where that is larger: if all of validation lies far off, no single
group is to blame (SA101 tells that). The p-value is the tail of a t law for a new observation among the log distances
of the train groups, corrected for the number of validation groups.

## What to do
Look at that group: was it recorded with another device, placement or protocol? Correct it, or get more groups like it
into train; report validation accuracy by group.

## Limits
Needs at least five groups in train. It says that a group is unlike the others, not that its labels are harder to
predict.

## References
Geisser, S. (1993). Predictive Inference: An Introduction. Chapman & Hall (tail of a new observation).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.wording import counted

MIN_GROUPS = 5
MIN_WINDOWS = 5
N_NEAREST = 3
CLIP = 20.0
MAX_LEFT_OUT = 40  # train groups that are left out in turn for the distances of val groups


@rule(
    "SA105",
    effect="times the typical distance between train groups",
    warn=2.0,
    error=3.0,
    remedy="Look at how the named groups were recorded; correct them or bring more groups like them into train, and "
    "report validation accuracy by group.",
    needs=("groups",),
    fires_on=("strange_subject",),
)
def unseen_group(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare every validation group's distance to train groups with theirs among each other."""
    ours, theirs = np.unique(train.groups), np.unique(val.groups)
    unseen = np.setdiff1d(theirs, ours)
    if len(ours) < MIN_GROUPS:
        raise NotApplicable(
            f"train has {counted(len(ours), 'group')}, {MIN_GROUPS} are needed to know how groups differ"
        )
    if not len(unseen):
        raise NotApplicable("every val group is a train group")
    sizes = np.bincount(val.groups, minlength=unseen.max() + 1)[unseen]
    unseen = unseen[sizes >= MIN_WINDOWS]
    if not len(unseen):
        raise NotApplicable(f"no val group has the {MIN_WINDOWS} windows that its mean needs")
    most = int(np.median(sizes[sizes >= MIN_WINDOWS]))
    home = np.stack([_mean(train, g, most) for g in ours])
    away = np.stack([_mean(val, g, most) for g in unseen])
    inside, outside = _distances(home, away)
    center, spread = np.log(inside).mean(), np.log(inside).std(ddof=1)
    scale = max(float(spread), 0.1) * np.sqrt(1 + 1 / len(ours))
    t = (np.log(outside) - center) / scale
    p = np.minimum(1.0, stats.t.sf(t, len(ours) - 1) * len(unseen))
    ratio = outside / max(float(np.exp(center)), float(np.median(outside)) if len(outside) > 2 else 0.0)
    worst = int(ratio.argmax())
    far = [int(i) for i in np.argsort(-ratio, kind="stable") if p[i] <= max(ctx.alpha, p[worst]) and ratio[i] >= 2.0]
    groups = [int(unseen[i]) for i in far] or [int(unseen[worst])]
    name = train.split.group_names[groups[0]]
    rows = tuple((train.split.group_names[unseen[i]], float(ratio[i]), float(p[i])) for i in np.argsort(-ratio)[:10])
    return Evidence(
        effect=float(ratio[worst]),
        summary=f"Val group {name} lies {ratio[worst]:.1f} times as far from train groups as these from each other"
        + (f", and {len(far) - 1} further groups lie far off" if len(far) > 1 else ""),
        statistic=float(t[worst]),
        pvalue=float(p[worst]),
        where=Where(groups=tuple(groups), val_windows=np.flatnonzero(np.isin(val.groups, groups))),
        exhibits=(Table(title="val groups", columns=("group", "relative distance", "p"), rows=rows),),
    )


def _mean(side: Profile, group: int, most: int) -> NDArray[np.float64]:
    """Mean window statistics of a group, of as many windows as the groups of val have: larger means scatter less."""
    rows = np.flatnonzero(side.groups == group)
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).astype(int)]
    mean: NDArray[np.float64] = side.features[rows].mean(axis=0, dtype=np.float64)
    return mean


def _distances(home: NDArray[np.float64], away: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance of each train group to the other train groups, and of each val group to the train groups."""
    inside = np.concatenate([_to_nearest(home[[i]], np.delete(home, i, axis=0)) for i in range(len(home))])
    # a val group faces as many train groups as a train group does
    left_out = np.unique(np.linspace(0, len(home) - 1, MAX_LEFT_OUT).astype(int))
    outside = np.median([_to_nearest(away, np.delete(home, i, axis=0)) for i in left_out], axis=0)
    return np.maximum(inside, 1e-9), np.maximum(outside, 1e-9)


def _to_nearest(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square distance to the nearest three of ``others``, in their own robust standard deviations."""
    spread = others.std(axis=0, ddof=1)
    spread = np.maximum(spread, 0.1 * np.median(spread[spread > 0]) if (spread > 0).any() else 1.0)
    out = np.empty(len(points))
    for i, point in enumerate(points):
        gaps = np.clip((others - point) / spread, -CLIP, CLIP)
        out[i] = np.sort(np.sqrt((gaps**2).mean(axis=1)))[:N_NEAREST].mean()
    return out
