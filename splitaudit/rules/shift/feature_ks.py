"""Single values or window statistics are distributed differently in validation.

## What it measures
For every cell (time step x channel) and every window statistic (level, spread, quantiles, slope, roughness,
autocorrelation, band power, spectral centroid, cross-channel correlation, ...), of single channels and of all channels
together, the Kolmogorov-Smirnov distance between the sides, and the Wasserstein distance in train standard deviations
of that value.

## Why it matters
It says where the sides differ, in which channel, at which time steps and in which respect. A raw cell cannot see a
shift that leaves every marginal alone (a slower oscillation with random phase), a window statistic cannot see one
time step.

## How it is decided
The effect is the largest Wasserstein distance among the values that differ beyond chance. Three tests share the rule's
p-value: Student's t on the unit means of the window statistics (of their normal scores from 40 units on); the largest
weighted distance of the distribution functions over statistics and quantiles (max-T over exchanges of units; where
windows are the units, hypergeometric beyond them), which sees the few windows of another regime; and the cells (t on
unit means, and where windows are the units the asymptotic Kolmogorov-Smirnov law). Each is corrected for all the values
it looks at.

## What to do
Compare the named channel on both sides: unit, gain, offset, filter, sensor position, sampling rate. If the difference
is real, the validation score is a score under shift.

## Limits
Where units are few only large differences can be told from chance; the finding then says the smallest that would be
visible.

## References
Westfall, P. H., Young, S. S. (1993). Resampling-Based Multiple Testing. Wiley.
Hodges, J. L. (1958). The significance probability of the Smirnov two-sample test. Arkiv for Matematik 3, 469-486.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from splitaudit.data.features import Feature, chunks, standardised
from splitaudit.data.naming import signal_name
from splitaudit.data.pictures import typical_windows
from splitaudit.data.profile import Profile
from splitaudit.evidence import Curve, Evidence, Grid, Table, Where
from splitaudit.models.pooled import pooled_scores, unit_shift
from splitaudit.rule import Context, rule
from splitaudit.stats.curves import distribution_functions, rounded
from splitaudit.stats.dependence import normal_scores
from splitaudit.stats.distance import Distances, distances
from splitaudit.stats.permutation import grid_test
from splitaudit.stats.pieces import column_blocks
from splitaudit.stats.shift import shift_test, streamed_shift_test

N_RANGES = 16
N_DRAWN = 3
TESTS = 45  # about as many tests share the level of a run
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The cells: p-value per (t, c), Wasserstein distance in channel sd per (t, c), distance statistics."""

    pvalues: FloatArray
    effects: FloatArray
    ks: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Statistics:
    """The window statistics: what they are, distances, effects in train sd, two p-values each; values, train first."""

    table: list[Feature]
    compared: Distances
    effects: FloatArray
    p_mean: FloatArray
    p_distribution: FloatArray
    values: NDArray[np.float32]
    visible: float | None


@rule(
    "SA102",
    effect="Wasserstein distance in train sd",
    warn=0.2,
    error=0.6,
    error_ungrouped=2.5,
    remedy="Compare the named channels on both sides: unit, gain, offset, filter, sensor position, sampling rate.",
    fires_on=("regime_in_val", "smoothed_val", "frequency_moved"),
)
def feature_ks(train: Profile, val: Profile, ctx: Context, *, top: int = 8) -> Evidence:
    """Compare every cell and every window statistic between the sides."""
    statistics = _statistics(train, val, ctx)
    table, effects, compared = statistics.table, statistics.effects, statistics.compared
    cells = _cells(train, val, ctx)
    pvalues = np.minimum(1.0, 3 * np.minimum(statistics.p_mean, statistics.p_distribution))
    pvalue = min(1.0, float(pvalues.min()), 3 * float(cells.pvalues.min()))
    level = max(ctx.alpha, pvalue)
    found = np.flatnonzero(pvalues <= level)
    by_cell = np.minimum(1.0, 3 * cells.pvalues) <= level
    where, worst_cell = _where(
        train, table, found[effects[found] >= 0.5 * effects[found].max(initial=0)], by_cell, cells
    )
    worst = int(found[effects[found].argmax()]) if len(found) else int(effects.argmax())
    by_statistic = float(effects[worst]) if len(found) or not by_cell.any() else 0.0
    if worst_cell > by_statistic:
        t, c = np.unravel_index(int((cells.effects * by_cell).argmax()), by_cell.shape)
        what = f"time step {t} of {signal_name(train.split, [int(c)])}"
        ks = float(cells.ks[t, c])
    else:
        feature = table[worst]
        what, ks = f"the {feature.statistic} of {_names(train, feature)}", float(compared.ks[worst])
    effect = max(by_statistic, worst_cell)
    number = f"by {effect:.2g} train sd (KS distance {ks:.2g})"
    if pvalue <= ctx.alpha:
        summary = (
            f"{what[0].upper()}{what[1:]} moved {number}; {len(found)} of {len(effects)} window statistics and "
            f"{int(by_cell.sum())} of {by_cell.size} cells differ beyond chance"
        )
    else:
        summary = f"No value differs beyond chance; the largest difference is that of {what}, {number}"
    return Evidence(
        effect=effect,
        summary=summary,
        statistic=ks,
        pvalue=pvalue,
        smallest_visible=statistics.visible,
        where=where,
        details={
            "p_features_mean": float(statistics.p_mean.min()),
            "p_features_distribution": float(statistics.p_distribution.min()),
            "p_cells": float(cells.pvalues.min()),
            "permutation_floor": ctx.scheme.floor,
        },
        exhibits=(*_exhibits(train, val, statistics, pvalues, top), _map(train, cells)),
    )


def _statistics(train: Profile, val: Profile, ctx: Context) -> _Statistics:
    """Window statistics of single channels and pairs, and of all channels together."""
    table, values, scores = list(train.feature_table), train.tables.features, pooled_scores(train, ctx)
    shared, together = _together(train, scores)
    values = np.concatenate([values, together], axis=1)
    n = len(train)
    compared = distances(values[:n], values[n:], n_jobs=ctx.n_jobs)
    blocks = column_blocks(values.shape[1])
    spread = np.concatenate([values[:n, columns].std(axis=0, dtype=np.float64) for columns in blocks])
    still = spread <= 1e-6
    spread[still] = np.maximum(values[:, still].std(axis=0), 1e-6)
    alone, common = unit_shift(train, ctx), shift_test(together, ctx.scheme, ranks=False)
    scores = np.concatenate([scores, normal_scores(together, ctx.scheme.counted)], axis=1)
    gridded = grid_test(scores, ctx.scheme, n_permutations=ctx.n_permutations, rng=ctx.rng)
    more = values.shape[1] / len(table)
    p_mean = np.r_[alone.pvalues, common.pvalues * len(table) / max(1, len(shared))]
    # an effect is seen once it exceeds the corrected critical value of the median statistic, in its own sd
    known = alone.errors > 1e-9
    return _Statistics(
        table=table + shared,
        compared=compared,
        effects=compared.wasserstein / spread,
        p_mean=np.minimum(1.0, p_mean * more),
        p_distribution=gridded.pvalues,
        values=values,
        visible=float(np.median(alone.visible(ctx.alpha / TESTS)[known])) if known.any() else None,
    )


def _together(train: Profile, scores: NDArray[np.float32]) -> tuple[list[Feature], NDArray[np.float32]]:
    """The mean of every statistic's scores over the channels: another regime moves all channels at once."""
    columns: dict[tuple[str, tuple[int, int]], list[int]] = {}
    for j, feature in enumerate(train.feature_table):
        if len(feature.channels) == 1:
            columns.setdefault((feature.statistic, feature.timesteps), []).append(j)
    every = tuple(range(train.signals.shape[2]))
    if len(every) < 2:
        return [], scores[:, :0]
    shared = [Feature(every, name, timesteps) for name, timesteps in columns]
    return shared, np.stack([scores[:, j].mean(axis=1) for j in columns.values()], axis=1)


def _cells(train: Profile, val: Profile, ctx: Context) -> _Cells:
    n, t, c = train.signals.shape
    ours, theirs = train.signals.reshape(n, -1), val.signals.reshape(len(val), -1)
    found = distances(ours, theirs, n_jobs=ctx.n_jobs)
    tested = streamed_shift_test(_rows(train, val), ctx.scheme).pvalues.reshape(c, t).T.ravel()
    if ctx.scheme.kind == "window":
        root = np.sqrt(len(ours) * len(theirs) / (len(ours) + len(theirs)))
        asymptotic = np.minimum(1.0, special.kolmogorov(root * found.ks) * t * c)
        tested = np.minimum(1.0, 2 * np.minimum(tested, asymptotic))
    scale = np.tile(train.ruler[1], t)
    effects = found.wasserstein / scale
    return _Cells(tested.reshape(t, c), effects.reshape(t, c), found.ks.reshape(t, c))


def _rows(train: Profile, val: Profile) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Standardised samples of the pooled windows, block by block, as rows of c * t cells."""
    first = 0
    for side in (train, val):
        for rows in chunks(len(side), side.signals[0].size):
            block = standardised(side.signals, rows, *side.ruler)
            yield slice(first + rows.start, first + rows.stop), block.reshape(len(block), -1)
        first += len(side)


def _where(
    train: Profile, table: list[Feature], found: NDArray[np.int64], by_cell: NDArray[np.bool_], cells: _Cells
) -> tuple[Where, float]:
    """Channels of the differing statistics (else of the differing cells), and the time range of the cells."""
    worst_cell = float((cells.effects * by_cell).max(initial=0.0))
    # all channels together name a place only where no channel does so alone
    alone = [j for j in found if len(table[j].channels) <= 2]
    channels: dict[int, None] = {}
    for j in alone or found:
        channels |= dict.fromkeys(table[j].channels)
    if not channels:
        channels = dict.fromkeys(np.flatnonzero(by_cell.any(axis=0)).tolist())
    steps = np.flatnonzero(by_cell.any(axis=1))
    t = len(by_cell)
    span = (int(steps[0]), int(steps[-1]) + 1) if len(steps) else None
    partial = span is not None and span[1] - span[0] <= 0.8 * t
    return Where(channels=train.place(channels), timesteps=span if partial else None), worst_cell


def _names(train: Profile, feature: Feature) -> str:
    if (
        len(feature.channels) > 1
        and len(feature.channels) == train.signals.shape[2]
        and feature.statistic != "correlation"
    ):
        return "all channels"
    return signal_name(train.split, feature.channels)


def _exhibits(
    train: Profile, val: Profile, found: _Statistics, pvalues: FloatArray, top: int
) -> tuple[Table | Curve, ...]:
    """The statistics that differ most as a table, the first few as distributions, and windows of the first channel."""
    order = np.lexsort((-found.effects, pvalues))
    first = {(found.table[j].channels, found.table[j].statistic): int(j) for j in order[:top][::-1]}
    drawn = [_distributions(train, found, j) for j in list(first.values())[::-1][:N_DRAWN]]
    single = next((int(j) for j in order[:top] if len(found.table[j].channels) == 1), None)
    if single is not None and train.split.image is None:
        drawn.append(typical_windows(train, val, found.table[single].channels[0], found.values[:, single]))
    return (_table(train, found, pvalues, order[:top]), *drawn)


def _distributions(train: Profile, found: _Statistics, j: int) -> Curve:
    """Both distribution functions of a statistic, and their KS distance where it is largest."""
    feature, n = found.table[j], len(train)
    both = distribution_functions(found.values[:n, j], found.values[n:, j])
    x, at = rounded(both.x), both.at
    ks = float(both.first[at]), float(both.second[at])
    return Curve(
        title=f"{feature.statistic} of {_names(train, feature)}, steps {feature.timesteps[0]}-{feature.timesteps[1]}",
        x_label=feature.statistic,
        y_label="share of windows below",
        lines={
            "train": (x, rounded(both.first)),
            "val": (x, rounded(both.second)),
            f"KS distance {abs(ks[0] - ks[1]):.2f}": ((x[at], x[at]), ks),
        },
    )


def _table(train: Profile, found: _Statistics, pvalues: FloatArray, order: NDArray[np.int64]) -> Table:
    rows = tuple(
        (
            _names(train, found.table[j]),
            found.table[j].statistic,
            f"{found.table[j].timesteps[0]}-{found.table[j].timesteps[1]}",
            float(found.effects[j]),
            float(found.compared.ks[j]),
            float(pvalues[j]),
        )
        for j in order
    )
    columns = ("channel", "statistic", "time steps", "shift in train sd", "KS distance", "p")
    return Table(title="window statistics that differ most", columns=columns, rows=rows)


def _map(train: Profile, cells: _Cells) -> Grid:
    t, c = cells.effects.shape
    edges = np.unique(np.linspace(0, t, min(N_RANGES, t) + 1).astype(int))
    values = np.add.reduceat(cells.effects, edges[:-1], axis=0) / np.diff(edges)[:, None]
    return Grid(
        title="where the sides differ",
        row_labels=tuple(signal_name(train.split, [k]) for k in range(c)),
        column_labels=tuple(f"{a}-{b}" for a, b in pairwise(edges)),
        values=tuple(tuple(float(v) for v in row) for row in values.T),
        unit="train sd",
    )
