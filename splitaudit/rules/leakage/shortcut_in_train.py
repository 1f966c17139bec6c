"""One channel gives the labels of train away, but not those of validation.

## What it measures
For each channel, how often a small model on that channel alone is right inside train (about units that it has not
seen) less how often it is right on validation. It counts for channels that carry train by themselves, while a model
without the channel holds what it promised.

## Why it matters
A marker that happens to go with the label in train (a device per class, an offset per session, a tag in the file)
is the easiest thing to learn. Training accuracy goes to 1, validation stays low, and the real signal is never
learned.

## How it is decided
A channel carries train if it closes four fifths of the way from the largest class to 100 %. Its accuracy by units on
validation is compared with that on train by a t test on unit means, corrected for the number of channels. The finding
is dropped if a model of all other channels loses more than half as much: then it is not this channel that fails.

## What to do
Drop the channel, or take the marker out of it (per-session offsets, device gains, constant tags), and train again.

## Limits
It looks at one channel at a time; markers that spread over several channels, or channels that help without carrying
train alone, are not seen.

## References
Geirhos, R. et al. (2020). Shortcut learning in deep neural networks. Nature Machine Intelligence 2, 665-673.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import signal_name
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.models.outcomes import accuracy, draws, val_probabilities
from splitaudit.models.probe import cross_predict, fit_predict
from splitaudit.models.single import SingleChannels, single_channels
from splitaudit.rule import Context, rule
from splitaudit.stats.paired import paired_by_unit
from splitaudit.stats.shift import ShiftTest, shift_test

CARRIES = 0.8
MATTERS = 0.1
MIN_WINDOWS = 20
MAX_FIT = 2000


@rule(
    "SA307",
    effect="accuracy that a channel loses from train to validation",
    warn=0.15,
    error=0.3,
    remedy="Drop the named channel or take the marker out of it, and train again.",
    needs=("labels", "channels"),
    fires_on=("shortcut_channel",),
)
def shortcut_in_train(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare what each channel alone can do inside train and on validation."""
    if len(np.unique(train.y)) < 2 or len(np.unique(val.y)) < 2:
        raise NotApplicable("a side has one class only")
    if min(len(train), len(val)) < MIN_WINDOWS:
        raise NotApplicable(f"a side has fewer than {MIN_WINDOWS} windows")
    found = single_channels(train, val, ctx)
    inside, outside = found.train.mean(axis=0), found.val.mean(axis=0)
    largest = float(np.bincount(train.y).max() / len(train))
    carries = (inside - largest) >= CARRIES * (1 - largest)
    drop = np.where(carries, inside - outside, 0.0)
    best = int(np.lexsort([inside, drop])[-1])
    name = signal_name(train.split, [best], start=True)
    table = _table(train, inside, outside)
    if drop[best] < MATTERS:
        return Evidence(
            effect=max(0.0, float(drop[best])),
            summary=f"No channel carries train alone and fails on val; {name} does best with {inside[best]:.0%} inside "
            f"train and {outside[best]:.0%} on val",
            exhibits=(table,),
        )
    test = _test(found, train, ctx)
    rest_inside, rest_outside = _rest(train, val, best, ctx)
    together = accuracy(val_probabilities(train, val, ctx), val.y)
    own_fault = rest_inside - rest_outside <= drop[best] / 2
    return Evidence(
        effect=float(drop[best]) if own_fault else 0.0,
        summary=f"{name} alone is right in {inside[best]:.0%} of train windows and {outside[best]:.0%} of val windows; "
        + (
            f"without it val accuracy is {rest_outside:.0%}, with it {together:.0%}"
            if own_fault
            else f"the other channels fail alike ({rest_inside:.0%} and {rest_outside:.0%})"
        ),
        statistic=float(test.statistics[best]),
        pvalue=float(test.pvalues[best]) if own_fault else None,
        smallest_visible=float(test.visible(ctx.alpha)[best]) if own_fault else None,
        where=Where(channels=train.place([best])),
        details={
            "accuracy_in_train": float(inside[best]),
            "accuracy_in_val": float(outside[best]),
            "other_channels_in_train": rest_inside,
            "other_channels_in_val": rest_outside,
            "all_channels_in_val": together,
            "accuracy_in_train_interval": _interval(found.train[:, best], ctx.scheme.units[found.rows]),
            "accuracy_in_val_interval": _interval(found.val[:, best], ctx.scheme.units[-len(val) :]),
        },
        exhibits=(table,),
    )


def _test(found: SingleChannels, train: Profile, ctx: Context) -> ShiftTest:
    """Compare accuracies by unit between the sides."""
    keep = np.ones(len(ctx.scheme.units), dtype=bool)
    keep[: len(train)] = False
    keep[found.rows] = True
    return shift_test(
        np.concatenate([found.train, found.val]).astype(np.float64), ctx.scheme.restrict(keep), ranks=False
    )


def _rest(train: Profile, val: Profile, channel: int, ctx: Context) -> tuple[float, float]:
    """Accuracy of a probe of all other channels: inside train, units kept apart, and on val; a mean of several probes.

    On few windows, chance in the folds and trees of a single one would decide what is the channel's own fault.
    """
    keep = [j for j, feature in enumerate(train.feature_table) if channel not in feature.channels]
    n_classes = len(train.split.classes)
    rows = np.arange(len(train))
    if len(rows) > MAX_FIT:
        rows = np.sort(ctx.rng.choice(rows, MAX_FIT, replace=False))
    ours, theirs = train.features[:, keep][rows], val.features[:, keep]
    units = ctx.scheme.units[rows]
    if len(np.unique(units)) < 2:
        units = np.arange(len(rows))
    y, jobs = train.y[rows], ctx.n_jobs
    inside = [
        accuracy(cross_predict(ours, y, units, n_classes=n_classes, rng=ctx.rng, n_folds=3, n_jobs=jobs), y)
        for _ in draws(len(rows))
    ]
    outside = [
        accuracy(fit_predict(ours, y, theirs, n_classes=n_classes, rng=ctx.rng, n_jobs=jobs), val.y)
        for _ in draws(len(val))
    ]
    return float(np.mean(inside)), float(np.mean(outside))


def _interval(right: NDArray[np.bool_], units: NDArray[np.int64]) -> list[float]:
    """95 % interval of an accuracy, between units."""
    low, high = paired_by_unit(right, units).interval()
    return [max(0.0, low), min(1.0, high)]


def _table(train: Profile, inside: NDArray[np.float64], outside: NDArray[np.float64]) -> Table:
    order = np.argsort(-inside, kind="stable")[:10]
    rows = tuple((signal_name(train.split, [int(c)]), float(inside[c]), float(outside[c])) for c in order)
    return Table(title="accuracy of single channels", columns=("channel", "inside train", "val"), rows=rows)
