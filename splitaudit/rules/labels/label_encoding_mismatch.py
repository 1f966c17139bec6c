"""The labels of the two sides are coded differently.

## What it measures
Whether validation's labels mean what train's mean: names that differ only in case, blanks, hyphens or underscores;
integer codes that are shifted by one; names on one side and numbers on the other; and codes that are permuted, which
shows when a probe trained on train is right about validation only after relabelling.

## Why it matters
Label encoders fitted per file sort whatever they find. The network is fine, the signal is fine, and validation
accuracy is stuck where the codes happen to agree.

## How it is decided
Vocabulary faults are facts; the effect is the share of validation windows they concern. For permuted codes the effect
is how much of validation the best relabelling (linear assignment on the probe's confusion matrix) wins over the
labels as they are. Its p-value is Student's t of that gain, in windows of the moved classes, between the units of
validation and those of train (predicted out of fold), corrected for the number of maps that move as many classes.
On few windows several probes are asked, so that the answer does not hang on the trees of one.

## What to do
Encode both sides by one mapping from names to codes, written down with the data.

## Limits
A probe that is near chance cannot see permuted codes. A concept shift that swaps exactly two classes looks the same.

## References
Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly 2, 83-97.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from scipy import special

from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.models.outcomes import draws, train_probabilities, val_probabilities
from splitaudit.rule import Context, rule
from splitaudit.stats.paired import UnitMeans, excess_pvalue

MATTERS = 0.05  # of validation; smaller gains are not looked at again
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@rule(
    "SA503",
    effect="share of validation windows",
    warn=0.1,
    error=0.2,
    error_ungrouped=0.5,
    remedy="Encode the labels of both sides by one mapping from names to codes.",
    needs=("labels",),
    fires_on=("recoded_labels", "permuted_codes"),
)
def label_encoding_mismatch(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Look at the vocabulary, then at what a probe confuses."""
    mapping, how = _vocabulary(train, val)
    if mapping:
        rows = np.flatnonzero(np.isin(val.y, list(mapping)))
        names = train.split.classes
        shown = ", ".join(f"{names[a]} for {names[b]}" for a, b in list(mapping.items())[:4])
        return Evidence(
            effect=len(rows) / len(val),
            summary=f"Val's labels are {how}: {shown}",
            where=Where(val_windows=rows),
            details={"map": {names[a]: names[b] for a, b in mapping.items()}},
        )
    if train.split.label_kind != val.split.label_kind and not (train.label_counts * val.label_counts).any():
        kinds = f"{train.split.label_kind} in train and {val.split.label_kind} in val"
        return Evidence(effect=1.0, summary=f"Labels are {kinds}, with no value in common")
    return _permuted(train, val, ctx)


def _vocabulary(train: Profile, val: Profile) -> tuple[dict[int, int], str]:
    """Map val-only classes to the train classes they must mean."""
    names = train.split.classes
    ours, theirs = np.flatnonzero(train.label_counts), np.flatnonzero(val.label_counts)
    strange = np.setdiff1d(theirs, ours)
    if not len(strange):
        return {}, ""
    plain = {_plain(names[k]): int(k) for k in ours}
    spelled = {int(k): plain[_plain(names[k])] for k in strange if _plain(names[k]) in plain}
    if spelled:
        return spelled, "spelled differently"
    if all(re.fullmatch(r"-?\d+", names[k]) for k in (*ours, *theirs)) and len(ours) == len(theirs) > 1:
        codes = {int(names[k]): int(k) for k in ours}
        for step in (1, -1):
            moved = {int(k): codes.get(int(names[k]) - step, -1) for k in theirs}
            if min(moved.values()) >= 0 and len(set(moved.values())) == len(ours):
                return moved, f"shifted by {step:+d}"
    return {}, ""


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]+", "", name).casefold()


def _permuted(train: Profile, val: Profile, ctx: Context) -> Evidence:
    from scipy.optimize import linear_sum_assignment

    k = len(train.split.classes)
    # one forest's mistakes must not decide what the best map is
    predicted = [val_probabilities(train, val, ctx, draw=draw).argmax(axis=1) for draw in draws(len(val))]
    confusion = np.zeros((k, k))
    for named in predicted:
        np.add.at(confusion, (val.y, named), 1)
    best = np.empty(k, dtype=np.int64)
    given, meant = linear_sum_assignment(-confusion)
    best[given] = meant
    # a class is moved only if that wins windows
    present = np.flatnonzero((val.label_counts > 0) & (best != np.arange(k)))
    right = np.mean([named == val.y for named in predicted], axis=0)
    relabelled = np.mean([named == best[val.y] for named in predicted], axis=0)
    gain = relabelled - right
    effect = max(0.0, float(gain.mean()))
    pvalue = _pvalue(train, ctx, best, present, gain, val)
    names = train.split.classes
    if effect > 0 and pvalue <= ctx.alpha:
        shown = ", ".join(f"{names[a]} is {names[best[a]]}" for a in present[:4])
        summary = (
            f"A probe is right about {right.mean():.1%} of val as labelled and about {relabelled.mean():.1%} if {shown}"
        )
    else:
        summary = f"No relabelling of val wins beyond chance (a probe is right about {right.mean():.1%})"
    rows = tuple(
        (names[a], names[best[a]], *(round(confusion[a, b] / len(predicted)) for b in (a, best[a]))) for a in present
    )
    return Evidence(
        effect=effect,
        summary=summary,
        pvalue=pvalue,
        where=Where(val_windows=np.flatnonzero(np.isin(val.y, present)) if effect > 0 else np.empty(0, dtype=np.int64)),
        details={
            "map": {names[a]: names[best[a]] for a in present},
            "accuracy": float(right.mean()),
            "accuracy_relabelled": float(relabelled.mean()),
        },
        exhibits=(Table(title="best relabelling", columns=("label", "meant", "as labelled", "as meant"), rows=rows),),
    )


def _pvalue(train: Profile, ctx: Context, best: IntArray, moved: IntArray, gain: FloatArray, val: Profile) -> float:
    """Chance that the best map which moves so many classes wins so much more in units of val than in those of train."""
    if not len(moved) or gain.mean() <= 0 or ctx.scheme.n_train_units < 2:
        return 1.0
    again = draws(len(train)) if gain.mean() >= MATTERS else (0,)
    said = [train_probabilities(train, ctx, draw=draw).argmax(axis=1) for draw in again]
    at_home = np.mean([(named == best[train.y]).astype(np.float64) - (named == train.y) for named in said], axis=0)
    sides = []
    for side, won, units in (
        (val, gain, ctx.scheme.units[ctx.scheme.n_train :]),
        (train, at_home, ctx.scheme.units[: ctx.scheme.n_train]),
    ):
        rows = np.isin(side.y, moved)
        sides.append(UnitMeans.of(units[rows], won[rows]))
    k, m = int(np.count_nonzero(val.label_counts)), len(moved)
    # which classes are moved, to which (derangements; one alone goes where val has none), and how many of them
    choices = special.comb(max(k, m), m) * max(np.round(special.factorial(m) / np.e), 1.0) * max(k - 1, 1)
    return float(min(1.0, choices * excess_pvalue(*sides)))
