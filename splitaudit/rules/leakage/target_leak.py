"""A single number of the window gives the label away.

## What it measures
How far apart the classes lie in one number: any sample of a channel, the sample at one time step, or the channel's
mean over the window. The distance is that of the two nearest class means in standard deviations inside the classes,
on the side where it is smaller, and it counts only if the nearest class mean is the label in 99 % of the windows of
both sides.

## Why it matters
A channel that was made from the label (a state of the controller, an annotation track, a value that is known only
afterwards) solves the task on both sides. Validation is perfect, and the model is useless where the label is not
known.

## How it is decided
Honest sensors can separate classes too: gravity tells lying from standing by some nine standard deviations. So a
distance counts only if a model without that channel is right at least 3 points less often, if three classes or more
lie 20 standard deviations apart, or if the number is an exact function of the label, as are channels that hold one
value per class and, together, a different one for each; then the distance is set to 1,000. Otherwise 20 standard
deviations, or classes that only the mean over the window separates, are a warning at most. The p-value is the
chance that an unrelated number would name the class in every unit, class by class, times the numbers looked at; a
channel that is a function of the label is a fact.

## What to do
Find out how the named channel is recorded. If it would not be there, or not yet, when the model is used, drop it.

## Limits
It sees leaks that separate all classes in one number (or one-hot in several), not leaks in a part of the windows or
in a rhythm. Whether a channel that solves the task is a leak, only its origin tells.

## References
Kaufman, S., Rosset, S., Perlich, C., Stitelman, O. (2012). Leakage in data mining. ACM TKDD 6(4), 15.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.features import chunks, standardised
from splitaudit.data.naming import channels_of, signal_name
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.models.probe import fit_predict
from splitaudit.rule import Context, rule
from splitaudit.stats.separation import LARGEST, ClassMoments, class_moments, nearest_class, separation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ALWAYS = 0.99
COSTS = 0.03
MIN_WINDOWS = 10
CODED = 20.0
SUSPICIOUS = 11.0  # below the default error: a warning at most


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Class moments of the samples at every time step of every channel, and of the channels' means over the window."""

    cells: ClassMoments
    levels: ClassMoments
    n_channels: int

    @property
    def samples(self) -> ClassMoments:
        """Class moments of all samples of a channel."""
        return self.cells.over(self.n_channels)


@dataclass(frozen=True, slots=True)
class _Number:
    """One number that separates the classes: of which channel, at which time steps, by how much on both sides."""

    kind: str
    channel: int
    timesteps: tuple[int, int]
    distance: float
    accuracy: float = 0.0


@rule(
    "SA306",
    effect="standard deviations between the nearest classes",
    warn=6.0,
    error=12.0,
    remedy="Find out how the named channel comes about; drop it if it is made from the label or known only afterwards.",
    needs=("labels",),
    fires_on=("target_leak",),
)
def target_leak(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Look for a number that separates all classes on both sides, and see what the other channels can do."""
    sides = (train, val)
    classes = np.unique(np.concatenate([np.unique(side.y) for side in sides]))
    if min(len(np.unique(side.y)) for side in sides) < 2:
        raise NotApplicable("a side has one class only")
    if min(len(side) for side in sides) < MIN_WINDOWS:
        raise NotApplicable(f"a side has fewer than {MIN_WINDOWS} windows")
    moments = (_moments(train), _moments(val))
    given_away = _function_of_label(moments, classes)
    numbers = _numbers(moments, train.signals.shape[1])
    best = max((_checked(number, sides, moments[0]) for number in numbers), key=_rank)
    channels = given_away or (best.channel,)
    solved = bool(given_away) or (best.accuracy >= ALWAYS and best.distance >= 1.0)
    rest = _without(train, val, channels, ctx) if given_away or (solved and best.distance >= SUSPICIOUS / 2) else None
    effect = LARGEST if given_away else _effect(best, solved, rest, len(classes))
    exact = bool(given_away) or best.distance >= LARGEST
    name = channels_of(train.split, channels, start=True) if train.split.image is None else "A part of the image"
    return Evidence(
        effect=float(effect),
        summary=_summary(name, best, bool(given_away), rest),
        pvalue=None if given_away else _chance(sides, ctx, moments[0].cells.mean.shape[1]) if effect > 0 else 1.0,
        where=Where(
            channels=train.place(channels),
            timesteps=best.timesteps if best.kind == "time step" and not given_away else None,
        ),
        details={
            "single_number": best.kind,
            "accuracy_of_single_number": best.accuracy,
            "accuracy_of_the_other_channels": rest,
            "exact_function_of_the_label": exact,
        },
        exhibits=(_table(numbers, train),),
    )


def _rank(number: _Number) -> tuple[bool, bool, float, float]:
    always = number.accuracy >= ALWAYS
    wide = always and number.kind != "window mean" and number.distance >= SUSPICIOUS / 2
    return always, wide, number.distance if always else number.accuracy, number.distance


def _effect(best: _Number, solved: bool, rest: float | None, n_classes: int) -> float:
    if not solved or rest is None:
        return 0.0
    needed = rest <= best.accuracy - COSTS
    coded = best.distance >= CODED and n_classes > 2
    if best.distance >= LARGEST or (best.kind != "window mean" and (needed or coded)):
        return best.distance
    return min(best.distance, SUSPICIOUS) if needed or best.distance >= CODED else 0.0


def _moments(side: Profile) -> _Moments:
    X = side.signals
    n, t, c = X.shape
    levels = np.empty((n, c), dtype=np.float32)

    def blocks() -> Iterator[tuple[slice, NDArray[np.float32]]]:
        for rows in chunks(n, t * c):
            block = standardised(X, rows, *side.ruler)
            levels[rows] = block.mean(axis=2)
            yield rows, block.reshape(len(block), -1).astype(np.float32)

    k = len(side.split.classes)
    cells = class_moments(blocks(), side.y, k)
    return _Moments(cells, class_moments([(slice(0, n), levels)], side.y, k), c)


def _numbers(moments: tuple[_Moments, _Moments], t: int) -> list[_Number]:
    """The channels with the widest separation, and the time step with the widest one."""
    c = moments[0].n_channels
    found = []
    for kind in ("samples", "levels"):
        distance = np.minimum(*(separation(getattr(side, kind)) for side in moments))
        for channel in np.argsort(-distance, kind="stable")[:3]:
            word = "sample" if kind == "samples" else "window mean"
            found.append(_Number(word, int(channel), (0, t), float(distance[channel])))
    cells = np.minimum(*(separation(side.cells) for side in moments)).reshape(c, t)
    channel, step = np.unravel_index(int(cells.argmax()), cells.shape)
    wide = cells[channel] >= cells[channel, step] / 2
    first = int(step) - int(np.argmin(wide[: step + 1][::-1])) + 1 if not wide[: step + 1].all() else 0
    last = int(step) + int(np.argmin(wide[step:])) if not wide[step:].all() else t
    found.append(_Number("time step", int(channel), (first, last), float(cells[channel, step])))
    return found


def _checked(number: _Number, sides: tuple[Profile, Profile], moments: _Moments) -> _Number:
    """Add how often the nearest class mean is the label, on the side where it is less often so."""
    source = moments.levels if number.kind != "time step" else moments.cells
    t = sides[0].signals.shape[1]
    start, stop = number.timesteps
    column = number.channel if number.kind != "time step" else number.channel * t + start
    center, scale = sides[0].ruler
    worst = 1.0
    for side in sides:
        part = side.signals[:, start : start + 1 if number.kind == "time step" else stop, number.channel]
        values = (part.mean(axis=1, dtype=np.float64) - center[number.channel]) / scale[number.channel]
        guess = nearest_class(values, source.mean[:, column], source.counts)
        worst = min(worst, float((guess == side.y).mean()))
    return _Number(number.kind, number.channel, number.timesteps, number.distance, worst)


def _function_of_label(moments: tuple[_Moments, _Moments], classes: IntArray) -> tuple[int, ...]:
    """Channels that hold one value per class on both sides and together a different one for each class."""
    ours, theirs = (side.samples for side in moments)
    both = (ours.counts > 0) & (theirs.counts > 0)
    if both.sum() < len(classes):
        return ()
    still = (ours.within == 0) & (theirs.within == 0) & (np.abs(ours.mean - theirs.mean)[both] < 1e-5).all(axis=0)
    moving = np.flatnonzero(still & (np.ptp(ours.mean[both], axis=0) > 1e-5))
    if not len(moving):
        return ()
    codes = np.round(ours.mean[both][:, moving], 4)
    return tuple(int(c) for c in moving) if len(np.unique(codes, axis=0)) == len(classes) else ()


def _without(train: Profile, val: Profile, channels: tuple[int, ...], ctx: Context) -> float:
    """Validation accuracy of a probe that does not see some channels; that of the larger class if none are left."""
    keep = [j for j, f in enumerate(train.feature_table) if not set(f.channels) & set(channels)]
    if not keep:
        return float(np.bincount(val.y).max() / len(val))
    probabilities = fit_predict(
        train.features[:, keep],
        train.y,
        val.features[:, keep],
        n_classes=len(train.split.classes),
        rng=ctx.rng,
        n_jobs=ctx.n_jobs,
    )
    return float((probabilities.argmax(axis=1) == val.y).mean())


def _chance(sides: tuple[Profile, Profile], ctx: Context, numbers_looked_at: int) -> float:
    """Chance that one of so many unrelated numbers would name the class in every unit, class by class."""
    y = np.concatenate([side.y for side in sides])
    pairs = np.unique(np.stack([ctx.scheme.units, y]), axis=1).shape[1]
    counts = np.bincount(y)
    # the class means were fitted to as many of the pairs as there are classes
    return float(min(1.0, numbers_looked_at * (counts.max() / len(y)) ** max(pairs - np.count_nonzero(counts), 0)))


def _summary(name: str, best: _Number, given_away: bool, rest: float | None) -> str:
    others = "" if rest is None else f"; without it a model is right in {rest:.0%} of val windows"
    if given_away:
        return f"{name} holds the label itself, one value per class{others}"
    how = {"sample": "every sample", "window mean": "the mean", "time step": "the sample at time step"}[best.kind]
    if best.kind == "time step":
        how += f" {best.timesteps[0]}" if best.timesteps[1] - best.timesteps[0] == 1 else f"s {best.timesteps[0]} on"
    distance = "exactly" if best.distance >= LARGEST else f"by {best.distance:.1f} sd"
    if rest is None:
        return (
            f"No single number gives the label away: the best, {how} of {name}, separates the classes {distance} "
            f"and is right in {best.accuracy:.0%} of the windows"
        )
    return f"{name}: {how} alone separates the classes {distance} and names {best.accuracy:.0%} of them right{others}"


def _table(numbers: list[_Number], train: Profile) -> Table:
    rows = tuple(
        (signal_name(train.split, [n.channel]), n.kind, n.distance) for n in sorted(numbers, key=lambda n: -n.distance)
    )
    return Table(title="numbers that separate the classes best", columns=("channel", "number", "sd"), rows=rows)
