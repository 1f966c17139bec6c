"""Samples are NaN, infinite, or too large to be squared.

## What it measures
The share of windows on each side that hold non-finite samples, and in which channels and time steps: NaN, infinity,
or numbers beyond 1e140, whose squares overflow when they are summed.

## Why it matters
One NaN in a batch turns the loss, and then every weight, into NaN. Where a framework masks or drops such windows
silently, the model is trained and scored on another set than the one that was meant. Numbers beyond 3e38 become
infinite in the float32 of a network.

## How it is decided
Counted exactly. The effect is the larger of the two sides' shares. All other rules audit the finite part: channels
that are mostly non-finite on either side are set aside on both, then windows with any non-finite sample.

## What to do
Find out where they come from (gaps in the recording, a division by a zero spread, an overflow of float16, memory that
was never written) and drop or fill them in the same way on both sides.

## Limits
Fill values such as -999 are finite; SA206 and SA604 see some of them.

## References
IEEE 754-2019, Standard for Floating-Point Arithmetic, section 6.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.naming import channels_named
from splitaudit.data.profile import Losses, Profile, named
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import Context, rule


@rule(
    "SA601",
    effect="share of windows with non-finite samples",
    warn=1e-9,
    error=0.01,
    remedy="Find where the non-finite samples come from and drop or fill them in the same way on both sides.",
    fires_on=("holes",),
    sees="all",
)
def non_finite(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Report what was set aside before the audit."""
    sides = (train.losses, val.losses)
    shares = [len(side.windows) / side.n_read for side in sides]
    counts = np.sum([side.per_channel for side in sides], axis=0)
    if not counts.any():
        return Evidence(effect=0.0, summary="Every sample is finite")
    channels = np.flatnonzero(counts)
    channels = channels[np.argsort(-counts[channels], kind="stable")]
    steps = [(s.first_timestep, s.last_timestep) for s in sides if s.n_samples]
    span = (min(a for a, _ in steps if a is not None), max(b for _, b in steps if b is not None) + 1)
    names, dropped = train.losses.channels, train.losses.dropped_channels
    return Evidence(
        effect=max(shares),
        summary=f"{_said(sides[0])} of train and {_said(sides[1])} of val hold {named(sides)}, in "
        + channels_named(names, channels.tolist())
        + (f"; {channels_named(names, dropped)} set aside as mostly non-finite" if dropped else ""),
        where=Where(
            channels=tuple(int(c) for c in channels),
            timesteps=span if span[1] - span[0] < train.split.n_timesteps else None,
            train_windows=sides[0].windows,
            val_windows=sides[1].windows,
            in_input=True,
        ),
        details={
            "samples_train": sides[0].n_samples,
            "samples_val": sides[1].n_samples,
            **({"too_large": sum(side.n_large for side in sides)} if any(side.n_large for side in sides) else {}),
            "dropped_channels": list(map(train.losses.channel_name, dropped)),
        },
    )


def _said(side: Losses) -> str:
    return f"{len(side.windows)} of {side.n_read} windows"
