"""Channels stand on scales that are orders of magnitude apart.

## What it measures
On train: how many orders of magnitude (powers of ten) lie between the standard deviations of the channels, and
between the level of a channel and its standard deviation. Apart from that, whether most channels are standardised
(mean 0, standard deviation 1) and some were left out.

## Why it matters
A recurrent network learns from the largest numbers first; a channel on a scale of 0.02 beside one on a scale of 400
is practically invisible, and a level of a thousand spreads saturates gates and wastes the digits of float32. A
channel forgotten by the scaler does the same to a data set that was meant to be normalised.

## How it is decided
Raw units are an honest choice: the model may well scale its input. So data that were never normalised count half
their orders, and one and a half at most: a warning from a hundredfold on. Where at least two channels and at least
half of those that vary are standardised to three digits on train, the others were left out by mistake: for these
the effect is the order of magnitude of their root mean square, and from two orders on it is an error. Nothing is
inferred, so there is no p-value.

## What to do
Fit a scaler on train (mean and standard deviation per channel), apply it to both sides, and check that no channel
is left out.

## Limits
It cannot know whether the model scales its input. Constant channels are not counted.

## References
LeCun, Y., Bottou, L., Orr, G., Mueller, K. (1998). Efficient BackProp. In: Neural Networks: Tricks of the Trade.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import channels_of
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table, Where
from splitaudit.rule import Context, rule

Floats = NDArray[np.float64]
RAW_AT_MOST = 1.5


@rule(
    "SA204",
    effect="orders of magnitude",
    warn=1.0,
    error=2.0,
    remedy="Fit a scaler on train (mean and sd per channel), apply it to both sides, and leave no channel out.",
    fires_on=("forgotten_channel",),
)
def not_normalised(train: Profile, val: Profile, ctx: Context, *, tolerance: float = 2e-3) -> Evidence:
    """Compare the scales of the channels of train."""
    level, total = train.scales.level, train.scales.total
    varies = total > 1e-6 * np.abs(level)
    if not varies.any():
        raise NotApplicable("every channel of train is constant")
    standard = varies & (np.abs(level) <= tolerance) & (np.abs(total - 1.0) <= tolerance)
    others = np.flatnonzero(varies & ~standard)
    intended = standard.sum() >= max(2, len(others))
    rows = tuple((train.split.channel_name(c), float(level[c]), float(total[c])) for c in range(len(level)))
    table = Table(title="scales of train", columns=("channel", "mean", "standard deviation"), rows=rows)
    if intended and len(others):
        return _left_out(train, level, total, others, table)
    return _raw(train, level, total, np.flatnonzero(varies), table)


def _left_out(train: Profile, level: Floats, total: Floats, others: NDArray[np.intp], table: Table) -> Evidence:
    orders = np.abs(np.log10(np.hypot(level, np.where(total > 0, total, 1.0))))
    chosen = tuple(int(c) for c in others if orders[c] >= max(1.0, orders[others].max() / 2))
    worst = int(others[orders[others].argmax()])
    summary = (
        f"Most channels are standardised, but {channels_of(train.split, chosen or (worst,))} "
        f"{'was' if len(chosen) < 2 else 'were'} left out (up to a mean of {level[worst]:.4g} and a standard deviation "
        f"of {total[worst]:.3g})"
    )
    return Evidence(
        effect=float(orders[worst]),
        summary=summary,
        where=Where(channels=chosen),
        details={"left_out": True},
        exhibits=(table,),
    )


def _raw(train: Profile, level: Floats, total: Floats, varies: NDArray[np.intp], table: Table) -> Evidence:
    lifted = np.abs(level[varies]) / total[varies]
    highest = int(varies[lifted.argmax()])
    wide, narrow = (int(varies[k]) for k in (total[varies].argmax(), total[varies].argmin()))
    between, above = float(np.log10(total[wide] / total[narrow])), float(np.log10(max(lifted.max(), 1.0)))
    if between >= above:
        channels = tuple(dict.fromkeys((wide, narrow))) if between >= 1.0 else ()
        ends = ", ".join(f"{channels_of(train.split, [c])} {total[c]:.3g}" for c in (narrow, wide))
        summary = (
            f"The standard deviations of the channels differ up to {_number(total[wide] / total[narrow])}-fold ({ends})"
        )
    else:
        channels = tuple(int(c) for c, up in zip(varies, lifted, strict=True) if up >= max(10.0, lifted.max() / 10))
        summary = (
            f"The level of {channels_of(train.split, [highest])} is {_number(lifted.max())} times its standard "
            f"deviation ({level[highest]:.4g} and {total[highest]:.3g})"
        )
    return Evidence(
        effect=min(RAW_AT_MOST, max(between, above) / 2),
        summary=summary,
        where=Where(channels=channels),
        details={"left_out": False, "orders_between_channels": between, "orders_of_level": above},
        exhibits=(table,),
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if 100 <= value < 1e7 else f"{value:.3g}"
