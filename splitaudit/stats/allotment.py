"""Deal things of different size to parts of given shares so that every part is like the whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_SEARCHED = 1200
LEAST_STARTS, MOST_STARTS = 8, 64
MANY = 2000  # things over all starts
SPREAD = (0.5, 0.0)  # starts in turn: large things first, or in nearly any order
MAX_STEPS = 5000
N_STRETCHES = 20
FREE = -1


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Things with weighted traits ``U`` (a, d), the shares of the parts (p,), and which things have a fixed part."""

    U: Floats
    shares: Floats
    fixed: IntArray

    @property
    def strength(self) -> Floats:
        """How much a deviation of each part counts: relative to its size."""
        return 1.0 / np.maximum(self.shares, 1e-9) ** 2

    def deviation(self, part: IntArray) -> Floats:
        """What each part holds beyond its share, shape (p, d)."""
        held = np.zeros((len(self.shares), self.U.shape[1]))
        np.add.at(held, part, self.U)
        off: Floats = held - self.shares[:, None] * self.U.sum(axis=0)
        return off

    def cost(self, part: IntArray) -> float:
        """Sum of squared deviations of all parts, relative to their size."""
        return float((self.strength * (self.deviation(part) ** 2).sum(axis=1)).sum())


def allot(
    traits: Floats, shares: Floats, rng: np.random.Generator, *, fixed: IntArray | None = None, stratum: IntArray
) -> IntArray:
    """Give every thing to a part so that parts hold their share of every trait.

    Parameters
    ----------
    traits : ndarray of shape (a, d)
        Sums over the windows of each thing, the first column their number; weighted by how much they matter.
    shares : ndarray of shape (p,)
        Share of the whole that each part should hold; they add up to 1.
    rng : numpy.random.Generator
    fixed : ndarray of int64 of shape (a,), optional
        Part of a thing that may not be moved; -1 for all others.
    stratum : ndarray of int64 of shape (a,)
        The class that most windows of a thing are of.

    Returns
    -------
    ndarray of int64 of shape (a,)
        No part is empty where there are enough things.

    Notes
    -----
    Up to some thousand things are dealt by a local search of moves and exchanges from several random starts; more are
    sorted by class and by the trait that varies most, and dealt in turn, each to the part that lacks most: systematic
    sampling (Madow and Madow 1944).
    """
    fixed = np.full(len(traits), FREE, dtype=np.int64) if fixed is None else fixed
    search = _Search(traits / max(float(traits[:, 0].sum()), 1.0), shares, fixed)
    if len(traits) > MAX_SEARCHED:
        return _systematic(search, stratum, rng)
    n_starts = min(max(MANY // len(traits), LEAST_STARTS), MOST_STARTS)
    found = [_improved(search, _start(search, rng, SPREAD[i % 2])) for i in range(n_starts)]
    return min(found, key=search.cost)


def _start(search: _Search, rng: np.random.Generator, least: float) -> IntArray:
    """Deal at random, the large ones first, each to the part that lacks most; every part gets one."""
    size = search.U[:, 0]
    order = np.argsort(-size * rng.uniform(least, 1.0, len(size)))
    part = search.fixed.copy()
    lacks = search.shares * size.sum()
    for thing in np.flatnonzero(part != FREE):
        lacks[part[thing]] -= size[thing]
    empty = [p for p in np.argsort(-search.shares) if not (part == p).any()]
    for thing in order:
        if part[thing] == FREE:
            part[thing] = empty.pop(0) if empty else int(lacks.argmax())
            lacks[part[thing]] -= size[thing]
    return part


def _improved(search: _Search, part: IntArray) -> IntArray:
    """Make the best move or exchange again and again, until none makes the parts more like the whole."""
    part, strength, U = part.copy(), search.strength, search.U
    free = search.fixed == FREE
    norm = (U**2).sum(axis=1)
    gram = U @ U.T
    for _ in range(MAX_STEPS):
        off = search.deviation(part)
        along = U @ off.T  # (a, p)
        own = along[np.arange(len(U)), part]
        out = strength[part] * (norm - 2 * own)
        move = out[:, None] + strength * (norm[:, None] + 2 * along)
        move[np.arange(len(U)), part] = 0.0
        move[~free | (np.bincount(part, minlength=len(search.shares))[part] == 1)] = np.inf
        best = np.unravel_index(int(move.argmin()), move.shape)
        gain, swap = _best_exchange(part, free, along, norm, gram, strength)
        least = min(float(move[best]), gain)
        if least >= -1e-12:
            break
        if gain < move[best]:
            part[swap] = part[swap[::-1]]
        else:
            part[best[0]] = best[1]
    return part


def _best_exchange(
    part: IntArray, free: NDArray[np.bool_], along: Floats, norm: Floats, gram: Floats, strength: Floats
) -> tuple[float, IntArray]:
    """Return the exchange of two things that lowers the cost most, and by how much."""
    best, pair = 0.0, np.zeros(2, dtype=np.int64)
    n_parts = along.shape[1]
    for p in range(n_parts):
        ours = np.flatnonzero((part == p) & free)
        for q in range(p + 1, n_parts):
            theirs = np.flatnonzero((part == q) & free)
            if not len(ours) or not len(theirs):
                continue
            # the part p gives i and gets j: it changes by d = u_j - u_i, the part q by -d
            square = norm[ours][:, None] + norm[theirs][None, :] - 2 * gram[np.ix_(ours, theirs)]
            of_p = along[theirs, p][None, :] - along[ours, p][:, None]
            of_q = along[theirs, q][None, :] - along[ours, q][:, None]
            change = (strength[p] + strength[q]) * square + 2 * (strength[p] * of_p - strength[q] * of_q)
            i, j = np.unravel_index(int(change.argmin()), change.shape)
            if change[i, j] < best:
                best, pair = float(change[i, j]), np.array([ours[i], theirs[j]])
    return best, pair


def _systematic(search: _Search, stratum: IntArray, rng: np.random.Generator) -> IntArray:
    """Deal things in the order of class and main trait, each to the part that lacks most."""
    U = search.U
    main = _main(U, stratum)
    rank = np.empty(len(U), dtype=np.int64)
    rank[np.argsort(main, kind="stable")] = np.arange(len(U))
    order = np.lexsort([rng.random(len(U)), rank * N_STRETCHES // len(U), stratum])
    size, fixed = U[:, 0].tolist(), search.fixed.tolist()
    shares, part = search.shares.tolist(), np.empty(len(U), dtype=np.int64)
    lacks = (rng.random(len(shares)) * float(np.median(U[:, 0]))).tolist()
    for thing in order.tolist():
        for p, share in enumerate(shares):
            lacks[p] += share * size[thing]
        to = fixed[thing] if fixed[thing] != FREE else lacks.index(max(lacks))
        lacks[to] -= size[thing]
        part[thing] = to
    return part


def _main(U: Floats, stratum: IntArray) -> Floats:
    """Return the trait, relative to size, that varies most inside the classes."""
    values = U[:, 1:] / np.maximum(U[:, :1], 1e-300)
    if not values.shape[1]:
        return np.zeros(len(U))
    number = np.unique(stratum, return_inverse=True)[1]
    sums = np.zeros((number.max() + 1, values.shape[1]))
    np.add.at(sums, number, values)
    spread = (values - (sums / np.bincount(number)[:, None])[number]).var(axis=0)
    main: Floats = values[:, int(spread.argmax())]
    return main
