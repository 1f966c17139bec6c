"""Which units and classes hold the errors?

## How
Accuracy is taken per unit of val and compared with how units of train fare when they are kept apart, and per class.

## Outcomes
``worst_unit`` and ``worst_deficit``: how many standard deviations of train's units the worst val unit lies below
their mean; ``concentrated``: share of val's excess errors that the worst third of its units holds, less a third;
``scatter_val`` and ``scatter_train``: standard deviation of unit accuracies beyond what so few windows scatter;
``worst_class``: lowest recall of a class that train knows, less A_val; ``unknown``: share of val in classes that
train lacks.

## Limits
Val of one unit has no spread; where every window is a unit of its own, units are left out.

## References
Sagadeeva, S., Boehm, M. (2021). SliceLine: fast, linear-algebra-based slice finding for ML model debugging. SIGMOD.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, number
from splitaudit.stats.paired import UnitMeans


@experiment()
def error_slices(lab: Lab) -> Measured:
    """Compare units and classes of val."""
    lab.need_two_classes()
    known = [k for k in np.unique(lab.val.y) if lab.train.label_counts[k]]
    recall = min((float(lab.hits_val[lab.val.y == k].mean()) for k in known), default=0.0)
    unknown = float((lab.train.label_counts[lab.val.y] == 0).mean())
    outcomes = {
        "worst_class": number(
            recall - float(lab.hits_val.mean()) if known else -1.0,
            "difference of accuracy",
            f"the worst class of val is right in {recall:.0%}",
        ),
        "unknown": number(unknown, "share of val windows", f"{unknown:.0%} of val is of classes that train lacks"),
    }
    summary = f"worst class {recall:.0%}"
    if lab.ctx.scheme.kind != "window":  # the accuracy of a single window is no accuracy
        units, worst = _units(lab)
        outcomes |= units
        summary = f"worst {lab.ctx.scheme.kind} {worst:.0%}; {summary}"
    return Measured(outcomes=outcomes, summary=summary)


def _units(lab: Lab) -> tuple[dict[str, Outcome], float]:
    """Compare val's units with how units of train fare, and the accuracy of the worst."""
    theirs = UnitMeans.of(lab.val_units, lab.hits_val)
    mean, kind = float(lab.hits_cv.mean()), lab.ctx.scheme.kind
    noise = np.sqrt(np.maximum(mean * (1 - mean), 0.02) / theirs.sizes)
    # of single draws: in their mean, units scatter less than under any model
    scatter = [
        float(np.mean([_scatter(UnitMeans.of(units, right), float(right.mean())) for right in draws]))
        for units, draws in (
            (lab.val_units, [said.argmax(axis=1) == lab.val.y for said in lab.said_val]),
            (lab.train_units, [said.argmax(axis=1) == lab.train.y for said in lab.said_cv]),
        )
    ]
    z = (theirs.means - mean) / np.hypot(max(scatter[1], 0.02), noise)
    worst = int(z.argmin())
    excess = np.sort(np.maximum(mean - theirs.means, 0) * theirs.sizes)[::-1]
    third = max(1, len(excess) // 3)
    held = float(excess[:third].sum() / excess.sum()) if excess.sum() > 0 else third / len(excess)
    outcomes = {
        "worst_unit": number(
            -z[worst],
            "standard deviations",
            f"the worst {kind} of val is right in {theirs.means[worst]:.0%}, {kind}s of train in {mean:.0%} on average",
        ),
        "worst_deficit": number(
            mean - theirs.means[worst],
            "difference of accuracy",
            f"the worst {kind} of val lies {100 * (mean - theirs.means[worst]):.0f} points below the {kind}s of train",
        ),
        "concentrated": number(
            held - third / len(excess),
            "share of excess errors",
            f"the worst third of val's {kind}s holds {held:.0%} of the excess errors",
        ),
        "scatter_val": number(
            scatter[0], "standard deviation", f"accuracy of val's {kind}s differs by {scatter[0]:.0%} (sd)"
        ),
        "scatter_train": number(
            scatter[1], "standard deviation", f"accuracy of train's {kind}s differs by {scatter[1]:.0%} (sd)"
        ),
    }
    return outcomes, float(theirs.means[worst])


def _scatter(found: UnitMeans, mean: float) -> float:
    """Standard deviation of unit means beyond binomial scatter."""
    if len(found.means) < 2:
        return 0.0
    scatter: NDArray[np.float64] = (found.means - found.means.mean()) ** 2
    beyond = float(scatter.sum() / (len(scatter) - 1)) - float(np.mean(max(mean * (1 - mean), 0.01) / found.sizes))
    return float(np.sqrt(max(beyond, 0.0)))
