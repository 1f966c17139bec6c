"""The same signal means another class in validation.

## What it measures
How much better validation's labels can be predicted from validation itself than from train, unit by unit, beside the
same difference for the units of train; on windows that train knows.

## Why it matters
If P(x) agrees and P(y given x) does not (another annotator, another protocol, another meaning of "rest"), no amount
of data from train and no architecture helps.

## How it is decided
For every unit two accuracies: that of a probe that saw only other units of train, and the best that knowing the
side's own labels gives: a probe crossed over the side's windows, or the first probe's predictions relabelled inside
the unit by majority. Their difference is what the side's own labels are worth; units of train, treated alike, show
what is normal. The effect is the mean difference in validation above that. Its p-value comes from Student's t over
units, and from single units far outside those of train (t law of a new observation, corrected for the number of
units); the smaller is doubled. Only windows inside train's range count: those of classes that train holds, whose
every channel level and spread lies within the range of train's windows, and that the classifier of SA101 does not find
stranger than nineteen in twenty windows of train.

## What to do
Compare how the labels of both sides were made; look at the named groups and windows; relabel one side by the other's
protocol.

## Limits
A shift of the signal that the range does not show looks like concept shift; SA101 and SA102 say whether there is one.
Labels must be learnable inside validation.

## References
Cai, T. T., Namkoong, H., Yadlowsky, S. (2023). Diagnosing model performance under distribution shift. arXiv:2303.02011.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Where
from splitaudit.models.outcomes import train_probabilities, val_cv_probabilities, val_probabilities
from splitaudit.models.pooled import adversary
from splitaudit.rule import Context, rule
from splitaudit.stats.paired import UnitMeans, excess_pvalue
from splitaudit.wording import listed

MIN_WINDOWS = 30
MIN_INSIDE = 0.3
MIN_UNIT = 15
KNOWN = 0.95
NOTHING = 0.03  # no effect can be larger than what train does not predict
FloatArray = NDArray[np.float64]


@rule(
    "SA507",
    effect="accuracy lost to another meaning of the signal",
    warn=0.06,
    error=0.12,
    error_ungrouped=0.5,
    remedy="Compare how the labels of both sides were made, and relabel one side by the other's protocol.",
    needs=("labels",),
    fires_on=("other_concept",),
)
def concept_shift(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare what train and what validation itself know of validation's labels."""
    scheme = ctx.scheme
    if len(val) < MIN_WINDOWS or (val.label_counts > 0).sum() < 2 or (train.label_counts > 0).sum() < 2:
        raise NotApplicable(
            f"{len(val)} val windows of {(val.label_counts > 0).sum()} classes do not show what labels mean"
        )
    ctx.need_units(each=2)
    scored, familiar = _familiar(train, val, ctx)
    inside = _inside(train, val) & familiar & (train.label_counts > 0)[val.y]
    share = float(inside[scored].mean())
    if share < MIN_INSIDE:
        raise NotApplicable(f"only {share:.0%} of val lies in train's range: the signal differs, not its meaning")
    units, home_units = scheme.units[len(train) :], scheme.units[: len(train)]
    from_train = val_probabilities(train, val, ctx)
    by_train = _hits(from_train, val)
    most = 1 - float(by_train[inside].mean())
    if most < NOTHING:
        return Evidence(
            effect=most,
            summary=f"Val's labels are predicted to {by_train[inside].mean():.1%} from train, on windows that train "
            "knows: hardly any means something else",
            details={"accuracy_from_train": 1 - most, "share_in_range_of_train": share},
        )
    across = train_probabilities(train, ctx, by_unit=True)
    at_home = _hits(across, train)
    by_val = _informed(val_cv_probabilities(val, ctx, by_unit=False), from_train, val, units)
    informed = _informed(train_probabilities(train, ctx, by_unit=False), across, train, home_units)
    gain, normal = (by_val - by_train)[inside], informed - at_home
    effect = max(0.0, float(gain.mean() - max(0.0, normal.mean())))
    pvalue, far = _pvalue(gain, units[inside], normal, home_units)
    lost = np.flatnonzero(inside & (by_val == 1) & (by_train == 0))
    groups = (
        np.unique(val.groups[inside][np.isin(units[inside], far)])
        if ctx.scheme.kind == "group" and len(far)
        else np.empty(0, int)
    )
    within = f"; most in {listed(val.split.group_names[g] for g in groups)}" if len(groups) else ""
    return Evidence(
        effect=effect,
        summary=f"Val's labels are predicted to {by_val[inside].mean():.1%} from val itself and to "
        f"{by_train[inside].mean():.1%} from train, on windows that train knows{within}",
        statistic=float(gain.mean()),
        pvalue=pvalue,
        where=Where(groups=tuple(int(g) for g in groups), val_windows=lost),
        details={
            "accuracy_from_train": float(by_train[inside].mean()),
            "accuracy_from_val": float(by_val[inside].mean()),
            "same_difference_in_train": float(normal.mean()),
            "share_in_range_of_train": share,
        },
    )


def _hits(probability: FloatArray, side: Profile) -> FloatArray:
    return np.asarray(probability.argmax(axis=1) == side.y, dtype=np.float64)


def _informed(crossed: FloatArray, across: FloatArray, side: Profile, units: NDArray[np.int64]) -> FloatArray:
    """Hits of what is right more often in each unit: the crossed probe, or the other's relabelled predictions."""
    hits, predicted = _hits(crossed, side), across.argmax(axis=1)
    sizes = np.bincount(units)[units]
    # small units cannot show a relabelling of their own: they share one
    cluster = np.where(sizes >= MIN_UNIT, units, -1)
    for unit in np.unique(cluster):
        rows = np.flatnonzero(cluster == unit)
        confusion = np.zeros((crossed.shape[1],) * 2)
        np.add.at(confusion, (predicted[rows], side.y[rows]), 1)
        relabelled = (confusion.argmax(axis=1)[predicted[rows]] == side.y[rows]).astype(np.float64)
        if relabelled.mean() > hits[rows].mean():
            hits[rows] = relabelled
    return hits


def _inside(train: Profile, val: Profile) -> NDArray[np.bool_]:
    """Val windows whose channel levels and spreads lie in the range of train's."""
    columns = [j for j, f in enumerate(train.feature_table) if f.statistic in ("level", "log spread")]
    ours, theirs = train.features[:, columns], val.features[:, columns]
    low, high = np.quantile(ours, [0.001, 0.999], axis=0)
    margin = 0.1 * (high - low) + 1e-6
    inside: NDArray[np.bool_] = ((theirs >= low - margin) & (theirs <= high + margin)).all(axis=1)
    return inside


def _familiar(train: Profile, val: Profile, ctx: Context) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Val windows that the adversary scored, and those of them not stranger to it than nearly all of train."""
    found = adversary(train, ctx)
    foreign = found.windows >= len(train)
    known = found.scores <= np.quantile(found.scores[~foreign], KNOWN)
    scored, familiar = np.zeros((2, len(val)), dtype=bool)
    scored[found.windows[foreign] - len(train)] = True
    familiar[found.windows[foreign & known] - len(train)] = True
    return scored, familiar


def _pvalue(
    gain: FloatArray, units: NDArray[np.int64], normal: FloatArray, train_units: NDArray[np.int64]
) -> tuple[float, NDArray[np.int64]]:
    """p-value of "validation gains no more than train does", and the val units far above train's."""
    theirs, ours = UnitMeans.of(units, gain), UnitMeans.of(train_units, normal)
    n, m = len(ours.means), len(theirs.means)
    mean_p = excess_pvalue(theirs, ours)
    if m > 50 or np.median(theirs.sizes) < 5:
        return mean_p, np.empty(0, dtype=np.int64)
    spread = np.maximum(ours.means.std(ddof=1), 0.5 / np.sqrt(theirs.sizes)) * np.sqrt(1 + 1 / n)
    single = np.minimum(1.0, stats.t.sf((theirs.means - ours.means.mean()) / spread, n - 1) * m)
    far = theirs.names[(single <= 0.01) & (theirs.means > 0.1)]
    return min(1.0, 2 * min(mean_p, float(single.min()))), far
