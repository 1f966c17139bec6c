"""Equal windows carry different labels.

## What it measures
The share of all windows, of both sides, whose samples occur more than once with different labels.

## Why it matters
No model can get both right: one of the labels is wrong, or the label depends on something that the window does not
hold. If the copies stand on both sides, a model that has learned its training data perfectly is wrong on
validation.

## How it is decided
Windows with equal fingerprints are compared sample by sample and their labels counted. This is a fact, so there is
no p-value. Windows that say so little that they may agree by chance (silence, on and off, exactly periodic waves;
see SA301) are left out and counted in the details as `low_information`, because silence may honestly have several
labels.

## What to do
Look at the listed windows: were two annotators of two opinions, was one window exported twice with two encodings of
the label, or does the label describe something outside the window? Settle each, or drop all copies of it.

## Limits
Only exact copies are compared. How many labels are wrong elsewhere is estimated by SA505.

## References
Northcutt, C., Athalye, A., Mueller, J. (2021). Pervasive label errors in test sets destabilize machine learning
benchmarks. NeurIPS Datasets and Benchmarks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.copies import Copies, copies_of
from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, IntArray, Table, Where
from splitaudit.rule import Context, rule

N_SHOWN = 10


@rule(
    "SA308",
    effect="share of windows",
    warn=1e-3,
    error=0.01,
    remedy="Settle the labels of the listed windows, or drop all copies of them.",
    needs=("labels",),
    fires_on=("conflicting_copies",),
    sees="copies",
)
def conflicting_duplicates(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Count equal windows with different labels."""
    copies, _ = ctx.once("copies", lambda _: copies_of(train, val))
    labels = np.concatenate([train.y, val.y])
    conflict = _conflicting(copies.content, labels)
    found, quiet = np.flatnonzero(conflict & copies.telling), int((conflict & copies.common).sum())
    ours, theirs = found[found < len(train)], found[found >= len(train)] - len(train)
    n = len(labels)
    return Evidence(
        effect=len(found) / n,
        summary=_summary(train, val, copies, labels, found, quiet),
        where=Where(train_windows=ours, val_windows=theirs),
        details={
            "windows": len(found),
            "contents": len(np.unique(copies.content[found])),
            "across_sides": _across(copies, ours, theirs),
            "low_information": quiet,
        },
        exhibits=(_listed(train, val, copies, labels, found),) if len(found) else (),
    )


def _conflicting(content: IntArray, labels: IntArray) -> NDArray[np.bool_]:
    """Which windows are equal to one with another label."""
    lowest, highest = np.full(content.max() + 1, labels.max()), np.zeros(content.max() + 1, dtype=np.int64)
    np.minimum.at(lowest, content, labels)
    np.maximum.at(highest, content, labels)
    conflict: NDArray[np.bool_] = (lowest != highest)[content]
    return conflict


def _across(copies: Copies, ours: IntArray, theirs: IntArray) -> int:
    """Val windows among them whose copies are in train."""
    return int(np.isin(copies.content[copies.n_train + theirs], copies.content[ours]).sum())


def _row(train: Profile, val: Profile, window: int) -> str:
    inside = window < len(train)
    side, place = (train, window) if inside else (val, window - len(train))
    return f"{'train' if inside else 'val'} {side.split.rows[place]}"


def _summary(train: Profile, val: Profile, copies: Copies, labels: IntArray, found: IntArray, quiet: int) -> str:
    if not len(found):
        rest = f", except {quiet} windows that say too little to tell" if quiet else ""
        return f"No two equal windows have different labels{rest}"
    first = found[0]
    other = next(k for k in found if copies.content[k] == copies.content[first] and labels[k] != labels[first])
    names = train.split.classes
    return (
        f"{len(found)} of {len(labels)} windows are equal to one with another label, such as "
        f"{_row(train, val, int(first))} ({names[labels[first]]}) and {_row(train, val, int(other))} "
        f"({names[labels[other]]})"
    )


def _listed(train: Profile, val: Profile, copies: Copies, labels: IntArray, found: IntArray) -> Table:
    rows = []
    for content in np.unique(copies.content[found], return_index=True)[1][:N_SHOWN]:
        same = found[copies.content[found] == copies.content[found[content]]]
        names = ", ".join(_row(train, val, int(k)) for k in same[:4])
        given = ", ".join(dict.fromkeys(train.split.classes[k] for k in labels[same]))
        rows.append((names, len(same), given))
    return Table(title="equal windows, different labels", columns=("windows", "copies", "labels"), rows=tuple(rows))
