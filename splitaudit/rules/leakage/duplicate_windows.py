"""The same window stands on both sides.

## What it measures
The share of validation windows that are exact copies of a train window: every sample of every channel is equal,
whatever their labels, groups, dtype and place in the file.

## Why it matters
A model that remembers its training data answers for these windows without having learned anything. The validation
score is too high by as much as it knows the copies better than the rest, and it favours the models that memorise
most.

## How it is decided
Every window gets a 64-bit fingerprint; windows with equal fingerprints are compared sample by sample. Copies are a
fact, so there is no p-value. But equal windows need not be copies: two windows of silence are equal too. So a
window counts only if it says more than windows of this data agree on by chance. Chance is measured as the longest
run in which *different* windows agree at the same position; a copy must hold three times as many informative steps
(samples that change, and not just by counting up), and must not be a wave that repeats itself exactly. Equal
windows that say less are told apart in the details as `low_information`. With labels, the accuracy of a probe with
and without the copies is given.

## What to do
Drop the repeated windows from train (or from validation), then split again by recording, so that copies of one
recording under two names stay together. Remove duplicates before splitting, not after.

## Limits
Copies of windows that say little (silence, on and off, exactly periodic waves) are reported in the details only.
Rounded, scaled, shifted or noisy copies are looked for by SA302, shared parts of windows by SA303.

## References
Kapoor, S., Narayanan, A. (2023). Leakage and the reproducibility crisis in machine-learning-based science. Patterns
4(9).
Lemire, D., Kaser, O. (2014). Strongly universal string hashing is fast. The Computer Journal 57(11).
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.copies import Copies, copies_of
from splitaudit.data.pictures import overlaid
from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Exhibit, IntArray, Table, Where
from splitaudit.models.leaked import worth
from splitaudit.rule import Context, rule

N_SHOWN = 10


@rule(
    "SA301",
    effect="share of validation windows",
    warn=1e-4,
    error=0.01,
    remedy="Drop the repeated windows from train, and remove duplicates before splitting.",
    fires_on=("copied_windows", "conflicting_copies"),
    sees="copies",
)
def duplicate_windows(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Find validation windows that are exact copies of train windows."""
    copies, _ = ctx.once("copies", lambda _: copies_of(train, val))
    leaked = copies.leaked
    source = copies.source[leaked]
    known = worth(train, val, ctx, leaked)
    details = {
        "copies": len(leaked),
        "relabelled": _relabelled(train, val, leaked, source),
        "repeated_inside_train": copies.repeated(slice(0, len(train))),
        "repeated_inside_val": copies.repeated(slice(len(train), None)),
        "low_information": int(((copies.source >= 0) & copies.common[len(train) :]).sum()),
    }
    return Evidence(
        effect=len(leaked) / len(val),
        summary=_summary(train, val, copies) + (known.sentence if known else ""),
        where=Where(train_windows=source, val_windows=leaked),
        details=details | (known.details() if known else {}),
        exhibits=_exhibits(train, val, leaked, source) if len(leaked) else (),
    )


def _summary(train: Profile, val: Profile, copies: Copies) -> str:
    leaked, n_val = copies.leaked, len(val)
    quiet = int(((copies.source >= 0) & copies.common[len(train) :]).sum())
    if len(leaked):
        first, origin = val.split.rows[leaked[0]], train.split.rows[copies.source[leaked[0]]]
        said = f"{len(leaked)} of {n_val} val windows ({len(leaked) / n_val:.1%}) are exact copies of train windows"
        return f"{said}, such as val {first} of train {origin}"
    if quiet:
        return f"No val window is a copy of a train window, except {quiet} of {n_val} that say too little to tell"
    return f"None of {n_val} val windows is an exact copy of a train window"


def _relabelled(train: Profile, val: Profile, leaked: IntArray, source: IntArray) -> int | None:
    """Copies whose label differs from that of their first origin; None without labels."""
    if train.split.y is None or val.split.y is None:
        return None
    return int((train.y[source] != val.y[leaked]).sum())


def _exhibits(train: Profile, val: Profile, leaked: IntArray, source: IntArray) -> tuple[Exhibit, ...]:
    pairs = ((int(window), int(origin), 0) for window, origin in zip(leaked, source, strict=True))
    return (_pairs(train, val, leaked, source), *overlaid(train, val, pairs))


def _pairs(train: Profile, val: Profile, leaked: IntArray, source: IntArray) -> Table:
    some = np.stack([val.split.rows[leaked], train.split.rows[source]], axis=1)[:N_SHOWN]
    return Table(title="copies", columns=("val window", "train window"), rows=tuple(map(tuple, some.tolist())))
