"""Channels of validation stand in another order or have another sign than in train.

## What it measures
A signature of every channel on each side: level, spread, skewness, tails, autocorrelation, relative band power and
the correlations with the other channels, averaged over units (subjects, recordings, blocks). Then the assignment of
val's channels to train's channels, with signs, under which the signatures fit best.

## Why it matters
A network has no names, only positions. Two columns exchanged by another export, a sensor mounted the other way round,
an axis that points down instead of up: every number is plausible and the model is wrong.

## How it is decided
The effect is the share of the mismatch of the named channels, beyond noise, that goes away when they are put back:
near 1 if they are exactly exchanged or flipped, small if they merely changed. It is found twice, with level and
spread and without them (channels may have been exchanged before they were scaled), and the better one counts. The
p-value is that of Student's t on unit means of the signatures of the channels as they stand, combined over the
signatures of a channel and corrected for all channels; where that leaves doubt, units are also exchanged between the
sides and matched again: whatever the assignment says, the sides must differ beyond what units differ. Where nothing
says which windows belong together, an error also asks that the sides lie 1.5 standard deviations of units apart.

## What to do
Put the named channels into the order of train; multiply by -1 where it says so. Then compare the sides again.

## Limits
Channels that are alike can be exchanged, and a symmetric channel without level and correlations can be flipped,
without a trace; the report lists channels whose flip could not be seen. A rotation by other than right angles is no
permutation (SA104 sees it).

## References
Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics 2, 83-97.
Liu, Y., Xie, J. (2020). Cauchy combination test. J. American Statistical Association 115, 393-402.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from splitaudit.data.features import pairs
from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats.matching import Matching, match, permutation_pvalue
from splitaudit.stats.multiplicity import cauchy
from splitaudit.stats.shift import shift_test
from splitaudit.stats.signature import Signatures, signatures, typical
from splitaudit.stats.units import Scheme
from splitaudit.wording import listed

MAX_WINDOWS = 1500
MIN_UNITS = 5
MAX_SAMPLES = 3_000_000
CONVINCING = 0.6
DECISIVE = 1e-4
MAX_WORK = 8_000_000
SLIGHT = 1.5  # sd of units; less is between sides of a few subjects each, which benchmarks/bench_hidden.py draws
VISIBLE = 6.0  # a flip that would change the misfit by less leaves no trace beyond FLIP_PRICE and noise
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Signatures of some windows of both sides and their units."""

    found: Signatures
    scheme: Scheme


@rule(
    "SA207",
    effect="share of the mismatch that putting channels back explains",
    warn=0.4,
    error=0.6,
    remedy="Put the named channels into the order of train, multiply by -1 where it says so, and compare again.",
    fires_on=("permuted_channels", "flipped_channels"),
)
def channel_permuted_or_flipped(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Assign val's channels to train's by what they look like."""
    ctx.need_units(each=2, together=MIN_UNITS)
    seen = _look(train, val, ctx)
    is_val = seen.scheme.is_val
    sides = [
        typical(
            Signatures(seen.found.names, seen.found.values[rows], seen.found.correlations[rows]),
            seen.scheme.units[rows],
        )
        for rows in (~is_val, is_val)
    ]
    odd, everything = seen.found.odd, np.ones(len(seen.found.names), dtype=bool)
    best = max(
        (match(sides[0], sides[1], odd, use) for use in (everything, seen.found.free_of_scale)),
        key=lambda matching: matching.explained,
    )
    moved = np.flatnonzero(best.moved)
    pvalue, statistic, apart = _test(seen, moved)
    if pvalue > DECISIVE and best.explained >= CONVINCING:
        pvalue = min(1.0, 2 * min(pvalue, _permuted(seen, ctx, (everything, seen.found.free_of_scale))))
    return Evidence(
        effect=best.explained,
        summary=_sentence(train, best, pvalue <= ctx.alpha),
        statistic=statistic,
        pvalue=pvalue,
        # a convincing match among units that differ as much themselves: neither found nor excluded
        smallest_visible=1.0 if best.explained >= CONVINCING else None,
        where=Where(channels=tuple(int(c) for c in moved)),
        details={
            "looks_like": {_name(train, int(best.place[c])): _signed(train, int(c), int(best.sign[c])) for c in moved},
            "flip_not_visible": [_name(train, int(c)) for c in np.flatnonzero(best.flip_margin < VISIBLE)],
        },
        exhibits=(_table(train, best),) if len(moved) else (),
        slight=apart < SLIGHT,
    )


def _look(train: Profile, val: Profile, ctx: Context) -> _Seen:
    """Measure the signatures of some windows of each side, spread evenly over its units."""
    n, (t, c) = len(train), train.samples.shape[1:]
    units = ctx.scheme.units
    most = max(40, min(MAX_WINDOWS, MAX_SAMPLES // (c * max(t, c))))  # every window has c * c correlations
    chosen = [_some(units[:n], most), _some(units[n:], most)]
    keep = np.zeros(len(units), dtype=bool)
    keep[chosen[0]] = True
    keep[n + chosen[1]] = True
    X = np.concatenate([train.samples[chosen[0]], val.samples[chosen[1]]])
    return _Seen(signatures(X), ctx.scheme.restrict(keep))


def _some(units: Ints, most: int) -> Ints:
    """At most about ``most`` rows, in order: of every unit some, evenly spaced; of too many units some."""
    names, codes, counts = np.unique(units, return_inverse=True, return_counts=True)
    if len(names) > most:
        few = np.linspace(0, len(names) - 1, most).astype(int)
        return np.flatnonzero(np.isin(codes, few) & _first_of_each(codes)).astype(np.int64)
    share = max(2, most // len(names))
    order = np.argsort(codes, kind="stable")
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    picks = [order[s + np.linspace(0, k - 1, min(k, share)).astype(int)] for s, k in zip(starts, counts, strict=True)]
    return np.sort(np.concatenate(picks)).astype(np.int64)


def _first_of_each(codes: Ints) -> NDArray[np.bool_]:
    first = np.zeros(len(codes), dtype=bool)
    first[np.unique(codes, return_index=True)[1]] = True
    return first


def _test(seen: _Seen, moved: Ints) -> tuple[float, float | None, float]:
    """Test that the moved channels have the same signatures on both sides.

    Returns the p-value, corrected for the signatures of all channels, the largest t of the strongest channel, and how
    many standard deviations of units the sides lie apart by it.
    """
    if not len(moved):
        return 1.0, None, 0.0
    n, c, f = seen.found.values.shape
    coupled = np.array(pairs(c), dtype=np.int64).reshape(-1, 2)
    coupled = coupled[np.isin(coupled, moved).any(axis=1)]
    columns = np.round(seen.found.values.reshape(n, c * f), 9)
    owners = [np.repeat(np.arange(c), f) == k for k in moved]
    if len(coupled):
        correlations = np.round(seen.found.correlations[:, coupled[:, 0], coupled[:, 1]], 9)
        columns = np.concatenate([columns, correlations], axis=1)
        owners = [np.r_[own, (coupled == k).any(axis=1)] for own, k in zip(owners, moved, strict=True)]
    test = shift_test(columns, seen.scheme)
    alone = 2 * special.stdtr(max(test.df, 1.0), -np.abs(test.statistics))
    combined = [cauchy(alone[own]) for own in owners]
    strongest = owners[int(np.argmin(combined))]
    t = test.statistics[strongest][np.abs(test.statistics[strongest]).argmax()]
    pvalue = min(1.0, c * min(combined))
    if not np.isfinite(t):
        return pvalue, None, np.inf
    return pvalue, float(t), abs(t) * np.sqrt(1 / seen.scheme.n_train_units + 1 / seen.scheme.n_val_units)


def _permuted(seen: _Seen, ctx: Context, uses: tuple[NDArray[np.bool_], ...]) -> float:
    """P-value of the gain by reassignment under exchanges of units; 1 where that would take too long."""
    n, c, f = seen.found.values.shape
    rounds = min(ctx.n_permutations, MAX_WORK // (c * c * f))
    if rounds < 99:
        return 1.0
    units = seen.scheme.unit_means(seen.found.values.reshape(n, -1)).reshape(-1, c, f)
    draws = seen.scheme.draw(rounds + 1, ctx.rng)
    return permutation_pvalue(units, draws, seen.found.odd, uses)


def _name(train: Profile, channel: int) -> str:
    return str(train.split.channel_name(channel))


def _signed(train: Profile, channel: int, sign: int) -> str:
    return f"{'-' if sign < 0 else ''}{_name(train, channel)}"


def _sentence(train: Profile, best: Matching, beyond: bool) -> str:
    moved = np.flatnonzero(best.moved)
    if not len(moved) or (not beyond and best.explained < CONVINCING):
        return "No channel of val looks like another of train, or upside down, beyond what units differ"
    # val's channel at place[c] is what train calls c
    order = moved[np.argsort(best.place[moved])]
    like = [f"{_name(train, int(best.place[c]))} for {_signed(train, int(c), int(best.sign[c]))}" for c in order]
    text = (
        f"Channels of val look like others of train ({listed(like)}); putting them back explains {best.explained:.0%}"
    )
    return f"{text} of how they differ{'' if beyond else ', but units of one side differ as much'}"


def _table(train: Profile, best: Matching) -> Table:
    moved = np.flatnonzero(best.moved)
    rows = tuple(
        (
            _name(train, int(best.place[c])),
            _signed(train, int(c), int(best.sign[c])),
            float(best.identity[best.place[c]]),
            float(best.matched[c]),
        )
        for c in moved
    )
    return Table(title="channels put back", columns=("val", "looks like train", "misfit", "after"), rows=rows)
