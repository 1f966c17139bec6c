"""The axes or channels of the two sides do not mean the same.

## What it measures
Whether both sides name the same channels in the same order, and whether windows look as if their axes were swapped:
(windows, channels, time steps) read as (windows, time steps, channels).

## Why it matters
Swapped axes and reordered channels raise no error, since every shape fits; the model then learns "channels" that are
moments. Swapping is among the commonest slips with recurrent networks.

## How it is decided
Channel names that differ or come in another order count fully (effect 1). Swapped axes show in three signs, a third
each: more "channels" than time steps (at least twice as many); neighbouring "channels" resemble each other far more
than neighbouring time steps do; and the level differs between "time steps" while it hardly differs between
"channels". Windows whose sides have different shapes cannot be compared at all and are refused before any rule runs.

## What to do
Read with `layout="nct"` (`--layout nct`), or transpose; bring channels to one order by name.

## Limits
Square windows and spectrograms can look swapped; only all three signs together make an error.

## References
Keras issue 3925, on the order of (samples, time steps, features) in recurrent layers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import Context, rule

SAMPLE = 500
MIN_CHANNELS = 16


@rule(
    "SA603",
    effect="signs of other axes or channels",
    warn=0.6,
    error=0.95,
    remedy="Read swapped windows with layout='nct' (--layout nct), or transpose; bring channels to one order by name.",
    fires_on=("swapped_axes",),
)
def shape_mismatch(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare channel names and look for swapped axes."""
    ours, theirs = train.split.channels, val.split.channels
    if ours != theirs:
        wrong = tuple(c for c, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b)
        how = "come in another order" if sorted(ours) == sorted(theirs) else "differ"
        return Evidence(
            effect=1.0,
            summary=f"The channel names {how}: {', '.join(ours[:5])} in train, {', '.join(theirs[:5])} in val",
            where=Where(channels=wrong),
            remedy="Bring the channels of both sides to one order by name.",
        )
    signs = [_swapped(side, ctx) for side in (train, val)]
    effect = float(max(np.mean(sign) for sign in signs))
    t, c = train.split.n_timesteps, train.split.n_channels
    if effect < 0.6:
        return Evidence(effect=effect, summary=f"{t} time steps x {c} channels look like what they are called")
    return Evidence(
        effect=effect,
        summary=f"The axes look swapped: {c} channels for {t} time steps, and channels follow each other more smoothly "
        "than time steps",
        details={"more_channels": signs[0][0], "smoother_channels": signs[0][1], "level_by_time_step": signs[0][2]},
    )


def _swapped(side: Profile, ctx: Context) -> tuple[bool, bool, bool]:
    """The three signs of swapped axes."""
    n, t, c = side.split.X.shape
    if side.split.image is not None or c < MIN_CHANNELS or t < 2:
        return False, False, False
    some = np.linspace(0, n - 1, min(n, SAMPLE)).astype(int)
    X = side.split.X[some].astype(np.float64)
    by_step, by_channel = X.mean(axis=(0, 2)), X.mean(axis=(0, 1))
    spread = max(float(X.std()), 1e-300)
    levels = by_step.std() > 0.3 * spread and by_channel.std() < 0.5 * by_step.std()
    along_time, along_channels = _roughness(X, 1), _roughness(X, 2)
    return c >= 2 * t, along_channels < 0.65 * along_time, bool(levels)


def _roughness(X: NDArray[np.float64], axis: int) -> float:
    """Mean squared step along an axis against twice the variance along it: 1 for white noise, near 0 if smooth."""
    steps = float((np.diff(X, axis=axis) ** 2).mean())
    around = float(((X - X.mean(axis=axis, keepdims=True)) ** 2).mean())
    return steps / max(2 * around, 1e-300)
