"""Windows to named features: one row of interpretable statistics per window.

All features are computed on samples standardised with the *train* side's centre and scale per channel, so that both
sides are measured with the same ruler and float32 suffices whatever the units of the input.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from splitaudit.stats.pieces import in_threads

FloatArray = NDArray[np.floating[Any]]

MAX_PAIRS = 45
N_SEGMENTS = 4
N_BANDS = 6
MAX_BINS = 40
CHUNK_SAMPLES = 1 << 20
CACHED_SAMPLES = 1 << 18  # a block of float32 and what is made of it stay in the cache
TINY = 1e-6
NOISE = 1e-5  # train sd, or their logarithm: what float32 makes of windows that were standardised one by one
PEEKED = 500


@dataclass(frozen=True, slots=True)
class Feature:
    """One column: which channels, which statistic, which time steps ``[start, stop)`` of the window."""

    channels: tuple[int, ...]
    statistic: str
    timesteps: tuple[int, int]


def chunks(n: int, size: int, most: int = CHUNK_SAMPLES) -> Iterator[slice]:
    """Slices of at most as many windows as make ``most`` samples, a million if not said (``size`` per window)."""
    step = max(1, most // max(size, 1))
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def standardised(X: FloatArray, rows: slice, center: FloatArray, scale: FloatArray) -> FloatArray:
    """Return ``X[rows]`` as float32 of shape (n, channels, timesteps), centred and scaled per channel."""
    width = np.float64 if _wide(X, center, scale) else np.float32
    t, c = X.shape[1:]
    # whole windows as rows, because channels are too few for a loop
    block = X[rows].reshape(-1, t * c).astype(width, copy=False) - np.tile(center, t).astype(width)
    block /= np.tile(scale, t).astype(width)
    np.clip(block, -1e6, 1e6, out=block)
    return np.ascontiguousarray(block.reshape(-1, t, c).transpose(0, 2, 1), dtype=np.float32)


def _wide(X: FloatArray, center: FloatArray, scale: FloatArray) -> bool:
    """Whether float32 arithmetic would lose the signal beside its level, or overflow."""
    big = np.max(np.abs(center)) > 1e30 or np.max(scale) > 1e30 or np.min(scale) < 1e-30
    return X.dtype != np.float32 or bool(big or np.max(np.abs(center) / scale) > 1e4)


def catalogue(n_timesteps: int, n_channels: int) -> list[Feature]:
    """List the features of windows of this shape, in column order."""
    whole = (0, n_timesteps)
    listed = [Feature((c,), name, whole) for name in _names(n_timesteps) for c in range(n_channels)]
    for start, stop in segments(n_timesteps):
        listed += [Feature((c,), "segment level", (start, stop)) for c in range(n_channels)]
        listed += [Feature((c,), "segment spread", (start, stop)) for c in range(n_channels)]
    listed += [Feature(pair, "correlation", whole) for pair in pairs(n_channels)] if n_timesteps > 2 else []
    return listed


def pairs(n_channels: int) -> list[tuple[int, int]]:
    """Channel pairs whose correlation is measured: all, or the nearest neighbours among many channels."""
    every = sorted(combinations(range(n_channels), 2), key=lambda pair: (pair[1] - pair[0], pair[0]))
    return every[:MAX_PAIRS]


def segments(n_timesteps: int) -> list[tuple[int, int]]:
    """Equal parts of the window, fewer for short windows."""
    count = min(N_SEGMENTS, n_timesteps // 8)
    if count < 2:
        return []
    edges = np.linspace(0, n_timesteps, count + 1).astype(int)
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def band_edges(n_timesteps: int) -> NDArray[np.int64]:
    """Edges in rfft bins of octave-like bands without the zero frequency."""
    top = n_timesteps // 2 + 1
    edges = np.unique(np.geomspace(1, top, N_BANDS + 1).round().astype(int))
    return edges[edges <= top]


def bin_edges(n_timesteps: int) -> NDArray[np.int64]:
    """Edges of the spectrum's bins: single frequencies while there are few, then wider."""
    top = n_timesteps // 2 + 1
    if top - 1 <= MAX_BINS:
        return np.arange(1, top + 1)
    return np.unique(np.geomspace(1, top, MAX_BINS + 1).round().astype(int))


def _names(n_timesteps: int) -> list[str]:
    names = ["level", "log spread", "minimum", "maximum", "quantile 10 %", "median", "quantile 90 %"]
    if n_timesteps >= 4:
        names += ["slope", "log roughness", "log curvature", "autocorrelation lag 1", "crossing rate"]
    if n_timesteps >= 16:
        edges = band_edges(n_timesteps)
        names += ["autocorrelation lag 4", "skewness", "log tail weight"]
        names += ["spectral centroid", "dominant frequency", "spectral flatness"]
        names += [f"log power {a}-{b - 1} cycles" for a, b in pairwise(edges)]
    return names


def compute(
    X: FloatArray,
    center: FloatArray,
    scale: FloatArray,
    *,
    n_jobs: int = 1,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Compute the features of every window.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
    center, scale : ndarray of shape (c,)
        Per-channel standardisation, from the train side.
    n_jobs : int
        Threads; a chunk of windows each.
    out : ndarray of float32 of shape (n, d), optional
        Where to put them.

    Returns
    -------
    ndarray of float32 of shape (n, d)
        Columns in the order of :func:`catalogue`; always finite.
    """
    n, t, c = X.shape
    table = np.empty((n, len(catalogue(t, c))), dtype=np.float32) if out is None else out

    @np.errstate(invalid="ignore")  # BLAS was seen to raise the flag on finite blocks; what is not finite is set below
    def work(rows: slice) -> None:
        block = standardised(X, rows, center, scale)
        level, ordered = _mean(block), np.sort(block, axis=2)
        centred = block - level[:, :, None]
        centred[ordered[:, :, 0] == ordered[:, :, -1]] = 0  # and not the rounding of the mean
        columns = [level, *_moments(ordered, centred), *_dynamics(block, centred), *_spectral(centred)]
        columns += _segmented(block)
        table[rows, : len(columns) * c] = np.stack(columns, axis=1).reshape(len(block), -1)
        if t > 2 and c > 1:
            table[rows, len(columns) * c :] = correlations(centred)
        np.nan_to_num(table[rows], copy=False, posinf=1e6, neginf=-1e6)

    in_threads(work, chunks(n, t * c, CACHED_SAMPLES), n_jobs)
    return table


def flatten_noise(table: NDArray[np.float32]) -> None:
    """Make constant, in place, what in a column is constant but for rounding.

    Windows that were standardised one by one have one level and one spread, up to their last digit, which ranks and
    trees would take for a measurement. Where most values of a column lie within 1e-5 of their median, those that do
    become the median; others, such as those of a window in which nothing moves, stay as they are.
    """
    some = table[:: max(1, len(table) // PEEKED)]
    low, high = np.quantile(some, (0.4, 0.6), axis=0)
    for j in np.flatnonzero(high - low <= 2 * NOISE):
        column = table[:, j]
        middle = np.median(column)
        near = np.abs(column - middle) <= NOISE
        if near.mean() > 0.5:
            column[near] = middle


def _log(values: FloatArray) -> FloatArray:
    return np.log(np.maximum(values, TINY))


def _mean(block: FloatArray) -> FloatArray:
    """Mean over time: a product with a vector is several times as fast as a reduction of short rows."""
    t = block.shape[2]
    means: FloatArray = block @ np.full(t, 1 / t, dtype=block.dtype)
    return means


def _power(centred: FloatArray) -> FloatArray:
    """Mean square over time."""
    means: FloatArray = np.einsum("nct,nct->nc", centred, centred) / centred.shape[2]
    return means


def _log_spread(block: FloatArray) -> FloatArray:
    return _log(np.sqrt(_power(block - _mean(block)[:, :, None])))


def _moments(ordered: FloatArray, centred: FloatArray) -> list[FloatArray]:
    t = ordered.shape[2]
    at = [0, -1, *(round(q * (t - 1)) for q in (0.1, 0.5, 0.9))]
    return [_log(np.sqrt(_power(centred))), *(ordered[:, :, k] for k in at)]


def _dynamics(block: FloatArray, centred: FloatArray) -> list[FloatArray]:
    t = block.shape[2]
    if t < 4:
        return []
    ramp = np.arange(t, dtype=np.float32) - (t - 1) / 2
    slope = block @ (ramp / (ramp @ ramp) * t)
    first = np.diff(block, axis=2)
    second = np.diff(first, axis=2)
    power = np.maximum(_power(centred) * t, TINY)
    lagged = np.einsum("nct,nct->nc", centred[:, :, 1:], centred[:, :, :-1]) / power
    positive = centred > 0
    crossings = np.count_nonzero(positive[:, :, 1:] != positive[:, :, :-1], axis=2) / (t - 1)
    return [slope, _log_spread(first), _log_spread(second), lagged, crossings]


def power_spectrum(block: FloatArray) -> FloatArray:
    """Hann-tapered periodogram of (n, c, t) windows, mean removed; shape (n, c, t // 2 + 1)."""
    t = block.shape[2]
    taper = np.hanning(t + 2)[1:-1].astype(np.float32)
    tapered = (block - _mean(block)[:, :, None]) * (taper / np.sqrt(np.mean(taper**2)))
    transformed = fft.rfft(tapered, axis=2)
    power: FloatArray = (transformed.real**2 + transformed.imag**2) / t
    return power


def _spectral(centred: FloatArray) -> list[FloatArray]:
    t = centred.shape[2]
    if t < 16:
        return []
    squares = centred * centred
    variance = np.maximum(_mean(squares), TINY)
    lagged = np.einsum("nct,nct->nc", centred[:, :, 4:], centred[:, :, :-4]) / (variance * t)
    skew = np.einsum("nct,nct->nc", squares, centred) / (t * variance**1.5)
    tails = _log(_power(squares) / variance**2)
    power = power_spectrum(centred)[:, :, 1:] + TINY
    total = _mean(power) * power.shape[2]
    frequency = np.arange(1, power.shape[2] + 1, dtype=np.float32)
    centroid = power @ frequency / total
    flatness = _mean(_log(power)) - _log(total / power.shape[2])
    edges = band_edges(t) - 1
    bands = [_log(power[:, :, a:b].sum(axis=2)) for a, b in pairwise(edges)]
    return [lagged, skew, tails, centroid, _peak(power), flatness, *bands]


def _peak(power: FloatArray) -> FloatArray:
    """Frequency of the highest peak, in cycles per window, refined by a parabola through the log power."""
    top = np.clip(power.argmax(axis=2), 1, max(power.shape[2] - 2, 1))
    around = [np.log(np.take_along_axis(power, (top + k)[:, :, None], axis=2)[:, :, 0]) for k in (-1, 0, 1)]
    bend = around[0] - 2 * around[1] + around[2]
    shift = np.where(np.abs(bend) > TINY, 0.5 * (around[0] - around[2]) / np.where(bend == 0, 1, bend), 0)
    peak: FloatArray = top + 1 + np.clip(shift, -1, 1)
    return peak


def _segmented(block: FloatArray) -> list[FloatArray]:
    out: list[FloatArray] = []
    for start, stop in segments(block.shape[2]):
        part = block[:, :, start:stop]
        out += [_mean(part), _log_spread(part)]
    return out


def correlations(centred: FloatArray) -> FloatArray:
    """Fisher-z correlations of the channel pairs of centred (n, c, t) windows; 0 where a channel is constant."""
    norm = np.sqrt(np.einsum("nct,nct->nc", centred, centred))
    unit = centred / np.maximum(norm, TINY)[:, :, None]
    product = unit @ unit.transpose(0, 2, 1)
    first, second = np.array(pairs(centred.shape[1])).T
    z: FloatArray = np.arctanh(np.clip(product[:, first, second], -0.999, 0.999))
    return z


def spectra(
    X: FloatArray,
    center: FloatArray,
    scale: FloatArray,
    *,
    n_jobs: int = 1,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Log power per window, channel and frequency bin; parameters as of :func:`compute`.

    Returns
    -------
    ndarray of float32 of shape (n, c, n_bins)
        Bins as in :func:`bin_edges`; natural log of the mean Hann-tapered power.
    """
    n, t, c = X.shape
    edges = bin_edges(t)
    table = np.empty((n, c, len(edges) - 1), dtype=np.float32) if out is None else out
    widths = np.diff(edges)

    @np.errstate(invalid="ignore")
    def work(rows: slice) -> None:
        power = power_spectrum(standardised(X, rows, center, scale))
        table[rows] = _log(np.add.reduceat(power, edges[:-1], axis=2)[:, :, : len(widths)] / widths)

    in_threads(work, chunks(n, t * c, CACHED_SAMPLES), n_jobs)
    return table
