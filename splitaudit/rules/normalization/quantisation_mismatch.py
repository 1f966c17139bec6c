"""One side is resolved more coarsely than the other.

## What it measures
The resolution of every channel on each side, and of every subject or recording where there are not too many: the step
of the grid on which all values lie (integers, a number of decimals, codes of a converter, also after scaling), or the
bits of the mantissa in use (float16 stored as float32).

## Why it matters
Rounding adds noise of 0.29 steps and, more important, tells that the sides went through different devices, files or
code; slopes, zero crossings and high frequencies of quiet signals change with it.

## How it is decided
The effect is the step of the coarser side in train standard deviations, where the finer side has at most half that
step and at least a tenth of its values lie off the coarser grid. Exact arithmetic, no inference. If only some of the
subjects of a side are coarse, it is a warning at most.

## What to do
Find where the coarser side lost its digits (dtype, file format, device setting) and read it again, or round both
sides.

## Limits
Rounding before filtering, resampling or normalisation window by window leaves no grid. Channels with few distinct
values are not compared unless the other side has many.

## References
Widrow, B., Kollar, I. (2008). Quantization Noise. Cambridge University Press.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.evidence import NO_ROWS, Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats.lattice import Resolution, resolution

MAX_PARTS = 48
MAX_WINDOWS = 100
MAX_SAMPLES = 4000
PARTLY = 0.019
MIN_FINE_LEVELS = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Coarse:
    """A channel that is coarser on one side; ``rows`` are the coarse windows, None for all of them."""

    channel: int
    side: str
    effect: float
    coarse: Resolution
    fine: Resolution
    rows: NDArray[np.int64] | None


@rule(
    "SA208",
    effect="step of the coarser side in train sd",
    warn=1e-5,
    error=0.02,
    remedy="Find where the coarser side lost its digits (dtype, file format, device setting), or round both sides.",
    fires_on=("rounded_val",),
)
def quantisation_mismatch(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare the resolution of the sides, channel by channel."""
    units = ctx.scheme.units
    parts = (_parts(train, units[: len(train)], ctx), _parts(val, units[len(train) :], ctx))
    total = train.scales.total
    found = []
    for c in range(train.samples.shape[2]):
        if total[c] > 0:
            sides = [[_resolution(X, c) for X, _ in side] for side in parts]
            for side, (own, others) in (("train", (0, 1)), ("val", (1, 0))):
                hit = _coarser(sides[own], sides[others], parts[own], parts[others], c)
                if hit is not None:
                    coarse, fine, rows = hit
                    effect = coarse.step / total[c]
                    effect = effect if rows is None else min(effect, PARTLY)
                    found.append(_Coarse(channel=c, side=side, effect=effect, coarse=coarse, fine=fine, rows=rows))
    if not found:
        return Evidence(effect=0.0, summary="Both sides are resolved alike in every channel")
    return _evidence(found, train, val)


def _parts(side: Profile, units: NDArray[np.int64], ctx: Context) -> list[tuple[NDArray[Any], NDArray[np.int64]]]:
    """Some windows (m, t, c) of every unit with all its rows, or of the whole side where units are many."""
    names = np.unique(units)
    everything = np.arange(len(side), dtype=np.int64)
    rows = [everything]
    if ctx.scheme.kind != "window" and len(names) <= MAX_PARTS:
        rows = [np.flatnonzero(units == name).astype(np.int64) for name in names]
    some = [part[np.linspace(0, len(part) - 1, min(len(part), MAX_WINDOWS)).astype(int)] for part in rows]
    return [(side.samples[index], part) for index, part in zip(some, rows, strict=True)]


def _resolution(X: NDArray[Any], c: int) -> Resolution | None:
    return resolution(_some(X, c))


def _some(X: NDArray[Any], c: int) -> NDArray[Any]:
    values = X[:, :, c].ravel()
    return values[:: max(1, len(values) // MAX_SAMPLES)]


def _coarser(
    own: list[Resolution | None],
    others: list[Resolution | None],
    own_parts: list[tuple[NDArray[Any], NDArray[np.int64]]],
    other_parts: list[tuple[NDArray[Any], NDArray[np.int64]]],
    c: int,
) -> tuple[Resolution, Resolution, NDArray[np.int64] | None] | None:
    """The typical resolution of a side's coarse parts, that of the other side, and the coarse rows (None for all)."""
    known = [(r, X) for r, (X, _) in zip(others, other_parts, strict=True) if r is not None]
    if not known:
        return None
    reference, values = max(known, key=lambda item: item[0].step)  # the coarsest part of the finer side
    chosen = []
    for k, mine in enumerate(own):
        if mine is None or mine.step < 2 * reference.step or reference.levels < MIN_FINE_LEVELS:
            continue
        few = mine.levels < MIN_FINE_LEVELS and reference.levels < 2 * mine.levels
        if not few and mine.holds(_some(values, c)) < 0.9:
            chosen.append(k)
    if not chosen:
        return None
    whole = len(chosen) == sum(mine is not None for mine in own)
    rows = None if whole else np.sort(np.concatenate([own_parts[k][1] for k in chosen]))
    typical = sorted((own[k] for k in chosen), key=lambda r: r.step if r else 0.0)[len(chosen) // 2]
    assert typical is not None
    return typical, reference, rows


def _evidence(found: list[_Coarse], train: Profile, val: Profile) -> Evidence:
    worst = max(found, key=lambda hit: hit.effect)
    alike = [hit for hit in found if hit.side == worst.side and hit.effect >= min(0.02, worst.effect / 10)]
    channels = tuple(sorted({hit.channel for hit in alike}))
    rows = {"train": NO_ROWS, "val": NO_ROWS}
    for hit in alike:
        if hit.rows is not None:
            rows[hit.side] = np.union1d(rows[hit.side], hit.rows).astype(np.int64)
    profile = train if worst.side == "train" else val
    who = worst.side if worst.rows is None else f"{len(worst.rows)} of {len(profile)} windows of {worst.side}"
    total = float(train.scales.total[worst.channel])
    what = f"steps of {worst.coarse.step:.3g}"
    if worst.coarse.bits:
        what = f"{worst.coarse.bits} bits of mantissa (steps of about {worst.coarse.step:.3g})"
    more = f" ({len(channels)} channels are coarser)" if len(channels) > 1 else ""
    summary = (
        f"{channels_of(train.split, [worst.channel], start=True)} in {who} is resolved in {what}, "
        f"{worst.coarse.step / total:.2g} train sd, on the other side in steps of {worst.fine.step:.2g}{more}"
    )
    return Evidence(
        effect=worst.effect,
        summary=summary,
        where=Where(channels=channels, train_windows=rows["train"], val_windows=rows["val"]),
        details={
            "step": worst.coarse.step,
            "step_of_the_other_side": worst.fine.step,
            "bits": worst.coarse.bits or None,
        },
        exhibits=(
            Table(
                title="resolution",
                columns=("channel", "coarser side", "step", "step of the other side"),
                rows=tuple(
                    (train.split.channel_name(hit.channel), hit.side, hit.coarse.step, hit.fine.step) for hit in found
                ),
            ),
        ),
    )
