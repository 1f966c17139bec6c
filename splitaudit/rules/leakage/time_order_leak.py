"""Validation windows lie between or right beside train windows of the same recording.

## What it measures
The share of validation windows whose nearest train window of the same recording (or group, or file) is too near in
time: nearer than the length of a window, so that both hold the same samples, or nearer than windows of this
recording take to become unlike each other.

## Why it matters
Neighbours in one recording are almost the same window. A model that remembers the one knows the other, so the score
tells how well it interpolates a recording that it has seen, and not how it does on the next recording or tomorrow.

## How it is decided
`time` is compared within one clock only (recording, group, else the file), and only if windows that overlap by
their time do hold the same samples. Shared samples are a fact and need no test. The dependence is the distance up
to which the upper tenth of the window statistics correlate by 0.3 beyond noise, after the class means, the level
and the line of each recording are taken out; that it reaches across the border is tested with a t test over
stretches of validation windows. Where a split is cut in time and validation lies before train, those windows count
a twentieth each: the model learned from the future, which matters for forecasts only.

## What to do
Cut before making windows, leave a gap of at least the window's length plus the dependence between the sides, or keep
whole recordings on one side. `splitaudit split` does this.

## Limits
Needs `time` in samples. Windows whose time was lost are compared by their samples in SA303.

## References
Kapoor, S., Narayanan, A. (2023). Leakage and the reproducibility crisis in machine-learning-based science.
Patterns 4(9).
Burman, P., Chow, E., Nolan, D. (1994). A cross-validatory method for dependent data. Biometrika 81(2), 351-358.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from splitaudit.data.clock import Clocks, find_clocks
from splitaudit.data.profile import Profile
from splitaudit.data.reach import resemblance
from splitaudit.evidence import Evidence, Histogram, Where
from splitaudit.rule import Context, rule

EARLIER_COUNTS = 0.05
STRETCH = 2.0
MIN_STRETCHES = 4
CUT = 0.9
SURE = 0.001
ENOUGH = 0.1


@dataclass(frozen=True, slots=True)
class _Dependence:
    """Up to which distance windows resemble each other, and how sure it is that this reaches val."""

    reach: float
    pvalue: float
    similarity: float


Mask = NDArray[np.bool_]


@rule(
    "SA305",
    effect="share of validation windows",
    warn=0.01,
    error=0.1,
    remedy="Keep whole recordings on one side, or cut each recording once and leave out the windows within the named "
    "gap.",
    needs=("time",),
    fires_on=("interleaved_time",),
    sees="leaks",
)
def time_order_leak(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare the gap between the sides with the window's length and the dependence."""
    clocks = find_clocks(train, val)
    n_val, length = len(val), train.split.n_timesteps
    if not clocks.shared.any():
        return Evidence(
            effect=0.0, summary=f"No {clocks.kind} of val is also in train, so no window can lie beside another"
        )
    gap = np.abs(clocks.gap)
    sharing = gap < length
    dependence = _dependence(train, val, clocks, ctx)
    beside = (gap >= length) & (gap <= dependence.reach)
    if dependence.pvalue > SURE:
        beside[:] = False
    # shared samples alone are a fact, and so is that there is nothing
    inferred = bool(beside.any()) and sharing.mean() < ENOUGH
    earlier = _before_train(clocks)
    near = np.flatnonzero(sharing | beside)
    effect = len(near) / n_val + EARLIER_COUNTS * float((earlier & ~sharing & ~beside).mean())
    return Evidence(
        effect=float(effect),
        summary=_summary(clocks, sharing, beside, earlier, dependence.reach),
        pvalue=dependence.pvalue if inferred else None,
        where=Where(
            groups=_groups(val, near),
            train_windows=clocks.nearest[near],
            val_windows=near,
        ),
        details={
            "sharing_samples": float(sharing.mean()),
            "within_dependence": float(beside.mean()),
            "before_train": float(earlier.mean()),
            "smallest_gap": float(gap.min()),
            "gap_needed": float(max(length, dependence.reach)),
            "similarity_of_neighbours": dependence.similarity,
        },
        exhibits=(_picture(gap[clocks.shared], length),),
    )


def _summary(clocks: Clocks, sharing: Mask, beside: Mask, earlier: Mask, reach: float) -> str:
    where = f"train windows of the same {clocks.kind}"
    parts = []
    if sharing.any():
        parts.append(f"{sharing.sum()} of {len(sharing)} val windows share samples with {where}")
    if beside.any():
        parts.append(f"{beside.sum()} lie within {reach:g} samples of {where}, where windows are still alike")
    if earlier.any():
        parts.append(f"{earlier.sum()} val windows lie before train")
    return (
        ", ".join(parts)
        or f"No val window lies beside {where}; the smallest gap is {np.abs(clocks.gap).min():g} samples"
    )


def _dependence(train: Profile, val: Profile, clocks: Clocks, ctx: Context) -> _Dependence:
    both = train.split.y is not None and val.split.y is not None
    y = np.concatenate([train.y, val.y]) if both else None
    found = resemblance(train.tables.features, clocks.keys, clocks.time, y)
    reach, gap = found.reach, np.abs(clocks.gap)
    near = np.flatnonzero((gap >= train.split.n_timesteps) & (gap <= reach))
    if not len(near):
        return _Dependence(reach, 1.0, 0.0)
    direction = _directions(found.values)
    similarity = (direction[clocks.n_train :][near] * direction[clocks.nearest[near]]).sum(axis=1)
    stretch = np.floor(clocks.time[clocks.n_train :][near] / (STRETCH * reach))
    pvalue = _above_zero(similarity, np.stack([clocks.keys[clocks.n_train :][near], stretch], axis=1))
    return _Dependence(reach, pvalue, float(similarity.mean()))


def _directions(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of unit length, centred: products are cosines that independent rows have 0 of on average, spikes or not."""
    norm = np.sqrt((values**2).sum(axis=1, keepdims=True))
    unit = values / np.where(norm > 0, norm, 1.0)
    return np.asarray(unit - unit.mean(axis=0))


def _above_zero(values: NDArray[np.float64], stretches: NDArray[np.float64]) -> float:
    """One-sided p-value that the mean is above 0, by a t test over stretches of time; ``stretches`` has a row each."""
    _, member = np.unique(stretches, axis=0, return_inverse=True)
    means = np.bincount(member.reshape(-1), weights=values) / np.bincount(member.reshape(-1))
    error = means.std(ddof=1) / np.sqrt(len(means)) if len(means) >= MIN_STRETCHES else 0.0
    return float(special.stdtr(len(means) - 1, -means.mean() / error)) if error > 0 else 1.0


def _before_train(clocks: Clocks) -> NDArray[np.bool_]:
    """Windows of val on clocks where all of val lies before all of train, if the split as a whole is cut in time."""
    n, own = clocks.n_train, clocks.keys[clocks.n_train :]
    n_keys = int(clocks.keys.max()) + 1
    first, last = np.full((2, n_keys), np.inf), np.full((2, n_keys), -np.inf)
    for side, rows in enumerate((slice(0, n), slice(n, None))):
        np.minimum.at(first[side], clocks.keys[rows], clocks.time[rows])
        np.maximum.at(last[side], clocks.keys[rows], clocks.time[rows])
    before, after = (last[1] < first[0])[own] & clocks.shared, (first[1] > last[0])[own] & clocks.shared
    cut_in_time = (before | after).sum() >= CUT * clocks.shared.sum()
    return before if cut_in_time else np.zeros(len(own), dtype=bool)


def _groups(val: Profile, rows: NDArray[np.int64]) -> tuple[int, ...]:
    if val.split.groups is None or not len(rows):
        return ()
    counts = np.bincount(val.groups[rows])
    return tuple(int(g) for g in np.argsort(-counts, kind="stable")[:20] if counts[g])


def _picture(gap: NDArray[np.float64], length: int) -> Histogram:
    edges = length * np.array([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0, 32.0])
    counts = np.histogram(np.minimum(gap, edges[-1]), edges)[0]
    return Histogram(
        title="gap between val windows and the nearest train window",
        x_label="samples between starts",
        edges=tuple(edges.tolist()),
        counts={"val": tuple(float(c) for c in counts)},
    )
