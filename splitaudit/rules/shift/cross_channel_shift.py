"""Channels hang together differently in validation.

## What it measures
The correlation of every pair of channels inside a window (up to 45 pairs), compared between the sides.

## Why it matters
Channels that are swapped, decoupled, delayed or rotated against each other can keep every marginal distribution. A
network that learned how channels go together then fails where no single channel looks unusual.

## How it is decided
Student's t on unit means of the Fisher-z correlations, corrected for all pairs. The effect is the largest difference of
the mean correlation among the pairs that differ beyond chance.

## What to do
Compare the order, the wiring, the synchronisation and the mounting of the named channels.

## Limits
Only linear, simultaneous coupling is seen. With many channels only pairs of neighbours are compared.

## References
Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation. Metron 1, 3-32.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.naming import signal_name
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.rule import Context, rule
from splitaudit.stats.shift import shift_test


@rule(
    "SA104",
    effect="difference of correlation",
    warn=0.1,
    error=0.3,
    remedy="Compare order, wiring, synchronisation and mounting of the named channels on both sides.",
    needs=("channels",),
    fires_on=("decoupled_channels",),
)
def cross_channel_shift(train: Profile, val: Profile, ctx: Context, *, top: int = 6) -> Evidence:
    """Compare the correlation of channel pairs between the sides."""
    table = train.feature_table
    columns = np.array([j for j, feature in enumerate(table) if feature.statistic == "correlation"], dtype=np.int64)
    if not len(columns):
        raise NotApplicable("windows are too short for correlations, three time steps are needed")
    values = train.tables.features[:, columns]
    test = shift_test(values, ctx.scheme, ranks=False)
    means = np.tanh(np.stack([values[~ctx.scheme.is_val].mean(axis=0), values[ctx.scheme.is_val].mean(axis=0)]))
    differences = np.abs(means[1] - means[0]).astype(np.float64)
    level = max(ctx.alpha, test.pvalue)
    found = np.flatnonzero(test.pvalues <= level)
    order = found[np.argsort(-differences[found], kind="stable")]
    worst = int(order[0])
    strong = [int(j) for j in order if differences[j] >= 0.5 * differences[worst]]
    count = np.bincount([c for j in strong for c in table[columns[j]].channels], minlength=train.signals.shape[2])
    # a channel that takes part in most of the changed pairs is the one that moved
    channels = tuple(int(c) for c in np.argsort(-count, kind="stable") if count[c] >= max(1, 0.6 * count.max()))
    a, b = (signal_name(train.split, [c]) for c in table[columns[worst]].channels)
    beyond = "" if test.pvalue <= ctx.alpha else "; no pair differs beyond chance"
    rows = tuple(
        (
            signal_name(train.split, table[columns[j]].channels),
            float(means[0, j]),
            float(means[1, j]),
            float(test.pvalues[j]),
        )
        for j in np.lexsort((-differences, test.pvalues))[:top]
    )
    return Evidence(
        effect=float(differences[worst]),
        summary=f"The correlation of {a} and {b} is {means[0, worst]:.2f} in train and {means[1, worst]:.2f} in val"
        + beyond,
        statistic=float(test.statistics[worst]) if np.isfinite(test.statistics[worst]) else None,
        pvalue=test.pvalue,
        smallest_visible=float(np.median(test.visible(ctx.alpha / 45))),
        where=Where(channels=train.place(channels)),
        exhibits=(Table(title="pairs that differ most", columns=("channels", "train", "val", "p"), rows=rows),),
    )
