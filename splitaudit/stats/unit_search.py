"""Search for conversions of physical units between the sides: of a whole side, of its units, of some windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.contrast import outsiders, two_sample
from splitaudit.stats.conversions import Conversion, fitting
from splitaudit.stats.mixture import separate_share
from splitaudit.stats.units import Scheme

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
LIVE = 1e-9
LEVEL = 0.05
WAYS = 4  # the whole side, units of val, units of train, shares of windows
MIN_REFERENCE = 4
MIN_WINDOWS = 4  # of a unit, below which it may stand apart as single windows do
CLOSE = 0.05  # of the size of a factor, as logarithms


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """How large the signal is: natural logarithm of the spread and level, per window (n, c) and per unit (n_units, c).

    The spread of a unit is the geometric mean over its live windows, so it scales exactly with the data and a few
    spikes hardly move it; NaN where the channel never varies. ``total`` (c,) is the standard deviation over train.
    """

    log_spread: Floats
    level: Floats
    unit_log_spread: Floats
    unit_level: Floats
    total: Floats
    scheme: Scheme

    @property
    def n_questions(self) -> int:
        """How often each way of looking asks: once per channel; the p-values of claims are corrected for it."""
        return len(self.total) * WAYS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Claim:
    """A channel, the conversion it seems to have gone through, on which side, and for which windows (None: all)."""

    channel: int
    conversion: Conversion
    side: str
    log_factor: float
    half_width: float
    pvalue: float
    windows: Mask | None = None

    @property
    def factor(self) -> tuple[float, float, float]:
        """The measured factor with its 95 % interval."""
        middle, wide = self.log_factor, self.half_width
        return float(np.exp(middle)), float(np.exp(middle - wide)), float(np.exp(middle + wide))


def sizes(mean: Floats, sd: Floats, total: Floats, scheme: Scheme) -> Sizes:
    """Measure how large the signal is.

    Parameters
    ----------
    mean, sd : ndarray of shape (n_train + n_val, c)
        Of every window, train first.
    total : ndarray of shape (c,)
        Standard deviation over train.
    """
    live = sd > LIVE * np.maximum(np.abs(mean), 1e-290)
    log_spread = np.log(np.where(live, sd, np.nan))
    share = scheme.unit_means(live.astype(np.float64))
    sums = scheme.unit_means(np.where(live, log_spread, 0.0))
    by_unit = np.divide(sums, share, out=np.full(share.shape, np.nan), where=share > 0)
    return Sizes(log_spread, mean, by_unit, scheme.unit_means(mean), total, scheme)


def search(size: Sizes, labels: NDArray[Any] | None) -> list[Claim]:
    """Find channels that went through a conversion: all of val, or else single units, or else a share of windows.

    Parameters
    ----------
    labels : ndarray of shape (n_train + n_val,), optional
        Classes of the windows; a class of its own size is not a unit.
    """
    found = [claim for c in range(len(size.total)) if (claim := _whole(size, c)) is not None]
    if not found:
        every = range(len(size.total))
        partial = [[claim for c in every for claim in _members(size, c, side)] for side in ("val", "train")]
        partial.append([claim for c in every if (claim := _windows(size, c, labels)) is not None])
        found = min(partial, key=lambda some: min((claim.pvalue for claim in some), default=2.0))
    least = min((claim.pvalue for claim in found), default=1.0)
    return [claim for claim in found if claim.pvalue <= max(LEVEL / 20, least)]


def _whole(size: Sizes, c: int) -> Claim | None:
    """All of one channel of val against all of train."""
    origin = size.scheme.origin
    spread, level = size.unit_log_spread[:, [c]], size.unit_level[:, [c]]
    contrast, offset = two_sample(spread[~origin], spread[origin]), two_sample(level[~origin], level[origin])
    if not np.isfinite(contrast.error[0]):
        return None
    difference, wide = float(contrast.difference[0]), float(contrast.half_width()[0])
    for conversion in fitting(difference, float(contrast.half_width(0.99)[0])):
        away = abs(np.log(conversion.factor) - difference)
        if away > max(wide, CLOSE * abs(np.log(conversion.factor))):
            continue
        follows = two_sample(conversion.factor * level[~origin] + conversion.offset, level[origin])
        slack = _slack(conversion, float(np.nan_to_num(follows.error[0])), size.total[c])
        p = float((offset if conversion.factor == 1 else contrast).pvalue[0]) * size.n_questions
        whole = _all_of_it(size.log_spread[:, c], size.scheme.is_val, float(np.log(conversion.factor)))
        if whole and p <= LEVEL and abs(follows.difference[0]) <= slack:
            return Claim(channel=c, conversion=conversion, side="val", log_factor=difference, half_width=wide, pvalue=p)
    return None


def _all_of_it(log_spread: Floats, is_val: Mask, log_factor: float) -> bool:
    """Whether quiet, middle and loud windows alike went at least half of the way: no mixture of some other kind."""
    levels = [0.2, 0.5, 0.8]
    moved = np.nanquantile(log_spread[is_val], levels) - np.nanquantile(log_spread[~is_val], levels)
    return log_factor == 0.0 or bool((np.abs(moved / log_factor - 1.0) < 0.5).all())


def _members(size: Sizes, c: int, side: str) -> list[Claim]:
    """Single units of one side against all units that are not apart."""
    inside = size.scheme.origin if side == "val" else ~size.scheme.origin
    if (~inside).sum() < MIN_REFERENCE:
        return []
    log_spread = size.unit_log_spread[:, [c]]
    apart, reference = _apart(log_spread[:, 0], inside)
    apart = apart[size.scheme.sizes[apart] >= MIN_WINDOWS]
    if not len(apart) or (side == "train" and len(apart) > inside.sum() / 2):
        return []
    found = outsiders(log_spread[reference], log_spread[apart])
    wide, p = found.half_width(0.99)[:, 0], found.pvalue[:, 0] * inside.sum() * size.n_questions
    away, hits = found.difference[:, 0], _hits(size, c, apart, reference, found.difference[:, 0], wide, p)
    claims = []
    for conversion, rows in hits.items():
        # what stands apart as far and does not fit must not contradict: a common gain is no unit, even if some fit one
        half = 0.5 * np.log(conversion.factor)
        stray = [i for i in range(len(apart)) if i not in rows and away[i] / half >= 1.0]
        # most of a side is as good as all of it, and must fit as closely
        close = 0.95 if len(apart) > inside.sum() / 2 else 0.99
        if conversion in _fitting_together(log_spread[reference], log_spread[apart[rows + stray]], close):
            claims.append(
                Claim(
                    channel=c,
                    conversion=conversion,
                    side=side,
                    log_factor=float(away[rows].mean()),
                    half_width=float(wide[rows].mean()),
                    pvalue=float(p[rows].min()),
                    windows=np.isin(size.scheme.units, apart[rows]),
                )
            )
    return claims


def _hits(
    size: Sizes,
    c: int,
    apart: NDArray[np.intp],
    reference: NDArray[np.intp],
    away: Floats,
    wide: Floats,
    pvalues: Floats,
) -> dict[Conversion, list[int]]:
    """Which of the units that stand apart fit which conversion, in spread and level."""
    level = size.unit_level[:, c]
    hits: dict[Conversion, list[int]] = {}
    for i in np.flatnonzero(pvalues <= LEVEL):
        for conversion in fitting(float(away[i]), float(wide[i])):
            expected = conversion.factor * level[reference] + conversion.offset
            slack = _slack(conversion, 1.2 * float(expected.std(ddof=1)), size.total[c])
            if conversion.factor != 1 and abs(level[apart[i]] - expected.mean()) <= slack:
                hits.setdefault(conversion, []).append(int(i))
                break
    return hits


def _fitting_together(reference: Floats, members: Floats, level: float) -> list[Conversion]:
    """Conversions that fit the mean of several units, by its confidence interval."""
    contrast = two_sample(reference, members)
    return fitting(float(contrast.difference[0]), float(contrast.half_width(level)[0]))


def _apart(log_spread: Floats, inside: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Units of one side outside the range of the other side's by more than that range, and all other units."""
    known = ~np.isnan(log_spread)
    others = log_spread[~inside & known]
    if not len(others):
        return np.empty(0, dtype=np.intp), np.flatnonzero(known)
    low, high = others.min(), others.max()
    apart = inside & known & (np.maximum(log_spread - high, low - log_spread) > high - low)
    return np.flatnonzero(apart), np.flatnonzero(known & ~apart)


def _windows(size: Sizes, c: int, labels: NDArray[Any] | None) -> Claim | None:
    """A share of the windows of one side against all others."""
    share = separate_share(size.log_spread[:, c], size.scheme, labels)
    if share is None or share.pvalue * size.n_questions > LEVEL:
        return None
    for conversion in fitting(share.difference, share.half_width):
        expected = conversion.factor * size.level[share.others, c] + conversion.offset
        slack = _slack(conversion, float(expected.std()) / 8, size.total[c])
        if conversion.factor != 1 and abs(np.median(size.level[share.rows, c]) - np.median(expected)) <= slack:
            return Claim(
                channel=c,
                conversion=conversion,
                side="val" if share.in_val else "train",
                log_factor=share.difference,
                half_width=share.half_width,
                pvalue=share.pvalue * size.n_questions,
                windows=share.rows,
            )
    return None


def _slack(conversion: Conversion, error: float, total: float) -> float:
    """How far the level may lie from where the conversion puts it; an offset must be seen beside the spread."""
    if conversion.factor == 1.0 and abs(conversion.offset) < 5 * total:
        return -1.0  # an offset within the spread is no unit
    slack = max(4 * error, 0.5 * conversion.factor * total)
    return min(slack, max(6.0, abs(conversion.offset) / 20)) if conversion.offset else slack
