"""The place in the file tells the label, and the split cut along it, so that the sides hold other classes.

## What it measures
How well the label can be guessed from the place of a window in its file: the share of the way from always guessing
the largest class to 100 % that the commonest class of each tenth of the file covers (each window guessed from the
others). The effect is this share times the total variation distance between the class shares of the sides.

## Why it matters
Files are often written class by class or session by session. Cut by position, such a file gives train and validation
different classes, and what looks like a model that does not generalise is a class that it has hardly seen.

## How it is decided
A file that is sorted alike on both sides is harmless as long as training shuffles (SA401 counts the runs), and so
is validation with other class shares in a shuffled file (SA501). Only both together count. Where groups or
recordings are the units, the p-value is that of the class shares under exchange of units, because few units of one
class each differ easily; otherwise it is a fact of the file.

## What to do
Draw the split by unit and stratified by class; do not cut a sorted file by position.

## Limits
It sees order on the scale of tenths of the file. What order does to the signal is measured in SA402 and SA403.

## References
Kapoor, S., Narayanan, A. (2023). Leakage and the reproducibility crisis in machine-learning-based science.
Patterns 4(9).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats.permutation import shares_pvalue
from splitaudit.wording import listed

N_PARTS = 10
MIN_PART = 5
MIN_WINDOWS = 20

IntArray = NDArray[np.int64]


@rule(
    "SA309",
    effect="order times the difference of class shares",
    warn=0.15,
    error=0.5,
    remedy="Draw the split by unit and stratified by class instead of cutting the file by position.",
    needs=("labels",),
    fires_on=("sorted_by_label",),
)
def order_predicts_label(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Guess labels from places in the file and compare the class shares of the sides."""
    n_classes = len(train.split.classes)
    told = [place_tells(side.y, n_classes) for side in (train, val) if _has_order(side)]
    if not told:
        raise NotApplicable(f"no side has {MIN_WINDOWS} windows and two classes, so there is no order of labels")
    order = max(told)
    shares = np.array([side.label_counts / len(side) for side in (train, val)])
    difference = 0.5 * float(np.abs(shares[1] - shares[0]).sum())
    effect = order * difference
    moved = np.argsort(-np.abs(shares[1] - shares[0]), kind="stable")
    rows = tuple((train.split.classes[k], float(shares[0, k]), float(shares[1, k])) for k in moved[:10])
    risen = [int(k) for k in moved if shares[1, k] > shares[0, k] + 0.05]
    by_unit = ctx.scheme.kind in ("group", "recording") and difference > 0
    summary = f"The place in the file closes {order:.0%} of the way from guessing the largest class to the label"
    if effect >= 0.1 and risen:
        summary += f", and val, cut along it, holds {_shares(train, shares, risen)}"
    return Evidence(
        effect=effect,
        summary=summary,
        statistic=difference,
        pvalue=_exchanged(train, val, ctx) if by_unit else None,
        where=Where(
            val_windows=np.flatnonzero(np.isin(val.y, risen)) if effect >= 0.1 else np.empty(0, dtype=np.int64)
        ),
        details={"order": order, "difference_of_class_shares": difference},
        exhibits=(Table(title="class shares", columns=("class", "train", "val"), rows=rows),),
    )


def place_tells(y: IntArray, n_classes: int) -> float:
    """Share of the way from the largest class to 100 % that guessing by tenths of the file covers; at least 0.

    Each window is guessed as the commonest class among the others of its tenth; parts hold five windows at least.
    """
    n_parts = min(N_PARTS, len(y) // MIN_PART)
    part = np.arange(len(y)) * n_parts // len(y)
    counts = np.zeros((n_parts, n_classes), dtype=np.int64)
    np.add.at(counts, (part, y), 1)
    others = counts[part]
    others[np.arange(len(y)), y] -= 1
    guessed = float((others.argmax(axis=1) == y).mean())
    largest = counts.sum(axis=0).max() / len(y)
    return float(max(0.0, (guessed - largest) / (1 - largest)))


def _has_order(side: Profile) -> bool:
    return len(side) >= MIN_WINDOWS and int(np.count_nonzero(side.label_counts)) >= 2


def _exchanged(train: Profile, val: Profile, ctx: Context) -> float:
    """P-value of the distance between class shares under exchange of units."""
    counts = np.zeros((ctx.scheme.n_units, len(train.split.classes)))
    np.add.at(counts, (ctx.scheme.units, np.concatenate([train.y, val.y])), 1)
    return shares_pvalue(counts, ctx.scheme.draw(ctx.n_permutations, ctx.rng))


def _shares(train: Profile, shares: NDArray[np.float64], classes: list[int]) -> str:
    return listed(f"{shares[1, k]:.0%} {train.split.classes[k]} ({shares[0, k]:.0%} in train)" for k in classes)
