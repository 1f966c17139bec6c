"""The two sides were stored as different kinds of numbers.

## What it measures
The dtype of X as it was given on each side, and whether the values agree with it.

## Why it matters
Raw counts of a converter (int16) beside scaled values (float32) mean that one side missed a processing step. float16
has a resolution of a thousandth and overflows at 65,504, so a side that went through it has other rounding and
clipped peaks.

## How it is decided
Exactly. Integers against floats that are not whole numbers: effect 1. Integers against whole-number floats, or half
precision against full: 0.5. Single against double precision loses nothing that matters: 0.1.

## What to do
Read and convert both sides by the same code.

## Limits
A side that was rounded and stored in a wider type afterwards has the same dtype; SA208 looks for that.

## References
IEEE 754-2019, Standard for Floating-Point Arithmetic (binary16, binary32, binary64).
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.features import chunks
from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence
from splitaudit.rule import Context, rule


@rule(
    "SA605",
    effect="kind of difference (1: other numbers, 0.5: other precision)",
    warn=0.5,
    error=1.0,
    remedy="Read and convert both sides by the same code.",
    fires_on=("raw_counts",),
)
def dtype_mismatch(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare the dtypes as given, and the values where they differ."""
    ours, theirs = np.dtype(train.split.dtype), np.dtype(val.split.dtype)
    summary = f"X is {ours} in train and {theirs} in val"
    if ours == theirs:
        return Evidence(effect=0.0, summary=f"X is {ours} on both sides")
    floats = [dtype.kind == "f" for dtype in (ours, theirs)]
    if all(floats):
        half = np.float16 in (ours, theirs)
        return Evidence(effect=0.5 if half else 0.1, summary=summary)
    if not any(floats):
        return Evidence(effect=0.1, summary=summary)
    whole = _whole(train if floats[0] else val)
    what = "the floats are whole numbers too" if whole else "the floats are not whole numbers"
    return Evidence(effect=0.5 if whole else 1.0, summary=f"{summary}, and {what}")


def _whole(side: Profile) -> bool:
    X = side.split.X
    return all(bool((X[rows] == np.round(X[rows])).all()) for rows in chunks(len(X), X[0].size))
