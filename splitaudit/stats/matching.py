"""Which channel of one side is which channel of the other, and with which sign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from splitaudit.stats.signature import Typical, misfit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLIP_PRICE = 6.0  # a flip or a move must pay for itself, in units of log-likelihood
MOVE_PRICE = 6.0
NOISE = 0.6  # misfit of a number that fits but for its error
MAX_SEARCH = 24


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """``place[i]`` is the channel of the second side that fits channel i of the first, ``sign[i]`` its sign.

    ``identity`` and ``matched`` are the misfits (c,) of every channel as it stands and as it is matched; ``noise`` is
    what chance alone leaves of them. ``flip_margin`` (c,) is how much worse the fit would be with the other sign.
    """

    place: Ints
    sign: Ints
    identity: Floats
    matched: Floats
    noise: float
    flip_margin: Floats

    @property
    def moved(self) -> NDArray[np.bool_]:
        """Channels that fit better elsewhere or with the other sign."""
        return np.asarray((self.place != np.arange(len(self.place))) | (self.sign < 0))

    @property
    def explained(self) -> float:
        """Share of the misfit of the moved channels that goes away, beyond noise; 0 if none moved."""
        moved = self.moved
        if not moved.any():
            return 0.0
        before = (self.identity[moved] - self.noise).sum()
        return float(np.clip((self.identity - self.matched)[moved].sum() / max(before, 1e-9), 0.0, 1.0))


class _Costs:
    """Misfits of channel pairs and of pairs of pairs."""

    def __init__(self, first: Typical, second: Typical, odd: NDArray[np.bool_], use: NDArray[np.bool_]) -> None:
        c = len(first.mean)
        self.unary = np.empty((2, c, c))
        for k, sign in enumerate((1.0, -1.0)):
            turned = second.mean * np.where(odd, sign, 1.0)
            each = misfit(first.mean[:, None], turned[None], first.error[:, None], second.error[None])
            self.unary[k] = each[:, :, use].sum(axis=2)
        self.first, self.second = first, second
        # a channel has c - 1 correlations; together they count no more than its own signatures
        self.weight = min(1.0, float(use.sum()) / max(c - 1, 1))
        self.noise = NOISE * (float(use.sum()) + self.weight * (c - 1))

    def coupling(self, place: Ints, sign: Ints) -> Floats:
        """Misfit (c, c) of the correlations under a matching."""
        turned = self.second.correlation[np.ix_(place, place)] * np.outer(sign, sign)
        error = self.second.correlation_error[np.ix_(place, place)]
        found = misfit(self.first.correlation, turned, self.first.correlation_error, error)
        np.fill_diagonal(found, 0.0)
        return self.weight * found

    def per_channel(self, place: Ints, sign: Ints) -> Floats:
        """Misfit (c,) of every channel with its correlations."""
        c = np.arange(len(place))
        out: Floats = self.unary[(sign < 0).astype(int), c, place] + self.coupling(place, sign).sum(axis=1)
        return out

    def total(self, place: Ints, sign: Ints) -> float:
        """What a matching costs, with the price of every move and flip."""
        c = np.arange(len(place))
        own = self.unary[(sign < 0).astype(int), c, place].sum() + self.coupling(place, sign).sum() / 2
        return float(own + MOVE_PRICE * (place != c).sum() + FLIP_PRICE * (sign < 0).sum())


def match(first: Typical, second: Typical, odd: NDArray[np.bool_], use: NDArray[np.bool_]) -> Matching:
    """Assign the channels of the second side to those of the first.

    Parameters
    ----------
    first, second : Typical
        Typical signatures of the two sides.
    odd : ndarray of bool of shape (f,)
        Signatures that change sign with the channel.
    use : ndarray of bool of shape (f,)
        Signatures to look at.

    Notes
    -----
    The signatures alone make a linear assignment problem; correlations make it quadratic, so the solution (and the
    identity) is improved by flips and, with few channels, exchanges until nothing improves.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics 2, 83-97.
    """
    costs = _Costs(first, second, odd, use)
    c = np.arange(len(first.mean), dtype=np.int64)
    priced = np.minimum(costs.unary[0], costs.unary[1] + FLIP_PRICE) + MOVE_PRICE * (c[:, None] != c)
    _, place = linear_sum_assignment(priced)
    flipped = costs.unary[1, c, place] + FLIP_PRICE < costs.unary[0, c, place]
    starts = [(c, np.ones_like(c)), (place.astype(np.int64), np.where(flipped, -1, 1).astype(np.int64))]
    best = min((_improved(costs, *start) for start in starts), key=lambda found: found[0])
    identity = costs.per_channel(c, np.ones_like(c))
    margin = np.array([costs.total(p, s) for p, s in _flips(best[1], best[2])]) - best[0]
    return Matching(best[1], best[2], identity, costs.per_channel(best[1], best[2]), costs.noise, margin)


def permutation_pvalue(
    units: Floats,
    draws: NDArray[np.bool_],
    odd: NDArray[np.bool_],
    uses: tuple[NDArray[np.bool_], ...],
) -> float:
    """Chance that exchanged units gain as much by a reassignment of channels as the observed sides do.

    Parameters
    ----------
    units : ndarray of shape (n_units, c, f)
        Mean signatures of every unit of both sides.
    draws : ndarray of bool of shape (n, n_units)
        Which units are the second side; the first row as observed.
    odd : ndarray of bool of shape (f,)
    uses : tuple of ndarray of bool of shape (f,)
        Sets of signatures to look at; the best counts.

    Notes
    -----
    Exact where units are exchangeable. The gain is that of the linear assignment, without correlations.
    """
    flat = units.reshape(len(units), -1) - units.reshape(len(units), -1).mean(axis=0)
    sides = []
    for chosen in (~draws, draws):
        n = chosen.sum(axis=1, keepdims=True)
        mean = chosen @ flat / n
        variance = np.maximum(chosen @ flat**2 / n - mean**2, 0.0) * n / np.maximum(n - 1, 1)
        sides.append((mean + units.reshape(len(units), -1).mean(axis=0), np.sqrt(variance / n)))
    shape = (len(draws), *units.shape[1:])
    first, error, second, other = (part.reshape(shape) for side in sides for part in side)
    gains = np.array([_gain(first[k], error[k], second[k], other[k], odd, uses) for k in range(len(draws))])
    return float(np.mean(gains >= gains[0] - 1e-9))


def _gain(
    first: Floats,
    error: Floats,
    second: Floats,
    other: Floats,
    odd: NDArray[np.bool_],
    uses: tuple[NDArray[np.bool_], ...],
) -> float:
    each = [
        misfit(first[:, None], (second * np.where(odd, sign, 1.0))[None], error[:, None], other[None])
        for sign in (1.0, -1.0)
    ]
    c = np.arange(len(first))
    best = 0.0
    for use in uses:
        upright, turned = (part[:, :, use].sum(axis=2) for part in each)
        priced = np.minimum(upright, turned + FLIP_PRICE) + MOVE_PRICE * (c[:, None] != c)
        rows, columns = linear_sum_assignment(priced)
        best = max(best, float(upright[c, c].sum() - priced[rows, columns].sum()))
    return best


def _improved(costs: _Costs, place: Ints, sign: Ints) -> tuple[float, Ints, Ints]:
    best = (costs.total(place, sign), place, sign)
    for _ in range(4 * len(place)):
        candidates = _flips(best[1], best[2])
        if len(place) <= MAX_SEARCH:
            candidates += _exchanges(best[1], best[2])
        found = min(((costs.total(p, s), p, s) for p, s in candidates), key=lambda item: item[0])
        if found[0] >= best[0] - 1e-9:
            break
        best = found
    return best


def _flips(place: Ints, sign: Ints) -> list[tuple[Ints, Ints]]:
    out = []
    for i in range(len(place)):
        turned = sign.copy()
        turned[i] *= -1
        out.append((place, turned))
    return out


def _exchanges(place: Ints, sign: Ints) -> list[tuple[Ints, Ints]]:
    out = []
    for i in range(len(place)):
        for k in range(i + 1, len(place)):
            moved, turned = place.copy(), sign.copy()
            moved[[i, k]], turned[[i, k]] = place[[k, i]], sign[[k, i]]
            out.append((moved, turned))
    return out
