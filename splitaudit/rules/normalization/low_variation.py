"""Windows hardly vary: a channel is dead on one side, or all channels are flat.

## What it measures
A window is flat in a channel if its standard deviation is below a thousandth of what the channel's windows usually
have (root mean square over the side where they vary more). Counted are, per side, the windows flat in each channel
and those flat in all of them; and how small the variation inside windows is beside the differences between windows.

## Why it matters
A sensor that died, was unplugged or was replaced by a constant carries nothing on one side and something on the
other: a model that relies on it fails there. Windows in which nothing moves have nothing to learn from.

## How it is decided
The effect is the largest of two shares: of windows flat in a channel on one side and not on the other (a difference
of shares, with Student's t on unit means; a channel that is flat all over one side and hardly ever on the other is a
fact), and of windows of one side that are flat in all channels (a fact). A channel that is flat in most windows of
both sides, and windows that vary a hundred times less than they differ among each other in every channel, are a
warning.

## What to do
Look at the named channel in the named windows; repair or drop it, or drop the windows. Where the level hides what
happens inside a window, take differences or centre every window on both sides.

## Limits
Channels that hold two values (switches, events) and constant ones (SA602) are honest here.

## References
Student (1908). The probable error of a mean. Biometrika 6, 1-25.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import NO_ROWS, Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats.shift import shift_test

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
FLAT = 1e-3
NUMERIC = 1e-7
MOSTLY = 0.8
CONCERN = 0.25


@rule(
    "SA210",
    effect="share of windows",
    warn=0.2,
    error=0.8,
    remedy="Look at the named channel in the named windows; repair or drop it, or drop the windows.",
    fires_on=("numb_channel", "flat_windows"),
)
def low_variation(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Count flat windows per channel and side."""
    if train.samples.shape[1] < 2:
        raise NotApplicable("windows have a single time step")
    flat = _flat(train, val)
    shares = np.stack([mask.mean(axis=0) for mask in flat])
    whole = [float(mask.all(axis=1).mean()) for mask in flat]
    difference = shares[1] - shares[0]
    dead = int(np.abs(difference).argmax())
    if max(whole) >= max(0.2, abs(difference[dead])):
        return _all_flat(train, flat, whole)
    if abs(difference[dead]) >= 0.05:
        return _one_sided(train, val, ctx, flat, shares)
    return _both(train, val, shares)


def _flat(train: Profile, val: Profile) -> tuple[Mask, Mask]:
    """Which windows are flat in which channel, per side."""
    sides = (train.scales, val.scales)
    usual = np.max([np.sqrt((side.sd**2).mean(axis=0)) for side in sides], axis=0)
    rounding = NUMERIC * np.max([np.abs(side.level) for side in sides], axis=0)
    found = [side.sd <= np.maximum(FLAT * usual, rounding) for side in sides]
    return found[0], found[1]


def _all_flat(train: Profile, flat: tuple[Mask, Mask], whole: list[float]) -> Evidence:
    side = int(np.argmax(whole))
    name = ("train", "val")[side]
    rows = [np.flatnonzero(mask.all(axis=1)).astype(np.int64) for mask in flat]
    return Evidence(
        effect=whole[side],
        summary=(
            f"In {whole[side]:.0%} of the windows of {name} no channel varies ({whole[1 - side]:.0%} on the other side)"
        ),
        where=Where(channels=tuple(range(train.samples.shape[2])), train_windows=rows[0], val_windows=rows[1]),
        details={"flat_in_all_channels": {"train": whole[0], "val": whole[1]}},
    )


def _one_sided(train: Profile, val: Profile, ctx: Context, flat: tuple[Mask, Mask], shares: Floats) -> Evidence:
    difference = shares[1] - shares[0]
    test = shift_test(np.concatenate(flat).astype(np.float64), ctx.scheme, ranks=False)
    worst = int(np.abs(difference).argmax())
    side = int(difference[worst] > 0)
    channels = tuple(int(c) for c in np.flatnonzero(np.abs(difference) >= max(0.2, 0.5 * abs(difference[worst]))))
    fact = shares[side, worst] >= 0.999 and shares[1 - side, worst] <= 0.05 and len(flat[side]) >= 10
    rows = np.flatnonzero(flat[side][:, list(channels or (worst,))].any(axis=1)).astype(np.int64)
    return Evidence(
        effect=float(abs(difference[worst])),
        summary=(
            f"{channels_of(train.split, [worst], start=True)} is flat in {shares[1, worst]:.0%} of the val windows and "
            f"in {shares[0, worst]:.0%} of the train windows"
        ),
        statistic=float(test.statistics[worst]) if np.isfinite(test.statistics[worst]) else None,
        pvalue=None if fact else float(test.pvalues[worst]),
        where=Where(
            channels=channels, train_windows=rows if side == 0 else NO_ROWS, val_windows=rows if side else NO_ROWS
        ),
        exhibits=(_table(train, shares),),
    )


def _both(train: Profile, val: Profile, shares: Floats) -> Evidence:
    """Look for channels that hardly ever vary on both sides, which do not differ."""
    ours, theirs = train.scales, val.scales
    varies = np.maximum(ours.total, theirs.total) > NUMERIC * np.abs(ours.level)
    inside = np.sqrt(np.maximum((ours.sd**2).mean(axis=0), (theirs.sd**2).mean(axis=0)))
    slow = varies & (inside < 0.01 * np.maximum(ours.total, theirs.total))
    two_valued = (ours.at_minimum + ours.at_maximum >= train.samples.shape[1]).all(axis=0)
    quiet = varies & ~two_valued & (shares.min(axis=0) >= MOSTLY)
    if slow.any() and (slow | ~varies).all():
        summary = "Every channel varies a hundred times less inside windows than between windows"
        return Evidence(effect=CONCERN, summary=summary, where=Where(channels=tuple(np.flatnonzero(slow).tolist())))
    if quiet.any():
        channels = tuple(np.flatnonzero(quiet).tolist())
        names, share = channels_of(train.split, channels, start=True), float(shares[:, quiet].min())
        summary = f"{names}: flat in {share:.0%} of the windows or more, on both sides"
        return Evidence(
            effect=CONCERN, summary=summary, where=Where(channels=channels), exhibits=(_table(train, shares),)
        )
    return Evidence(effect=0.0, summary="Channels vary inside windows, on both sides alike")


def _table(train: Profile, shares: Floats) -> Table:
    rows = tuple(
        (train.split.channel_name(c), float(shares[0, c]), float(shares[1, c]))
        for c in np.argsort(-shares.max(axis=0), kind="stable")[:20]
    )
    return Table(title="share of flat windows", columns=("channel", "train", "val"), rows=rows)
