"""A channel has another level or another spread in validation than in train.

## What it measures
Per channel, the mean of every window and the logarithm of its standard deviation, averaged over the windows of each
unit (subject, recording, block) and compared between the sides.

## Why it matters
A gain or an offset that val has and train has not moves every window away from what the model has learned: another
device, another amplifier setting, another preprocessing, a scaler that was applied to one side only.

## How it is decided
Student's t on the unit means of normal scores of both numbers, corrected for all channels: subjects may differ in
offset and gain as much as they like, as long as those of val differ no more from those of train than these among
themselves. The effect puts both on one scale: doublings of the spread, or train standard deviations of the level, at
the worst channel that differs beyond chance; 1 is twice (or half) the spread, or a whole standard deviation. It is
the least of several ways to look at it (mean and median over units; val windows weighted to the class shares of
train, where there are labels), so that a few wild windows or another mix of classes are not taken for a gain.

## What to do
Compare the named channels on both sides: device, unit, gain, preprocessing. If it is a mistake, repair it; if val is
really like this, the score is a score under shift.

## Limits
With few units only large differences are beyond chance; the finding then says which would be. A factor between two
known units is named by SA205.

## References
Student (1908). The probable error of a mean. Biometrika 6, 1-25.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.data.scales import standardised_alone
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats.shift import shift_test

Floats = NDArray[np.float64]
DEAD = 1e-3
MIN_UNITS = 5
NOISE = 1e-3
MAX_WEIGHT = 10.0
MOST = 1e9  # quieter windows count as dead


@rule(
    "SA201",
    effect="doublings of the spread, or train sd of the level",
    warn=0.5,
    error=1.0,
    remedy="Compare the named channels on both sides: device, unit, gain, offset, preprocessing.",
    fires_on=("rescaled_channels",),
)
def scale_mismatch(train: Profile, val: Profile, ctx: Context, *, top: int = 8) -> Evidence:
    """Compare level and spread of every channel between the sides."""
    scheme = ctx.scheme
    ctx.need_units(together=MIN_UNITS)
    columns = _columns(train, val)
    test = shift_test(columns, scheme)
    differences = _differences(columns, train, val, ctx)
    c = columns.shape[1] // 2
    significant = test.pvalues <= max(ctx.alpha / 20, test.pvalue)
    effects = np.where(significant, np.abs(differences), 0.0)
    # where none is beyond chance, the nearest to it, and not the first in the file
    worst = int(np.lexsort([np.nan_to_num(np.abs(test.statistics)), effects])[-1])
    named = np.flatnonzero(effects >= max(0.5, effects[worst] / 4)) % c
    order = np.argsort(-np.abs(differences))[:top]
    rows = tuple(
        (
            train.split.channel_name(int(j % c)),
            "level" if j < c else "spread",
            float(differences[j]),
            float(test.pvalues[j]),
        )
        for j in order
    )
    plain = scheme.unit_means(columns)
    scatter = np.sqrt(_within(plain, scheme.origin) * (1 / scheme.n_train_units + 1 / scheme.n_val_units))
    visible = test.visible(ctx.alpha / 20) / np.maximum(test.errors, 1e-12) * scatter
    return Evidence(
        effect=float(effects[worst]),
        summary=_sentence(
            train, val, worst, differences, float(effects[worst]), test.pvalue <= ctx.alpha, len(set(named))
        ),
        statistic=float(test.statistics[worst]) if np.isfinite(test.statistics[worst]) else None,
        pvalue=test.pvalue,
        smallest_visible=float(np.median(visible)),
        where=Where(channels=tuple(dict.fromkeys(int(k) for k in named))),
        details={"level_sd": differences[:c].tolist(), "spread_doublings": differences[c:].tolist()},
        exhibits=(Table(title="level and spread", columns=("channel", "of", "val minus train", "p"), rows=rows),),
    )


def _columns(train: Profile, val: Profile) -> Floats:
    """Level in train sd and binary logarithm of the spread of every window, shape (n_train + n_val, 2 c)."""
    ours, theirs = train.scales, val.scales
    both_sd = np.concatenate([ours.sd, theirs.sd])
    total = ours.total
    floor = np.maximum(1e-12 * np.abs(ours.level), 1e-300)
    ruler = np.where(total > floor, total, np.maximum(both_sd.max(axis=0), floor))
    level = (np.concatenate([ours.mean, theirs.mean]) - ours.level) / ruler
    usual = np.maximum(np.sqrt((both_sd**2).mean(axis=0)), 1e-300)
    # windows in which the channel is dead count as a thousandth of the usual spread, not as nothing
    quiet = np.minimum(np.sqrt((ours.sd**2).mean(axis=0)), np.sqrt((theirs.sd**2).mean(axis=0)))
    floor = np.maximum(DEAD * quiet, 1e-9 * usual)
    # a channel that is dead on a whole side is no matter of gain (SA210)
    flat = (both_sd.max(axis=0) <= 1e-9 * np.maximum(np.abs(ours.level), 1e-300)) | (quiet == 0)
    spread = np.where(flat, 0.0, np.log2(np.maximum(both_sd, floor)))
    columns = np.concatenate([np.clip(level, -1e6, 1e6), spread], axis=1)
    # windows normalised one by one differ by float noise, which ranks would take for a difference
    return np.where(np.ptp(columns, axis=0) < NOISE, 0.0, columns)


def _differences(columns: Floats, train: Profile, val: Profile, ctx: Context) -> Floats:
    """Val minus train per column: the smallest of several estimates, 0 where they disagree in sign."""
    scheme, n = ctx.scheme, len(train)
    units = scheme.unit_means(columns)
    estimates = [
        units[scheme.origin].mean(axis=0) - units[~scheme.origin].mean(axis=0),
        np.median(units[scheme.origin], axis=0) - np.median(units[~scheme.origin], axis=0),
        _of_variance(train, val, columns[:n].mean(axis=0), columns[n:].mean(axis=0)),
    ]
    weights = _class_weights(train, val)
    if weights is not None:
        estimates.append(np.average(columns[n:], axis=0, weights=weights) - columns[:n].mean(axis=0))
    stack = np.stack(estimates)
    least = stack[np.abs(stack).argmin(axis=0), np.arange(stack.shape[1])]
    return np.where((np.sign(stack) == np.sign(stack[0])).all(axis=0), least, 0.0)


def _of_variance(train: Profile, val: Profile, ours: Floats, theirs: Floats) -> Floats:
    """The difference of levels, and of the logarithm of the mean variance, which a few dead windows hardly move."""
    out = theirs - ours
    c = len(out) // 2
    power = [np.sqrt((side.scales.sd**2).mean(axis=0)) for side in (train, val)]
    lives = (power[0] > 0) & (power[1] > 0)
    out[c:] = np.where(lives, np.log2(np.where(lives, power[1], 1.0) / np.where(lives, power[0], 1.0)), out[c:])
    return out


def _class_weights(train: Profile, val: Profile) -> Floats | None:
    """Weights of val windows that give val the class shares of train; None where nothing is known or shared."""
    if train.split.y is None or val.split.y is None:
        return None
    ours, theirs = train.label_counts / len(train), val.label_counts / len(val)
    ratio = np.divide(ours, theirs, out=np.zeros_like(ours), where=theirs > 0)
    weights: Floats = np.minimum(ratio, MAX_WEIGHT)[val.y]
    return weights if weights.sum() > 0.2 * len(val) else None


def _within(units: Floats, origin: NDArray[np.bool_]) -> Floats:
    scatter = np.zeros(units.shape[1])
    for side in (origin, ~origin):
        scatter += ((units[side] - units[side].mean(axis=0)) ** 2).sum(axis=0)
    return scatter / max(len(units) - 2, 1)


def _sentence(
    train: Profile, val: Profile, worst: int, differences: Floats, effect: float, beyond: bool, n_channels: int
) -> str:
    c = len(differences) // 2
    name = channels_of(train.split, [worst % c])
    difference = differences[worst]
    if worst < c:
        text = f"The level of {name} is {abs(difference):.3g} train sd {'higher' if difference > 0 else 'lower'} in val"
    else:
        factor = 2.0 ** abs(difference)
        times = f"{factor:.3g}" if factor < MOST else "more than a billion"
        text = f"The spread of {name} is {times} times {'larger' if difference > 0 else 'smaller'} in val"
    if not beyond:
        return "No channel differs in level or spread beyond what units differ among themselves"
    alone = standardised_alone(train.scales, val.scales)
    if alone:
        text += f"; it looks as if {alone} had been standardised and the other side not"
    more = f"; {n_channels} channels differ by a quarter of that or more" if n_channels > 1 and effect >= 0.5 else ""
    return text + more
