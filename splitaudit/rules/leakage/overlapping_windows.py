"""Validation windows hold samples that train windows hold too.

## What it measures
The share of validation windows whose start is the end of some train window, or the other way round: sliding windows
of one recording that went to both sides. It is found from the samples alone, in any file order, without groups or
time.

## Why it matters
Windows that overlap are partly the same data. After a random split of overlapping windows nearly every validation
window has been seen in pieces, and the score says how well the model remembers, not how it does on a new recording.

## How it is decided
Fingerprints of every possible start and end of every window, of every length, are joined across the sides, so no
overlap of any length is missed and the whole shared run must agree, sample by sample. Shared samples are a fact and
need no p-value. What could agree by chance is left out: different windows of one recording never agree at the
*same* position but by chance, so the longest runs in which they do, in informative steps, are the null; an overlap
must be more than three times as long. Overlaps of a few samples are believed where many stand against next to none
expected. If nothing is found, the search is repeated for windows that were each brought to a level and scale of
their own: ratios of successive differences at the start of every window are looked up on the other side, and the
whole overlap must fit within rounding. With labels, the accuracy of a probe with and without these windows is
given.

## What to do
Split the recordings first and cut windows afterwards, or keep all windows of a recording on one side, or leave out
the windows at the border. `splitaudit split` does this.

## Limits
Overlaps of silence, padding, on and off or exactly periodic waves cannot be told from chance (`low_information` in
the details). Overlaps of windows that were filtered or given noise one by one are not found; if they are small
shifts, SA302 may. In time order without a gap one or two windows at the border overlap: that is a warning, not an
error.

## References
Karp, R., Rabin, M. (1987). Efficient randomized pattern-matching algorithms. IBM J. Research and Development 31(2).
Hammerla, N., Ploetz, T. (2015). Let's (not) stick together: pairwise similarity biases cross-validation in activity
recognition. UbiComp.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.copies import Overlaps, copies_of
from splitaudit.data.pictures import overlaid
from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Exhibit, Histogram, Where
from splitaudit.models.leaked import worth
from splitaudit.rule import Context, rule

N_BINS = 20


@rule(
    "SA303",
    effect="share of validation windows",
    warn=1e-3,
    error=0.02,
    remedy="Split recordings before cutting windows, or leave out the windows that overlap the other side.",
    fires_on=("overlapping_split", "overlapping_standardised"),
    sees="leaks",
)
def overlapping_windows(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Find validation windows that share samples with train windows."""
    _, found = ctx.once("copies", lambda _: copies_of(train, val))
    known = worth(train, val, ctx, found.val)
    details = {
        "overlapping": len(found.val),
        "after_scaling": found.scaled and len(found.val) > 0,
        "low_information": found.n_chance,
        **_lengths(found, train.split.n_timesteps),
    }
    return Evidence(
        effect=len(found.val) / len(val),
        summary=_summary(train, val, found) + (known.sentence if known else ""),
        where=Where(train_windows=found.train, val_windows=found.val),
        details=details | (known.details() if known else {}),
        exhibits=_exhibits(train, val, found) if len(found.val) else (),
    )


def _lengths(found: Overlaps, n_timesteps: int) -> dict[str, object]:
    """Samples shared and the strides that this implies, most frequent first."""
    if not len(found.val):
        return {}
    stride, count = np.unique(n_timesteps - found.length, return_counts=True)
    often = np.argsort(-count, kind="stable")[:5]
    return {
        "median_samples_shared": float(np.median(found.length)),
        "longest_samples_shared": int(found.length.max()),
        "strides": stride[often].tolist(),
        "stride_counts": count[often].tolist(),
    }


def _summary(train: Profile, val: Profile, found: Overlaps) -> str:
    n_val, t = len(val), train.split.n_timesteps
    if not len(found.val):
        rest = f", except {found.n_chance} whose shared samples say too little to tell" if found.n_chance else ""
        return f"None of {n_val} val windows shares samples with a train window{rest}"
    share, median = len(found.val) / n_val, int(np.median(found.length))
    how = " but for level and scale" if found.scaled else ""
    return (
        f"{len(found.val)} of {n_val} val windows ({share:.1%}) share samples with train windows{how}, "
        f"{median} of {t} in the median, such as val {val.split.rows[found.val[0]]} with train "
        f"{train.split.rows[found.train[0]]}"
    )


def _exhibits(train: Profile, val: Profile, found: Overlaps) -> tuple[Exhibit, ...]:
    apart = train.split.n_timesteps - found.length
    shift = np.where(found.later, -apart, apart)
    pairs = zip(found.val.tolist(), found.train.tolist(), shift.tolist(), strict=True)
    return (_picture(found, train.split.n_timesteps), *overlaid(train, val, pairs, own_scale=found.scaled))


def _picture(found: Overlaps, n_timesteps: int) -> Histogram:
    edges = np.linspace(0, n_timesteps, min(N_BINS, n_timesteps) + 1)
    counts = np.histogram(found.length, edges)[0]
    return Histogram(
        title="samples shared per val window",
        x_label="samples",
        edges=tuple(edges.tolist()),
        counts={"val": tuple(counts.astype(float).tolist())},
    )
