"""The scaler was fitted on train and val together.

## What it measures
Whether channels (or all channels thrown together) have mean 0 and standard deviation 1 to float precision over both
sides together, or fill exactly the range [0, 1] or [-1, 1] together, while train alone does not.

## Why it matters
Statistics of val went into what the model is trained on. Where the sides are alike this hardly changes a score; where
val lies elsewhere, the normalisation has moved train towards it, and a model in use will not get that help.

## How it is decided
It is a fact and needs no p-value: the chance that channels scaled by other statistics come so close by accident is
computed from how much units differ, and must stay below one in a hundred thousand. The effect is how far train's own
statistics are from what the scaler promised (mean 0, standard deviation 1; or the ends of the range), at the worst
channel: it is what val has added. Below a twentieth it is a warning, from there on an error. Fewer than three
channels that fill a range may do so by their nature and give a warning at most.

## What to do
Fit the scaler on train only and apply it to both sides.

## Limits
Statistics taken before windows were cut, thinned or set aside, or over a further test set, leave no exact trace.

## References
Kapoor, S., Narayanan, A. (2023). Leakage and the reproducibility crisis in machine-learning-based science. Patterns
4(9), 100804.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.data.scales import Scales, across_channels, joined, sampling_errors
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats import normalised

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
MILD = 0.049


@rule(
    "SA202",
    effect="train sd (or ranges) that val moved the scaler",
    warn=1e-6,
    error=0.05,
    remedy="Fit the scaler on train only and apply it to both sides.",
    fires_on=("scaler_on_both",),
)
def fitted_on_both_sides(train: Profile, val: Profile, ctx: Context, *, accident: float = 1e-5) -> Evidence:
    """Look for statistics that are exact on both sides together and not on train."""
    ours, theirs = train.scales, val.scales
    fact, moved = _standard(ours, theirs, ctx, accident)
    kind = "have mean 0 and standard deviation 1"
    if not fact.any():
        fact, moved = _range(train, val)
        kind = "fill their range exactly"
    who = ""
    if not fact.any() and ours.mean.shape[1] > 1:
        kind, who = "have mean 0 and standard deviation 1", "All channels thrown together"
        wide, move = _standard(across_channels(ours), across_channels(theirs), ctx, accident)
        fact, moved = np.repeat(wide, len(fact)), np.repeat(move, len(fact))
    channels = tuple(int(c) for c in np.flatnonzero(fact))
    if not channels:
        return Evidence(effect=0.0, summary="No channel is normalised exactly over both sides together")
    worst = max(channels, key=lambda c: float(moved[c]))
    summary = (
        f"{who or channels_of(train.split, channels, start=True)} {kind} over train and val together but not on train "
        f"(off by up to {moved[worst]:.2g}): the scaler has seen val"
    )
    rows = tuple((train.split.channel_name(c), float(moved[c])) for c in channels)
    return Evidence(
        effect=float(moved[worst]),
        summary=summary,
        where=Where(channels=channels),
        details={"kind": kind},
        exhibits=(Table(title="how far train's own statistics are off", columns=("channel", "off by"), rows=rows),),
    )


def _standard(ours: Scales, theirs: Scales, ctx: Context, accident: float) -> tuple[Mask, Floats]:
    """Which channels are standardised together, and how far train alone is from that."""
    both = joined([ours, theirs])
    level, total = normalised.moments(both.mean, both.sd)
    together = normalised.deviation(level, total)
    alone = normalised.deviation(*normalised.moments(ours.mean, ours.sd))
    chance = normalised.accident(level, total, sampling_errors(ours, theirs, ctx.scheme)[2])
    fact = (together <= 10 * normalised.CLOSE) & (chance * len(chance) <= accident)
    # a scaler fitted on train leaves train exact as well, if val happens to change nothing
    return fact & (alone > np.maximum(20 * together, 1e-6)), alone


def _range(train: Profile, val: Profile) -> tuple[Mask, Floats]:
    """Which channels fill [0, 1] or [-1, 1] together, if all that vary do and train alone falls short in some."""
    ours, theirs = train.scales, val.scales
    ends = [
        (side.minimum.min(axis=0), side.maximum.max(axis=0), side.at_minimum, side.at_maximum)
        for side in (ours, theirs)
    ]
    low, high = np.minimum(ends[0][0], ends[1][0]), np.maximum(ends[0][1], ends[1][1])
    fact = normalised.ranged(low, high)
    varies = low < high
    n_timesteps = train.samples.shape[1]
    at_ends = np.zeros(len(low))
    for side in (ours, theirs):
        at_ends += (side.at_minimum * (side.minimum == low)).sum(axis=0)
        at_ends += (side.at_maximum * (side.maximum == high)).sum(axis=0)
    n = (len(train) + len(val)) * n_timesteps
    fact &= at_ends <= min(max(8, 0.002 * n, 4.0 * n_timesteps), 0.1 * n)
    for c in np.flatnonzero(fact):
        fact[c] = not normalised.full_scale_codes(train.samples[:200, :, c])
    short = np.maximum(ends[0][0] - low, high - ends[0][1]) / np.where(varies, high - low, 1.0)
    if not fact[varies].all() or not (short[fact] > 1e-6).any():
        return np.zeros_like(fact), short
    return fact, short if varies.sum() >= 3 else np.minimum(short, MILD)
