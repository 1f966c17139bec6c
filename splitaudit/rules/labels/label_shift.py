"""The class shares differ between the sides.

## What it measures
The total variation distance of the class shares: the share of validation windows that would need another class for
both sides to agree.

## Why it matters
A model leans towards the classes it saw often. Where validation holds other shares, accuracy changes although nothing
about the signal did; and a difference by chance of a few recordings is often mistaken for a failure of the model.

## How it is decided
Where windows are the units, each class's count is hypergeometric under exchange, corrected for the number of classes.
Else the distance is compared with that of exchanged units (groups, recordings, blocks), and Student's t on the units'
class shares goes below the floor of few units; the smaller p-value is doubled.

## What to do
Draw the split stratified by class over units; or reweight by class, and report balanced accuracy beside accuracy.

## Limits
Few units say little about shares: one subject may have done more of one activity.

## References
Lipton, Z., Wang, Y.-X., Smola, A. (2018). Detecting and correcting for label shift with black box predictors. ICML.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Table
from splitaudit.rule import Context, rule
from splitaudit.stats.permutation import shares_pvalue
from splitaudit.stats.shift import ShiftTest, shift_test

TESTS = 15  # about as many rules infer in one run


@rule(
    "SA501",
    effect="total variation distance of the class shares",
    warn=0.1,
    error=0.25,
    error_ungrouped=0.5,
    remedy="Draw the split stratified by class over units, or reweight by class; report balanced accuracy too.",
    needs=("labels",),
    fires_on=("other_shares",),
)
def label_shift(train: Profile, val: Profile, ctx: Context, *, top: int = 12) -> Evidence:
    """Compare class shares under exchange of units."""
    n_classes = len(train.split.classes)
    y = np.concatenate([train.y, val.y])
    one_hot = np.eye(n_classes, dtype=np.float32)[y]
    shares = np.array([side.label_counts / len(side) for side in (train, val)])
    effect = float(0.5 * np.abs(shares[1] - shares[0]).sum())
    by_unit = shift_test(one_hot, ctx.scheme, ranks=False)
    if ctx.scheme.n_units == len(y):
        pvalue = _hypergeometric(train, val)
    else:
        counts = np.zeros((ctx.scheme.n_units, n_classes))
        np.add.at(counts, (ctx.scheme.units, y), 1)
        exchanged = shares_pvalue(counts, ctx.scheme.draw(ctx.n_permutations, ctx.rng))
        pvalue = min(1.0, 2 * min(by_unit.pvalue, exchanged))
    moved = np.argsort(-np.abs(shares[1] - shares[0]), kind="stable")
    worst = int(moved[0])
    name = train.split.classes[worst]
    rows = tuple((train.split.classes[k], float(shares[0, k]), float(shares[1, k])) for k in moved[:top])
    return Evidence(
        effect=effect,
        summary=f"Class shares differ by {effect:.2f}; most for {name}, {shares[0, worst]:.1%} in train and "
        f"{shares[1, worst]:.1%} in val",
        statistic=effect,
        pvalue=pvalue,
        smallest_visible=_visible(by_unit, ctx.alpha / TESTS),
        details={"p_unit_means": by_unit.pvalue},
        exhibits=(Table(title="class shares", columns=("class", "train", "val"), rows=rows),),
    )


def _visible(test: ShiftTest, alpha: float) -> float | None:
    visible = test.visible(alpha)
    visible = visible[np.isfinite(visible) & (visible > 0)]
    return float(np.median(visible)) if len(visible) else None


def _hypergeometric(train: Profile, val: Profile) -> float:
    total, hits = train.label_counts + val.label_counts, val.label_counts
    n, m = len(train) + len(val), len(val)
    tail = np.minimum(stats.hypergeom.cdf(hits, n, total, m), stats.hypergeom.sf(hits - 1, n, total, m))
    return float(min(1.0, 2 * tail.min() * len(total)))
