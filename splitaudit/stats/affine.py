"""Shared samples under a change of level and scale per window, as after standardising every window by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.stats.fingerprints import Codes, IntArray
from splitaudit.stats.joins import among

GAPS = (1, 2, 3, 4, 6, 8)
LEVELS = 512
FLAT = 1e-5
ENOUGH_BITS = 40.0
GOOD_BITS = 5.0
MAX_RATIOS = 8
N_CHANNELS = 3
N_ANCHORS = 3
N_SAMPLED = 200
MAX_HITS = 4
TOLERANCE = 4e-6
NEARLY = 4e-4
MIN_MOVES = 8
MIN_MOVES_CHANNEL = 4  # on and off know three: up, down, none
OFF_GRID = 0.381966
CHUNK_SAMPLES = 1 << 20
WEIGHT = np.uint64(0xD6E8FEB86659FD93)
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Alignments:
    """Pairs of a window and a window of the pool that are equal on a run but for level and scale per channel.

    Parameters
    ----------
    window, other : ndarray of int64 of shape (k,)
        The pairs; each window once, with the partner it shares most with.
    shift : ndarray of int64 of shape (k,)
        Sample 0 of the window is sample ``shift`` of the other; never 0.
    """

    window: IntArray
    other: IntArray
    shift: IntArray


@dataclass(frozen=True, slots=True)
class Gram:
    """What is hashed: ratios of successive differences of ``gap`` samples in some channels."""

    channels: tuple[int, ...]
    gap: int
    n_ratios: int

    @property
    def span(self) -> int:
        """Samples from the first to the last that a gram looks at."""
        return (self.n_ratios + 1) * self.gap


def find_aligned(windows: NDArray[Any], pool: NDArray[Any]) -> Alignments:
    """Find windows that share samples with a window of ``pool`` but for level and scale per window and channel.

    Parameters
    ----------
    windows, pool : ndarray of shape (n, t, c)

    Notes
    -----
    The ratio of successive differences does not change under a positive affine map. Quantised ratios at the start of
    every window are looked up at all positions of the other side, and what they suggest is verified: the whole
    implied overlap must agree within rounding after a least-squares fit of level and scale per channel, in at least
    half of the channels that vary.
    """
    nothing = Alignments(*(np.empty(0, dtype=np.int64) for _ in range(3)))
    gram = choose_gram(pool)
    if gram is None:
        return nothing
    codes = [gram_codes(side, gram) for side in (windows, pool)]
    forward = _suggest(codes[0], codes[1])
    backward = _suggest(codes[1], codes[0])[[1, 0, 2]] * np.array([[1], [1], [-1]])
    found = np.unique(np.concatenate([forward, backward], axis=1), axis=1)
    found = found[:, found[2] != 0]
    if not found.shape[1]:
        return nothing
    sure = verify(windows, pool, *found)
    # pure tones agree with some other tone as well as one likes: then more agree nearly than fully
    if verify(windows, pool, *found[:, ~sure], tolerance=NEARLY).sum() > sure.sum():
        return nothing
    found = found[:, sure]
    order = np.lexsort([np.abs(found[2]), found[0]])
    best = order[np.r_[True, np.diff(found[0, order]) > 0][: len(order)]]
    return Alignments(*found[:, best])


def _ratios(X: NDArray[Any], channel: int, gap: int) -> NDArray[np.int64]:
    """Quantised ratios of successive differences, -1 where the signal is flat; shape (n, t - 2 gap)."""
    signal: NDArray[np.floating[Any]] = X[:, :, channel].astype(np.float64 if X.dtype.itemsize > 4 else np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        move = signal[:, gap:] - signal[:, :-gap]
        size = np.abs(move)
        size = size[:, gap:] + size[:, :-gap]
        flat = ~(size > FLAT * np.abs(signal).max(axis=1, keepdims=True)) | ~np.isfinite(size)
        ratio = np.where(flat, 0, move[:, gap:]) / np.where(flat, 1, size)
    # ratios of small integers must not fall on the edges of the grid
    code = np.floor((ratio + 1) * (LEVELS / 2) + OFF_GRID).astype(np.int64) + 2 * LEVELS * (move[:, :-gap] > 0)
    return np.where(flat, -1, code)


def choose_gram(X: NDArray[Any]) -> Gram | None:
    """Choose channels, gap and length of the grams so that they tell samples apart; None where nothing can."""
    n, t, c = X.shape
    some = X[np.unique(np.linspace(0, n - 1, min(n, N_SAMPLED)).astype(int))]
    bits = np.zeros(c)
    gap = 1
    for gap in GAPS:
        if 3 * gap > t // 2:
            break
        bits = np.array([_entropy(_ratios(some, channel, gap)) for channel in range(c)])
        if bits.max() >= GOOD_BITS:
            break
    channels = [int(k) for k in np.argsort(-bits, kind="stable")[:N_CHANNELS] if bits[k] > 0.5 * bits.max()]
    total = sum(bits[channels])
    if total <= 0:
        return None
    n_ratios = int(np.ceil(ENOUGH_BITS / total))
    gram = Gram(tuple(channels), gap, n_ratios)
    return gram if n_ratios <= MAX_RATIOS and gram.span < t // 2 else None


def _entropy(codes: NDArray[np.int64]) -> float:
    """Collision entropy in bits of the ratios that are not flat."""
    codes = codes[codes >= 0]
    if len(codes) < 2:
        return 0.0
    counts = np.bincount(codes)
    return float(-np.log2(max(np.sum(counts * (counts - 1.0)), 1.0) / (len(codes) * (len(codes) - 1.0))))


def gram_codes(X: NDArray[Any], gram: Gram) -> Codes:
    """Hash of the gram at every position of every window, 0 where it is mostly flat; shape (n, t - span)."""
    n, t, c = X.shape
    width = t - gram.span
    out = np.zeros((n, width), dtype=np.uint64)
    step = max(1, CHUNK_SAMPLES // (t * c))
    for start in range(0, n, step):
        rows = slice(start, start + step)
        codes = np.zeros((len(X[rows]), width), dtype=np.uint64)
        known = np.zeros(codes.shape, dtype=np.int64)
        for channel in gram.channels:
            ratios = _ratios(X[rows], channel, gram.gap)
            for k in range(gram.n_ratios):
                part = ratios[:, k * gram.gap : k * gram.gap + width]
                codes = (codes + part.astype(np.uint64)) * WEIGHT
                codes ^= codes >> np.uint64(29)
                known += part >= 0
        out[rows] = np.where(2 * known > len(gram.channels) * gram.n_ratios, codes | np.uint64(1), 0)
    return out


def _suggest(codes: Codes, pool: Codes) -> IntArray:
    """Look up the first grams of windows in the pool: (window, other, shift) of shape (3, k)."""
    anchor, place = _anchors(codes)
    wanted = codes[anchor, place]
    flat = pool.ravel()
    some = np.flatnonzero(among(flat, wanted) & (flat != 0)) if len(wanted) else np.empty(0, dtype=np.int64)
    some = some[np.argsort(flat[some], kind="stable")]
    ordered = flat[some]
    low, high = np.searchsorted(ordered, wanted), np.searchsorted(ordered, wanted, side="right")
    found = []
    for k in range(MAX_HITS):
        at = low + (high - low) * k // np.clip(high - low, 1, MAX_HITS)
        hit = np.flatnonzero((high > low) & ((k == 0) | (high - low > k)))
        other, position = np.divmod(some[at[hit]], pool.shape[1])
        found.append(np.stack([anchor[hit], other, position - place[hit]]))
    return np.concatenate(found, axis=1)


def _anchors(codes: Codes) -> tuple[IntArray, IntArray]:
    """Windows and positions of their first grams that are not flat."""
    known = codes != 0
    rank = np.cumsum(known, axis=1)
    anchor, place = np.nonzero(known & (rank <= N_ANCHORS))
    return anchor, place


def verify(
    windows: NDArray[Any],
    pool: NDArray[Any],
    window: IntArray,
    other: IntArray,
    shift: IntArray,
    *,
    tolerance: float = TOLERANCE,
) -> Mask:
    """Whether pairs agree on their whole overlap after a fit of level and scale per channel.

    Parameters
    ----------
    windows, pool : ndarray of shape (n, t, c)
    window, other, shift : ndarray of int64 of shape (k,)
        As in :class:`Alignments`.
    tolerance : float
        Largest deviation from the fit, relative to the samples.
    """
    t, c = windows.shape[1:]
    out = np.zeros(len(window), dtype=bool)
    step = max(1, CHUNK_SAMPLES // (t * c))
    for moved in np.unique(shift).tolist():
        every = np.flatnonzero(shift == moved)
        stop = t - abs(moved)
        for start in range(0, len(every), step):
            some = every[start : start + step]
            first = windows[window[some], max(-moved, 0) : max(-moved, 0) + stop]
            second = pool[other[some], max(moved, 0) : max(moved, 0) + stop]
            out[some] = _affine_equal(first.astype(np.float64), second.astype(np.float64), tolerance)
    return out


def _unit_size(side: NDArray[np.float64]) -> NDArray[np.float64]:
    """Runs (k, l, c) divided by their largest absolute value per channel."""
    size = np.abs(side).max(axis=1, keepdims=True)
    return side / np.where(size > 0, size, 1)


def _affine_equal(first: NDArray[np.float64], second: NDArray[np.float64], tolerance: float) -> Mask:
    """Whether pairs of runs (k, l, c) are affine images of each other within rounding."""
    if first.shape[1] < 4:
        return np.zeros(len(first), dtype=bool)
    first, second = (_unit_size(side) for side in (first, second))
    a, b = (side - side.mean(axis=1, keepdims=True) for side in (first, second))
    power, product = np.einsum("klc,klc->kc", b, b), np.einsum("klc,klc->kc", a, b)
    scale = np.divide(product, power, out=np.zeros_like(power), where=power > 0)
    size = np.abs(first).max(axis=1) + np.abs(scale) * np.abs(second).max(axis=1)
    limit = tolerance * size
    varies = np.abs(a).max(axis=1) > 10 * limit
    equal = varies & (scale > 0) & (np.abs(a - scale[:, None] * b).max(axis=1) <= limit)
    grid = 8 * TOLERANCE * np.where(size > 0, size, 1)
    moves = np.round(np.diff(first, axis=1) / grid[:, None]).astype(np.int64)
    moves.sort(axis=1)
    distinct = 1 + (np.diff(moves, axis=1) > 1).sum(axis=1)
    told = (distinct * (equal & (distinct >= MIN_MOVES_CHANNEL))).sum(axis=1)
    enough: Mask = (2 * equal.sum(axis=1) >= varies.sum(axis=1)) & (told >= MIN_MOVES)
    return enough
