"""One side, some of its subjects or some of its windows are in another physical unit.

## What it measures
Per channel, by which factor the spread of val differs from that of train, and whether level and spread together fit a
conversion between two units: 9.81 (g and m/s²), 57.3 (radians and degrees), 1,000 (V and mV), 100, 60, 3.6, 255,
32,768, Celsius and Fahrenheit or kelvin, ... It looks at the whole side, at every subject (recording, block) alone,
and for a share of windows that stands apart from the rest.

## Why it matters
A unit is not a property of the world. A model trained on g reads m/s² as a tenfold earthquake; no regularisation
helps.

## How it is decided
Student's t on the logarithm of the spread of units, of one side against the other, or of one unit against those of
the other side (a prediction interval, and the unit must lie outside their range by more than that range), corrected
for all channels and units. The 95 % interval must contain a known factor (or the 99 % one, if it is met closely) and
exclude 1, and the level must follow the same conversion; a gain that fits no conversion is left to SA201. The effect
is the order of magnitude of the factor (0.99 for 9.81), for kelvin the logarithm of one plus the offset in train
standard deviations.

## What to do
Convert the named side, subjects or windows to the unit of the rest.

## Limits
After a normalisation of each side, or of each window, units leave no trace. With few and very different subjects,
neighbouring factors (57.3 and 60) cannot be told apart; the more common one is named.

## References
NIST Special Publication 811 (2008). Guide for the use of the international system of units.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.data.scales import across_channels, joined, standardised_alone
from splitaudit.evidence import NO_ROWS, Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats import normalised
from splitaudit.stats.contrast import two_sample
from splitaudit.stats.unit_search import Claim, Sizes, search, sizes
from splitaudit.wording import listed

MIN_UNITS = 5


@rule(
    "SA205",
    effect="orders of magnitude of the factor",
    warn=0.25,
    error=0.25,
    remedy="Convert the named side, subjects or windows to the unit of the rest.",
    fires_on=("other_unit", "subjects_in_other_unit"),
)
def unit_change(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Look for factors between the sides that are conversions of units."""
    scheme = ctx.scheme
    ctx.need_units(together=MIN_UNITS)
    if standardised_alone(train.scales, val.scales):
        summary = "One side was standardised and the other was not, so units cannot be compared (see SA201)"
        return Evidence(effect=0.0, summary=summary, pvalue=1.0)
    both = joined([train.scales, val.scales])
    size = sizes(both.mean, both.sd, train.scales.total, scheme)
    labelled = train.split.y is not None and val.split.y is not None
    has_unit = ~(_by_window(train) | _by_window(val))
    found = search(size, np.concatenate([train.y, val.y]) if labelled else None)
    claims = [claim for claim in found if has_unit[claim.channel]]
    visible = _visible(size, ctx.alpha)
    if not claims:
        text = "No channel differs between the sides by the factor of a known conversion of units"
        return Evidence(effect=0.0, summary=text, pvalue=1.0, smallest_visible=visible)
    return _evidence(claims, train, val, ctx, visible)


def _by_window(side: Profile) -> NDArray[np.bool_]:
    """Channels (c,) whose windows are normalised one by one, so that they have no unit."""
    scales, t = side.scales, side.samples.shape[1]
    own = normalised.standard_windows(scales.mean, scales.sd, t) | normalised.ranged(scales.minimum, scales.maximum)
    wide = across_channels(scales)
    joint = normalised.standard_windows(wide.mean, wide.sd, t)
    return np.asarray((own | joint).mean(axis=0) > 0.5)


def _visible(size: Sizes, alpha: float) -> float | None:
    """Orders of magnitude of the smallest factor of a whole side that would be beyond chance in the median channel."""
    origin = size.scheme.origin
    contrast = two_sample(size.unit_log_spread[~origin], size.unit_log_spread[origin])
    known = np.isfinite(contrast.error)
    if not known.any():
        return None
    needed = contrast.half_width(1 - alpha / (20 * size.n_questions))[known]
    return float(np.median(needed) / np.log(10))


def _effect(claim: Claim, train: Profile) -> float:
    """Orders of magnitude of the factor; of a mere offset, those of one plus the offset in train sd."""
    if claim.conversion.factor != 1:
        return float(abs(np.log10(claim.conversion.factor)))
    return float(np.log10(1 + abs(claim.conversion.offset) / max(train.scales.total[claim.channel], 1e-300)))


def _evidence(claims: list[Claim], train: Profile, val: Profile, ctx: Context, visible: float | None) -> Evidence:
    worst = max(claims, key=lambda claim: _effect(claim, train))
    rows = {"train": NO_ROWS, "val": NO_ROWS}
    groups: set[int] = set()
    for claim in claims:
        if claim.windows is not None:
            first, profile = (len(train), val) if claim.side == "val" else (0, train)
            inside = np.flatnonzero(claim.windows[first : first + len(profile)])
            rows[claim.side] = np.union1d(rows[claim.side], inside).astype(np.int64)
            if ctx.scheme.kind == "group":
                groups |= set(profile.groups[inside].tolist())
    return Evidence(
        effect=_effect(worst, train),
        summary=_sentence(worst, claims, train, sorted(groups), len(rows[worst.side])),
        statistic=worst.factor[0],
        pvalue=min([1.0, *(claim.pvalue for claim in claims)]),
        smallest_visible=visible,
        where=Where(
            channels=tuple(dict.fromkeys(claim.channel for claim in claims)),
            groups=tuple(sorted(groups)),
            train_windows=rows["train"],
            val_windows=rows["val"],
        ),
        details={
            "conversion": str(worst.conversion),
            "factor": worst.factor[0],
            "factor_interval": list(worst.factor[1:]),
        },
        exhibits=(
            Table(
                title="factors that are conversions of units",
                columns=("channel", "side", "factor", "low", "high", "conversion", "p"),
                rows=tuple(
                    (train.split.channel_name(k.channel), k.side, *k.factor, str(k.conversion), k.pvalue)
                    for k in claims
                ),
            ),
        ),
    )


def _sentence(worst: Claim, claims: list[Claim], train: Profile, groups: list[int], n_windows: int) -> str:
    alike = [claim.channel for claim in claims if claim.conversion == worst.conversion and claim.side == worst.side]
    what = channels_of(train.split, dict.fromkeys(alike), start=True)
    who, other = worst.side, "train" if worst.side == "val" else "val"
    if worst.windows is not None:
        names = [train.split.group_names[g] for g in groups]
        who = f"group {listed(names)} of {who}" if names else f"{n_windows} windows of {who}"
    if worst.conversion.factor == 1:
        return f"{what} of {who} is that of {other} {worst.conversion.offset:+.6g}: {worst.conversion}"
    middle, low, high = worst.factor
    measured = f"{middle:.3g} times as large as in {other} (95 % interval {low:.3g} to {high:.3g})"
    return f"{what} in {who}: {measured}, the factor {worst.conversion}"
