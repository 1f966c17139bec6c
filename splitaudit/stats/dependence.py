"""Autocorrelation of windows in their order, and what it leaves of the sample size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft, special

from splitaudit.stats.pieces import column_blocks, in_threads, transposed

FloatArray = NDArray[np.floating[Any]]
FEW_LAGS = 4  # so few are summed faster than transformed


def autocorrelation(series: Sequence[FloatArray], max_lag: int) -> NDArray[np.float64]:
    """Autocorrelation of several pieces of one process, pooled over the pieces.

    Parameters
    ----------
    series : sequence of ndarray of shape (n_i, d)
        Pieces in order; each is centred on its own mean.
    max_lag : int
        Largest lag.

    Returns
    -------
    ndarray of shape (max_lag + 1, d)
        1 at lag 0; 0 for constant columns.
    """
    d = series[0].shape[1]
    total = np.zeros((max_lag + 1, d))
    for columns in column_blocks(d):
        for piece in series:
            values = np.asarray(piece[:, columns], dtype=np.float64)
            values = values - values.mean(axis=0)
            lags = min(max_lag, len(values) - 1) + 1
            if lags <= FEW_LAGS:
                total[:lags, columns] += [
                    np.einsum("ij,ij->j", values[k:], values[: len(values) - k]) for k in range(lags)
                ]
                continue
            size = fft.next_fast_len(2 * len(values), real=True)
            power = np.abs(fft.rfft(values, size, axis=0)) ** 2
            total[:lags, columns] += fft.irfft(power, size, axis=0)[:lags]
    zero = total[0]
    correlation: NDArray[np.float64] = np.where(zero > 1e-12, total / np.where(zero > 1e-12, zero, 1.0), 0.0)
    return correlation


def integrated_time(correlation: FloatArray) -> NDArray[np.float64]:
    """Integrated autocorrelation time 1 + 2 sum rho, by Geyer's initial positive sequence.

    Parameters
    ----------
    correlation : ndarray of shape (max_lag + 1, d)

    Returns
    -------
    ndarray of shape (d,)
        At least 1: how many windows carry the information of one independent window.

    References
    ----------
    Geyer, C. J. (1992). Practical Markov chain Monte Carlo. Statistical Science 7(4), 473-483.
    """
    n_pairs = len(correlation) // 2
    if n_pairs < 1:
        return np.ones(correlation.shape[1])
    paired = correlation[: 2 * n_pairs].reshape(n_pairs, 2, -1).sum(axis=1)
    alive = np.logical_and.accumulate(paired > 0, axis=0)
    monotone = np.minimum.accumulate(np.where(alive, paired, 0.0), axis=0)
    times: NDArray[np.float64] = np.maximum(2.0 * monotone.sum(axis=0) - 1.0, 1.0)
    return times


def normal_scores(
    values: FloatArray, counted: NDArray[np.bool_] | None = None, *, n_jobs: int = 1
) -> NDArray[np.float32]:
    """Replace each column by the normal quantiles of its ranks (ties share their mean rank's score).

    Parameters
    ----------
    values : ndarray of shape (n, d)
    counted : ndarray of bool of shape (n,), optional
        Rows among which ranks are taken, the others by where they would stand; all if not given. Units of sixty windows
        would else lay down the ranks for units of two, which then lie wider apart than they.
    n_jobs : int
    """
    n, d = values.shape
    among = np.ones(n, dtype=bool) if counted is None else counted
    every, m = bool(among.all()), int(among.sum())
    out = np.empty((n, d), dtype=np.float32)
    halves = special.ndtri(np.arange(1, 2 * m + 2) / (2 * (m + 1))).astype(np.float32)  # of ranks by halves

    def work(columns: slice) -> None:
        block = transposed(values[:, columns])
        scores = np.empty(block.shape, dtype=np.float32)
        for own, column in zip(scores, block, strict=True):
            order = np.argsort(column)  # not stable, because ties share a score
            ordered = column[order]
            own[order] = _shared(halves[1::2], ordered) if every else halves[_twice_standing(ordered, among[order])]
        out[:, columns] = scores.T

    in_threads(work, column_blocks(d), n_jobs)
    return out


def _twice_standing(ordered: FloatArray, counted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many counted values are below plus how many are not above each of n values in order, shape (n,)."""
    upto: NDArray[np.int64] = np.cumsum(counted, dtype=np.int64)
    below: NDArray[np.int64] = upto - counted
    new = ordered[1:] != ordered[:-1]
    if not new.all():
        group = np.r_[0, np.cumsum(new)]
        below, upto = below[np.r_[True, new]][group], upto[np.r_[new, True]][group]
    return below + upto


def _shared(scores: NDArray[np.float32], ordered: FloatArray) -> NDArray[np.float32]:
    """Give equal values in order the mean of their scores."""
    new = ordered[1:] != ordered[:-1]
    if new.all():
        return scores
    start = np.r_[0, np.flatnonzero(new) + 1]
    counts = np.diff(np.r_[start, len(ordered)])
    return np.repeat(np.add.reduceat(scores, start) / counts, counts).astype(np.float32)


def correlation_time(pieces: Sequence[FloatArray]) -> float:
    """Integrated autocorrelation time, in windows, of the most persistent column of series (n_i, d) in order."""
    persistent = autocorrelation(pieces, max_lag=1)[1] > _noise(pieces)
    if not persistent.any():
        return 1.0
    max_lag = max(1, max(len(piece) for piece in pieces) // 3)
    correlation = autocorrelation([piece[:, persistent] for piece in pieces], max_lag)
    return float(np.max(integrated_time(correlation), initial=1.0))


def dependent(pieces: Sequence[FloatArray]) -> bool:
    """Whether some column's neighbours are more alike than chance explains."""
    return bool((autocorrelation(pieces, max_lag=1)[1] > _noise(pieces)).any())


def _noise(pieces: Sequence[FloatArray]) -> float:
    """Largest lag-1 autocorrelation that columns of independent windows show by chance."""
    n, d = sum(len(piece) for piece in pieces), pieces[0].shape[1]
    return float((np.sqrt(2 * np.log(max(d, 2))) + 1) / np.sqrt(n))


def without_step(piece: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the one change of level out of a series (n, d) that explains most of it; shorter than 16: unchanged."""
    n = len(piece)
    if n < 16:
        return piece
    centred = piece - piece.mean(axis=0)
    before = np.arange(1, n)
    gain = (np.cumsum(centred, axis=0)[:-1] ** 2).sum(axis=1) * (n / (before * (n - before)))
    cut = int(gain[3:-3].argmax()) + 4
    return np.concatenate([piece[:cut] - piece[:cut].mean(axis=0), piece[cut:] - piece[cut:].mean(axis=0)])
