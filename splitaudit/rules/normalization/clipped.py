"""A channel is cut off at a rail on one side.

## What it measures
Rails: a largest (or smallest) value at which windows stop again and again, many times more often than they hit any
other value. Per channel, end and side: where the rail is, which share of the samples stands on it, and how often the
other side passes it.

## Why it matters
Where a sensor or a conversion saturates, peaks become plateaus: amplitude, skewness and high frequencies change. A
model that has seen whole peaks in train meets flat ones in val, or learns from flat ones what has none in use.

## How it is decided
The effect is the share of samples on the rail. If the other side passes the rail, this side was cut off and that one
was not: a fact that needs no p-value. If both sides stop at the same value, or the other side never gets there, the
sensor itself may end there; such a rail counts as a warning at most. So do rails of a single group on both sides, as
where the sensor of each subject rests at another level, and rails of whole numbers that this side passes about as
often as the other one, unless whole groups stop there. Channels with few values, channels that rest at
an end most of the time (switches, rain, one-hot columns) and rails that are frequent values elsewhere too are honest
and do not count.

## What to do
Use the same range on both sides: find the conversion, filter or file format that cut the named channel, or clip both
sides alike.

## Limits
Clipping followed by filtering or resampling leaves no exact plateau. Rails hit by less than a thousandth of the
samples are not reported.

## References
Janssen, A. (1993). Detection of clipping in signals (the idea to count samples at the extreme values).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.features import chunks
from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.evidence import NO_ROWS, Evidence, Table, Where
from splitaudit.rule import Context, rule

Mask = NDArray[np.bool_]
MIN_WINDOWS = 4
MIN_SAMPLES = 20
OUTSTANDING = 5.0
MIN_VALUES = 20
MAX_RESTING = 0.3
MAX_WINDOWS = 400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rail:
    """A channel's rail on one side; ``beyond`` is the share of the other side's samples that pass it."""

    channel: int
    end: str
    side: str
    value: float
    share: float
    rows: NDArray[np.int64]
    beyond: float
    shared: bool
    of_one: bool  # whether only windows of one group of several stop there
    scattered: bool  # whether other windows of this side pass it, in a channel where any value is hit again and again

    @property
    def cut(self) -> bool:
        """Whether this side was cut off where the other goes on."""
        return not (self.shared or self.scattered) and self.beyond >= 0.2 * self.share


@rule(
    "SA206",
    effect="share of samples on a rail that the other side passes",
    warn=0.001,
    error=0.01,
    remedy="Use the same range on both sides: find what cut the named channel off, or clip both sides alike.",
    fires_on=("clipped_val",),
)
def clipped(train: Profile, val: Profile, ctx: Context, *, alike: float = 0.009) -> Evidence:
    """Look for rails; one that both sides have counts ``alike`` at most."""
    rails = []
    for side, profile, other in (("train", train, val), ("val", val, train)):
        rails += _rails(profile, other, side)
    rails = _paired([rail for rail in rails if rail.share >= 0.001])
    if not rails:
        return Evidence(effect=0.0, summary="No channel is cut off at a rail")
    shares = [rail.share if rail.cut else min(rail.share, alike) for rail in rails]
    worst = rails[int(np.argmax([share + rail.share * 1e-6 for share, rail in zip(shares, rails, strict=True)]))]
    alarming = [rail for rail in rails if rail.cut == worst.cut]
    channels = tuple(sorted({rail.channel for rail in alarming}))
    rows = {"train": NO_ROWS, "val": NO_ROWS}
    for rail in alarming:
        rows[rail.side] = np.union1d(rows[rail.side], rail.rows).astype(np.int64)
    return Evidence(
        effect=max(shares),
        summary=_sentence(worst, channels, train),
        where=Where(channels=channels, train_windows=rows["train"], val_windows=rows["val"]),
        details={"one_sided": worst.cut},
        exhibits=(
            Table(
                title="rails",
                columns=("channel", "side", "end", "value", "share of samples", "share of the other side beyond"),
                rows=tuple(
                    (train.split.channel_name(r.channel), r.side, r.end, r.value, r.share, r.beyond) for r in rails[:20]
                ),
            ),
        ),
    )


def _paired(rails: list[_Rail]) -> list[_Rail]:
    """Rails of a single group count as shared where both sides have such at the same end of a channel."""
    single = {(rail.channel, rail.end, rail.side) for rail in rails if rail.of_one}
    both = {(c, end) for c, end, side in single if side == "train" and (c, end, "val") in single}
    return [replace(rail, shared=rail.shared or (rail.of_one and (rail.channel, rail.end) in both)) for rail in rails]


def _rails(profile: Profile, other: Profile, side: str) -> list[_Rail]:
    """Rails of all channels of one side, at both ends."""
    scales, found = profile.scales, []
    for c in range(profile.samples.shape[2]):
        flat = scales.maximum[:, c] == scales.minimum[:, c]
        ends = {
            "maximum": _candidate(scales.maximum[:, c], scales.at_maximum[:, c], flat),
            "minimum": _candidate(scales.minimum[:, c], scales.at_minimum[:, c], flat),
        }
        values = [value for value in ends.values() if value is not None]
        for end, value in ends.items():
            rail = None if value is None else _rail(profile, other, c, end, value, values)
            if rail is not None:
                found.append(replace(rail, side=side))
    return found


def _rail(profile: Profile, other: Profile, c: int, end: str, value: float, ends: list[float]) -> _Rail | None:
    """A rail, unless it is an honest value."""
    X, top, groups = profile.samples, end == "maximum", profile.split.groups
    extremes = getattr(profile.scales, end)[:, c]
    rows = np.flatnonzero((extremes == value) & (profile.scales.maximum[:, c] != profile.scales.minimum[:, c]))
    on_rail = int(getattr(profile.scales, f"at_{end}")[rows, c].sum())
    theirs = getattr(other.scales, end)[:, c]
    passes = theirs > value if top else theirs < value
    own = extremes > value if top else extremes < value
    beyond, past = (_beyond(Z, np.flatnonzero(m), c, value, top) for Z, m in ((other.samples, passes), (X, own)))
    rail = _Rail(
        channel=c,
        end=end,
        side="",
        value=value,
        share=on_rail / (len(X) * X.shape[1]),
        rows=rows.astype(np.int64),
        beyond=beyond,
        shared=int((theirs == value).sum()) >= MIN_WINDOWS and not passes.any(),
        of_one=groups is not None and len(np.unique(groups)) > 1 == len(np.unique(groups[rows])),
        scattered=past > beyond / 2 and _coarse(_evenly(X[:, :, c], rows)) and not _whole_groups(groups, rows, own),
    )
    if len(rows) < MIN_WINDOWS or on_rail < MIN_SAMPLES or (rail.share > MAX_RESTING and not rail.cut):
        return None
    some = _evenly(X[:, :, c], rows)
    if _padding(some == value):
        return None
    if rail.cut and _common(X, own, other, c, value, top):
        return None
    honest = not _outstanding(some, value, ends)
    if honest and rail.cut:
        # a coarse channel has frequent values everywhere: then the rail must tower over its neighbours
        honest = _towering(some, value, top) < OUTSTANDING
    return None if honest else rail


def _coarse(windows: NDArray[Any]) -> bool:
    """Whether most values in windows (n, t) come again, as those of whole numbers do."""
    return bool(np.median(np.unique(windows, return_counts=True)[1]) > 1)


def _whole_groups(groups: NDArray[np.int64] | None, rows: NDArray[np.intp], passes: Mask) -> bool:
    """Whether groups of several windows stop at a rail: hardly a window of those that have it passes it."""
    if groups is None:
        return False
    inside = np.isin(groups, groups[rows])
    return int(inside.sum()) >= MIN_WINDOWS * len(np.unique(groups[rows])) and bool(passes[inside].mean() < 0.1)


def _common(X: NDArray[Any], passes: Mask, other: Profile, c: int, value: float, top: bool) -> bool:
    """Whether a value stands out on the other side, too, or in windows of this side that pass it: no rail."""
    own = np.flatnonzero(passes)
    elsewhere = (_evenly(other.samples[:, :, c], np.arange(len(other))), _evenly(X[:, :, c], own))
    return any(len(windows) > 0 and _towering(windows, value, top) > OUTSTANDING / 2 for windows in elsewhere)


def _candidate(extremes: NDArray[np.float64], counts: NDArray[np.int32], flat: Mask) -> float | None:
    """The value at which most windows with a plateau stop."""
    plateau = (counts >= 2) & ~flat
    if plateau.sum() < MIN_WINDOWS:
        return None
    values, number = np.unique(extremes[plateau], return_counts=True)
    top = int(number.argmax())
    return float(values[top]) if number[top] >= MIN_WINDOWS else None


def _outstanding(windows: NDArray[Any], value: float, ends: list[float]) -> bool:
    """Whether, in windows (n, t) that hit it, the rail is far more frequent than any value that is no rail."""
    values, number = np.unique(windows, return_counts=True)
    elsewhere = number[~np.isin(values, [*ends, 0.0])]
    return len(elsewhere) >= MIN_VALUES and bool(number[values == value].sum() >= OUTSTANDING * elsewhere.max())


def _evenly(X: NDArray[Any], rows: NDArray[np.intp]) -> NDArray[Any]:
    """At most ``MAX_WINDOWS`` of some windows (n, t)."""
    some: NDArray[Any] = X[rows[np.linspace(0, len(rows) - 1, min(len(rows), MAX_WINDOWS)).astype(int)]]
    return some


def _towering(windows: NDArray[Any], value: float, top: bool) -> float:
    """How many times more frequent a value is than the five next ones towards the middle; 0 if there are not five."""
    values, number = np.unique(windows, return_counts=True)
    inward = number[values < value][-5:] if top else number[values > value][:5]
    at = number[values == value].sum()
    return float(at / inward.mean()) if len(inward) == 5 and len(values) >= MIN_VALUES else 0.0


def _padding(on_rail: Mask) -> bool:
    """Whether the samples on the rail (n, t) are the beginnings or ends of their windows: filled up, not cut off."""
    leading = np.logical_and.accumulate(on_rail, axis=1)
    trailing = np.logical_and.accumulate(on_rail[:, ::-1], axis=1)
    return bool(leading.sum() + trailing.sum() > 0.8 * on_rail.sum())


def _beyond(X: NDArray[Any], rows: NDArray[np.intp], c: int, value: float, top: bool) -> float:
    """Share of a side's samples beyond a value; ``rows`` are the windows that get there."""
    total = 0
    for part in chunks(len(rows), X.shape[1]):
        some = X[rows[part], :, c]
        total += int(np.count_nonzero(some > value if top else some < value))
    return float(total / (len(X) * X.shape[1]))


def _sentence(worst: _Rail, channels: tuple[int, ...], train: Profile) -> str:
    name = channels_of(train.split, [worst.channel])
    other = "train" if worst.side == "val" else "val"
    where = f"{worst.share:.1%} of the samples of {name} in {worst.side} stand at its {worst.end} of {worst.value:.4g}"
    if worst.cut:
        text = f"{where}, which {worst.beyond:.1%} of those in {other} pass: {worst.side} was cut off"
    elif worst.scattered:
        text = f"{where}, and others in {worst.side} pass it as those in {other} do"
    elif worst.shared and worst.of_one:
        text = f"{where}, all in one group; a group of {other} has such a rail as well"
    elif worst.shared:
        text = f"{where}; {other} stops there as well"
    else:
        text = f"{where}; hardly a sample of {other} gets there"
    return text + (f" ({len(channels)} channels have such a rail)" if len(channels) > 1 else "")
