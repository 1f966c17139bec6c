"""Windows of one side are normalised one by one, those of the other are not.

## What it measures
Per channel (and for all channels of a window thrown together), the share of windows of each side that are normalised by
themselves: mean 0 and standard deviation 1 to float precision, minimum and maximum exactly at 0 (or -1) and 1, or
mean 0 alone.

## Why it matters
Normalising every window removes level and loudness. A model trained on windows that have both meets windows that have
neither, or the other way round: the numbers look alike in every table, and mean something else.

## How it is decided
The effect is the difference of the shares, at the worst channel. That a window has mean 0 and standard deviation 1 by
accident is one chance in millions, so this is a fact and needs no p-value; windows that only fill a range or only have
mean 0 may do so by their nature, so these count only where the shares differ by more than a half. Where both sides are
normalised window by window nothing is wrong.

## What to do
Prepare both sides with the same code: every window by itself on both, or none.

## Limits
Windows normalised and then filtered, padded or rounded leave no exact trace. A channel with fewer than four time steps
is not looked at.

## References
Bagnall, A., Lines, J., Bostrom, A., Large, J., Keogh, E. (2017). The great time series classification bake off. Data
Mining and Knowledge Discovery 31, 606-660 (on what normalising every series does).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.data.scales import Scales, across_channels
from splitaudit.errors import NotApplicable
from splitaudit.evidence import NO_ROWS, Evidence, Where
from splitaudit.rule import Context, rule
from splitaudit.stats import normalised

Mask = NDArray[np.bool_]

# what a window may be, in words; how different the shares must be; whether all channels are meant at once
KINDS = {
    "standard": ("have mean 0 and standard deviation 1 each", 0.0),
    "jointly standard": ("have mean 0 and standard deviation 1 over all their channels", 0.0),
    "range": ("fill their range from end to end each", 0.5),
    "centred": ("have mean 0 each", 0.5),
}


@dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    """One way of normalising: which windows (n, c) of each side are, and the difference of shares per channel."""

    name: str
    train: Mask
    val: Mask

    @property
    def differences(self) -> NDArray[np.float64]:
        found: NDArray[np.float64] = self.val.mean(axis=0) - self.train.mean(axis=0)
        return np.where(np.abs(found) > KINDS[self.name][1], found, 0.0)


@rule(
    "SA209",
    effect="difference in the share of windows normalised by themselves",
    warn=0.01,
    error=0.05,
    remedy="Prepare both sides with the same code: normalise every window by itself on both sides, or on none.",
    fires_on=("windowwise_val",),
)
def windowwise_normalisation_mismatch(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare the share of windows that are normalised by themselves."""
    n_timesteps = train.samples.shape[1]
    if n_timesteps < 4:
        raise NotApplicable("windows have fewer than four time steps")
    kinds = _kinds(train.scales, val.scales, n_timesteps)
    worst = max(kinds, key=lambda kind: float(np.abs(kind.differences).max()))
    differences = worst.differences
    channels = tuple(int(c) for c in np.flatnonzero(np.abs(differences) >= max(0.01, np.abs(differences).max() / 2)))
    if not channels:
        both = max((min(float(k.train.mean()), float(k.val.mean())), k.name) for k in kinds)
        text = (
            f"Windows of both sides {KINDS[both[1]][0]}" if both[0] > 0.5 else "No side is normalised window by window"
        )
        return Evidence(effect=float(np.abs(differences).max()), summary=text)
    c = max(channels, key=lambda k: abs(float(differences[k])))
    shares = worst.train[:, c].mean(), worst.val[:, c].mean()
    sided = worst.val if differences[c] > 0 else worst.train
    rows = np.flatnonzero(sided[:, list(channels)].any(axis=1)).astype(np.int64)
    partly = [rows if side and len(rows) < len(sided) else NO_ROWS for side in (differences[c] < 0, differences[c] > 0)]
    if worst.name == "jointly standard":
        channels = tuple(range(train.samples.shape[2]))
    summary = (
        f"In {channels_of(train.split, channels)}, {shares[1]:.0%} of the val windows and {shares[0]:.0%} of the train "
        f"windows {KINDS[worst.name][0]}"
    )
    return Evidence(
        effect=float(np.abs(differences[c])),
        summary=summary,
        where=Where(channels=channels, train_windows=partly[0], val_windows=partly[1]),
        details={"kind": worst.name, "share_train": float(shares[0]), "share_val": float(shares[1])},
    )


def _kinds(ours: Scales, theirs: Scales, n_timesteps: int) -> list[_Kind]:
    def pair(name: str, sides: tuple[Scales, Scales]) -> _Kind:
        masks = [_windows(name, side, n_timesteps) for side in sides]
        return _Kind(name, masks[0], masks[1])

    kinds = [pair(name, (ours, theirs)) for name in ("standard", "range", "centred")]
    if ours.mean.shape[1] > 1:
        kinds.insert(1, pair("jointly standard", (across_channels(ours), across_channels(theirs))))
    return kinds


def _windows(name: str, side: Scales, n_timesteps: int) -> Mask:
    if name == "range":
        few = np.maximum(side.at_minimum, side.at_maximum) <= max(2, n_timesteps // 4)  # not a switch
        return normalised.ranged(side.minimum, side.maximum) & few
    if name == "centred":
        return normalised.centred_windows(side.mean, side.sd)
    return normalised.standard_windows(side.mean, side.sd, n_timesteps)
