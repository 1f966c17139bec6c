"""A channel never changes on one side.

## What it measures
Whether every sample of a channel has one and the same value, on each side.

## Why it matters
A channel that is alive in train and dead in validation takes its information with it: a cable, a driver or a join
that was lost. A channel that is dead on both sides is only ballast, but it hides how little the model sees.

## How it is decided
Exactly, from the smallest and largest sample; where these are less than 1e-150 apart, their difference has no square
in double precision, every statistic takes the channel for constant, and so does this rule. Channels that are constant
on one side, or constant at different values, count one each; a channel constant on both sides counts one half. A side
that is constant only because it is tiny does not count: from the share of the other side's units in which the channel
stands still, it must be unlikely (below 0.001) that all units of the constant side stand still.

## What to do
Repair the source of the dead channel, or drop the channel on both sides.

## Limits
A channel that moves a little (noise of a dead sensor) is not constant; SA210 and SA201 see that.

## References
Hubert, M., Rousseeuw, P. J., Segaert, P. (2015). Multivariate functional outlier detection. Statistical Methods and
Applications 24, 177-202 (isolated and persistent outliers of curves, stuck sensors among them).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import Context, rule

CHANCE = 1e-3
SMALLEST = 1e-150  # the square of a smaller difference is lost


@rule(
    "SA602",
    effect="channels constant on one side (one half: on both)",
    warn=0.5,
    error=1.0,
    remedy="Repair the source of the named channels, or drop them on both sides.",
    fires_on=("dead_channel",),
)
def constant_channel(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare which channels ever change."""
    ranges = [side.moments.maximum - side.moments.minimum for side in (train, val)]
    flat = [each <= SMALLEST for each in ranges]
    tiny = np.any([(each > 0) & (each <= SMALLEST) for each in ranges], axis=0)
    same = flat[0] & flat[1] & (np.abs(train.moments.minimum - val.moments.minimum) <= SMALLEST)
    other = flat[0] & flat[1] & ~same
    lost = (flat[1] & ~flat[0] & _unlikely(train, ctx, of_val=True)) | (
        flat[0] & ~flat[1] & _unlikely(val, ctx, of_val=False)
    )
    bad = np.flatnonzero(lost | other)
    both = np.flatnonzero(same)
    if len(bad):
        side = "val" if flat[1][bad[0]] else "train"
        value = (val if flat[1][bad[0]] else train).moments.minimum[bad[0]]
        summary = (
            f"Constant in {side} and not the same on the other side: {channels_of(train.split, bad)} (at {value:.6g})"
        )
    elif len(both):
        summary = f"Constant on both sides: {channels_of(train.split, both)}"
    else:
        summary = "Every channel changes on both sides"
    shown = bad if len(bad) else both
    if tiny[shown].any():
        names = channels_of(train.split, shown[tiny[shown]])
        summary += f"; changes below {SMALLEST}, whose squares vanish, count as none in {names}"
    return Evidence(
        effect=float(len(bad)) or 0.5 * float(len(both) > 0),
        summary=summary,
        where=Where(channels=tuple(shown.tolist())),
        details={
            "constant_in_train": np.flatnonzero(flat[0]).tolist(),
            "constant_in_val": np.flatnonzero(flat[1]).tolist(),
        },
    )


def _unlikely(alive: Profile, ctx: Context, *, of_val: bool) -> NDArray[np.bool_]:
    """Whether all units of the other side could hardly stand still, given how often those of this side do."""
    scheme, still = ctx.scheme, _still(alive.split.X).astype(np.float64)
    units = scheme.units[: scheme.n_train] if of_val else scheme.units[scheme.n_train :]
    n = scheme.n_train_units if of_val else scheme.n_val_units
    m = scheme.n_val_units if of_val else scheme.n_train_units
    total = np.zeros((scheme.n_units, still.shape[1]))
    np.add.at(total, units, still)
    size = np.bincount(units, minlength=scheme.n_units)
    frozen = ((total == size[:, None]) & (size > 0)[:, None]).sum(axis=0)
    unlikely: NDArray[np.bool_] = ((frozen + 0.5) / (n + 1)) ** m < CHANCE
    return unlikely


def _still(X: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each channel of each window (n, t, c) stands still, shape (n, c)."""
    still: NDArray[np.bool_] = (X[:, 0] == X[:, X.shape[1] // 2]) & (X[:, 0] == X[:, -1])
    maybe = np.flatnonzero(still.any(axis=1))  # few windows need to be read whole
    still[maybe] = (X[maybe] == X[maybe, :1]).all(axis=1)
    return still
