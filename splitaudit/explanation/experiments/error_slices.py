"""Which units and classes hold the errors?

## How
Accuracy is taken per unit of val and compared with how units of train fare when they are kept apart, and per class.

## Outcomes
``worst_unit``: how many standard deviations of train's units the worst val unit lies below their mean;
``concentrated``: share of val's excess errors that the worst third of its units holds, less a third; ``scatter_val``
and ``scatter_train``: standard deviation of unit accuracies beyond what so few windows scatter; ``worst_class``:
lowest recall of a class that train knows, less A_val; ``unknown``: share of val in classes that train lacks.

## Limits
Val of one unit has no spread.

## References
Sagadeeva, S., Boehm, M. (2021). SliceLine: fast, linear-algebra-based slice finding for ML model debugging. SIGMOD.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, number
from splitaudit.stats.paired import UnitMeans


@experiment()
def error_slices(lab: Lab) -> Measured:
    """Compare units and classes of val."""
    lab.need_two_classes()
    ours, theirs = UnitMeans.of(lab.train_units, lab.hits_cv), UnitMeans.of(lab.val_units, lab.hits_val)
    mean = float(lab.hits_cv.mean())
    noise = np.sqrt(np.maximum(mean * (1 - mean), 0.02) / theirs.sizes)
    spread = np.hypot(max(_scatter(ours, mean), 0.02), noise)
    z = (theirs.means - mean) / spread
    worst = int(z.argmin())
    excess = np.maximum(mean - theirs.means, 0) * theirs.sizes
    order = np.argsort(-excess)
    third = max(1, len(excess) // 3)
    concentrated = float(excess[order[:third]].sum() / excess.sum()) - third / len(excess) if excess.sum() > 0 else 0.0
    recall = np.array([lab.hits_val[lab.val.y == k].mean() for k in np.unique(lab.val.y) if lab.train.label_counts[k]])
    unknown = float((lab.train.label_counts[lab.val.y] == 0).mean())
    kind = lab.ctx.scheme.kind
    scatter = _scatter(theirs, float(lab.hits_val.mean())), _scatter(ours, mean)
    return Measured(
        outcomes={
            "worst_unit": number(
                -z[worst],
                "standard deviations",
                f"the worst {kind} of val is right in {theirs.means[worst]:.0%}, {kind}s of train in {mean:.0%} on "
                "average",
            ),
            "worst_deficit": number(
                mean - theirs.means[worst], "difference of accuracy", f"the worst {kind} of val lies that far below"
            ),
            "concentrated": number(
                concentrated,
                "share of excess errors",
                f"the worst third of val's {kind}s holds {concentrated + third / len(excess):.0%} of the excess errors",
            ),
            "scatter_val": number(
                scatter[0], "standard deviation", f"accuracy of val's {kind}s differs by {scatter[0]:.0%} (sd)"
            ),
            "scatter_train": number(
                scatter[1], "standard deviation", f"accuracy of train's {kind}s differs by {scatter[1]:.0%} (sd)"
            ),
            "worst_class": number(
                float(recall.min() - lab.hits_val.mean()) if len(recall) else -1.0,
                "difference of accuracy",
                f"the worst class of val is right in {recall.min() if len(recall) else 0:.0%}",
            ),
            "unknown": number(unknown, "share of val windows", f"{unknown:.0%} of val is of classes that train lacks"),
        },
        summary=f"worst {kind} {theirs.means[worst]:.0%}; worst class {recall.min() if len(recall) else 0:.0%}",
    )


def _scatter(found: UnitMeans, mean: float) -> float:
    """Standard deviation of unit means beyond binomial scatter."""
    if len(found.means) < 2:
        return 0.0
    scatter: NDArray[np.float64] = (found.means - found.means.mean()) ** 2
    beyond = float(scatter.sum() / (len(scatter) - 1)) - float(np.mean(max(mean * (1 - mean), 0.01) / found.sizes))
    return float(np.sqrt(max(beyond, 0.0)))
