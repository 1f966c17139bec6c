"""Each side was normalised with its own statistics.

## What it measures
Whether a channel (or all channels thrown together) is normalised to float precision on train *and* on val, each by
itself: mean 0 and standard deviation 1, minimum 0 (or -1) and maximum 1, or median 0 and interquartile range 1.

## Why it matters
Val was moved and stretched by its own mean and spread. A model in use meets one window at a time and has no such
statistics, so the score on val is not the score it will reach there; and true differences of level and gain between
the sides were hidden from every other check. The fewer and the more different the windows of val, the worse.

## How it is decided
Both sides must be exact. For mean and standard deviation, the chance that a val side that was normalised with other
statistics comes as close by accident is computed from how much the units of each side differ; it must stay below one
in a million. The effect is the share of channels normalised side by side. It is a fact and needs no p-value.

Windows, groups or recordings that were each normalised by themselves give exact sides as well; that is another matter
and is not reported here (SA209 compares windows).

## What to do
Fit the scaler on train only and apply it to both sides.

## Limits
Statistics taken before windows were cut, thinned or set aside leave no exact trace. A channel that fills the range
[0, 1] by its nature, such as a saturated one or one with few values, is not taken for normalised.

## References
Kapoor, S., Narayanan, A. (2023). Leakage and the reproducibility crisis in machine-learning-based science. Patterns
4(9), 100804.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.data.scales import Scales, across_channels, sampling_errors
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats import normalised

Mask = NDArray[np.bool_]
Pair = tuple[Scales, Scales]

WORDS = {
    "standard": "have mean 0 and standard deviation 1",
    "range": "fill their range from end to end exactly",
    "robust": "have median 0 and interquartile range 1",
}


@rule(
    "SA203",
    effect="share of channels normalised side by side",
    warn=1e-9,
    error=1e-9,
    remedy="Fit the scaler on train only and apply it to both sides.",
    fires_on=("scaler_per_side",),
)
def fitted_per_side(train: Profile, val: Profile, ctx: Context, *, accident: float = 1e-6) -> Evidence:
    """Look for statistics that are exact on each side alone."""
    sides = (train.scales, val.scales)
    found = {
        "standard": _standard(sides, train, val, ctx, accident),
        "range": _range(sides, train.samples, val.samples),
        "robust": _robust(train.samples, val.samples),
    }
    kind = max(found, key=lambda key: int(found[key].sum()))
    c = sides[0].mean.shape[1]
    if not found[kind].any() and c > 1:
        wide = (across_channels(sides[0]), across_channels(sides[1]))
        if _standard(wide, train, val, ctx, accident).all():
            kind, found["standard"] = "standard", np.ones(c, dtype=bool)
            return _evidence(train, wide, kind, found[kind], "All channels together")
    return _evidence(train, sides, kind, found[kind], "")


def _standard(sides: Pair, train: Profile, val: Profile, ctx: Context, accident: float) -> Mask:
    """Which channels have mean 0 and standard deviation 1 on both sides, and not because their pieces have."""
    errors = sampling_errors(*sides, ctx.scheme)
    fact = np.ones(sides[0].mean.shape[1], dtype=bool)
    chance = np.zeros(len(fact))
    for profile, side, error in zip((train, val), sides, errors[:2], strict=True):
        level, total = normalised.moments(side.mean, side.sd)
        fact &= normalised.deviation(level, total) <= 50 * normalised.CLOSE
        # one side may be exact because the scaler was fitted on it: the less exact one must tell
        chance = np.maximum(chance, normalised.accident(level, total, error))
        windowwise = normalised.standard_windows(side.mean, side.sd, profile.samples.shape[1])
        fact &= windowwise.mean(axis=0) < 0.5
    fact &= chance * len(fact) <= accident
    if fact.any() and any(normalised.in_pieces(side.mean[:, fact], side.sd[:, fact]) for side in sides):
        return np.zeros_like(fact)
    return fact


def _range(sides: Pair, train: NDArray[Any], val: NDArray[Any]) -> Mask:
    """Which channels fill [0, 1] or [-1, 1] on both sides, with few samples at the ends: all that vary, or none."""
    fact = np.ones(sides[0].mean.shape[1], dtype=bool)
    varies = np.zeros_like(fact)
    for side, X in zip(sides, (train, val), strict=True):
        low, high = side.minimum.min(axis=0), side.maximum.max(axis=0)
        varies |= low < high
        at_low = (side.at_minimum * (side.minimum == low)).sum(axis=0)
        at_high = (side.at_maximum * (side.maximum == high)).sum(axis=0)
        few = max(4, 0.001 * len(X) * X.shape[1], 2.0 * X.shape[1])
        fact &= normalised.ranged(low, high) & (np.maximum(at_low, at_high) <= min(few, 0.05 * len(X) * X.shape[1]))
    for c in np.flatnonzero(fact):
        fact[c] = not (normalised.full_scale_codes(train[:200, :, c]) or normalised.full_scale_codes(val[:200, :, c]))
    return fact & bool(fact[varies].all())


def _robust(train: NDArray[Any], val: NDArray[Any]) -> Mask:
    """Which channels have median 0 and interquartile range 1 on both sides, and hardly a sample that is exactly 0."""
    fact = np.ones(train.shape[2], dtype=bool)
    for X in (train, val):
        n = X.shape[0] * X.shape[1]
        below, at = np.count_nonzero(X < 0, axis=(0, 1)), np.count_nonzero(X == 0, axis=(0, 1))
        fact &= (below <= n / 2 + 1) & (below + at >= n / 2 - 1) & (at <= max(2, 0.001 * n))
        if not fact.any():
            return fact
    for c in np.flatnonzero(fact):
        quartiles = [np.quantile(X[:, :, c].astype(np.float64), [0.25, 0.75]) for X in (train, val)]
        fact[c] = all(abs(high - low - 1.0) <= 10 * normalised.CLOSE for low, high in quartiles)
    return fact


def _evidence(train: Profile, sides: Pair, kind: str, fact: Mask, whole: str) -> Evidence:
    channels = tuple(int(c) for c in np.flatnonzero(fact))
    rows = []
    for c in channels if not whole else (0,):
        name = whole or train.split.channel_name(c)
        for side, scales in zip(("train", "val"), sides, strict=True):
            level, total = normalised.moments(scales.mean[:, [c]], scales.sd[:, [c]])
            low, high = scales.minimum[:, c].min(), scales.maximum[:, c].max()
            rows.append((name, side, float(level[0]), float(total[0]), float(low), float(high)))
    if channels:
        who = whole or channels_of(train.split, channels, start=True)
        summary = (
            f"{who} {WORDS[kind]} on train alone and on val alone: each side was normalised with its own statistics"
        )
    else:
        summary = "No channel is normalised exactly on each side alone"
    table = Table(
        title="exact sides", columns=("channel", "side", "mean", "sd", "minimum", "maximum"), rows=tuple(rows)
    )
    return Evidence(
        effect=len(channels) / len(fact),
        summary=summary,
        where=Where(channels=channels),
        details={"kind": kind if channels else None},
        exhibits=(table,) if channels else (),
    )
