"""What tells one channel from another: signatures of channels, and how well one side's channels fit the other's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Floats = NDArray[np.float64]
ODD = ("level", "skewness", "skewness of increments")
SCALED = ("level", "log spread", "log size")
EDGES = (1, 2, 4, 8, 16, 32)
TINY = 1e-12
TAIL = 4.0
CHUNK = 256  # windows measured at a time


@dataclass(frozen=True, slots=True, eq=False)
class Signatures:
    """Signatures of windows.

    Parameters
    ----------
    names : tuple of str
        What the last axis of ``values`` measures.
    values : ndarray of shape (n, c, f)
        Level, log spread and log size carry the unit of the input, the others are free of scale.
    correlations : ndarray of shape (n, c, c)
        Fisher-z correlations of the channels.
    """

    names: tuple[str, ...]
    values: Floats
    correlations: Floats

    @property
    def odd(self) -> NDArray[np.bool_]:
        """Which signatures change their sign with the channel."""
        return np.array([name in ODD for name in self.names])

    @property
    def free_of_scale(self) -> NDArray[np.bool_]:
        """Which signatures survive any gain and offset."""
        return np.array([name not in SCALED for name in self.names])


def signatures(X: NDArray[Any]) -> Signatures:
    """Measure the signatures of every channel in every window.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)
        Finite numbers, a few thousand windows.
    """
    parts = [_chunk(X[start : start + CHUNK]) for start in range(0, len(X), CHUNK)]
    level, spread, correlations = (np.concatenate([part[k] for part in parts]) for k in range(3))
    usual = np.sqrt((spread**2).mean(axis=0)) + 1e-300
    found = {
        "level": level,
        "log spread": np.log(np.maximum(spread, 1e-4 * usual)),
        # the size of a level tells axes apart whose sign differs from unit to unit
        "log size": np.log(np.maximum(np.hypot(level, spread), 1e-4 * usual)),
        **{name: np.concatenate([part[3][name] for part in parts]) for name in parts[0][3]},
    }
    return Signatures(tuple(found), np.stack(list(found.values()), axis=2), correlations)


def _chunk(X: NDArray[Any]) -> tuple[Floats, Floats, Floats, dict[str, Floats]]:
    """Level, spread, correlations and what is free of scale, of some windows."""
    t = X.shape[1]
    block = np.clip(np.ascontiguousarray(X.transpose(0, 2, 1), dtype=np.float64), -1e140, 1e140)
    level = block.mean(axis=2)
    block -= level[:, :, None]
    spread = block.std(axis=2)
    # a window that does not vary has no shape; its digits must not pretend to one
    live = spread > 1e-7 * np.abs(level) + 1e-300
    block *= np.where(live, 1.0 / np.where(live, spread, 1.0), 0.0)[:, :, None]
    shape = _moments(block)
    if t >= 4:
        shape |= _dynamics(block)
    if t >= 16:
        shape |= _bands(block)
    product = np.einsum("nct,ndt->ncd", block, block, optimize=True) / t
    return level, spread, np.arctanh(np.clip(product, -0.999, 0.999)), shape


def _moments(block: Floats) -> dict[str, Floats]:
    square = block * block
    return {
        "skewness": np.clip((square * block).mean(axis=2), -10, 10),
        "log tail weight": np.log(np.maximum((square * square).mean(axis=2), 1.0)),
    }


def _dynamics(block: Floats) -> dict[str, Floats]:
    t = block.shape[2]
    step = np.diff(block, axis=2)
    rough = np.maximum(step.std(axis=2), TINY)
    centred = (step - step.mean(axis=2, keepdims=True)) / rough[:, :, None]
    lags = [lag for lag in (1, 2, 4, 8) if lag < t // 2]
    found = {f"autocorrelation lag {lag}": (block[:, :, lag:] * block[:, :, :-lag]).sum(axis=2) / t for lag in lags}
    return {"skewness of increments": np.clip((centred**3).mean(axis=2), -10, 10), **found}


def _bands(block: Floats) -> dict[str, Floats]:
    t = block.shape[2]
    power = np.abs(fft.rfft(block * np.hanning(t + 2)[1:-1], axis=2)[:, :, 1:]) ** 2
    total = power.sum(axis=2) + TINY
    edges = [edge - 1 for edge in EDGES if edge <= power.shape[2]] + [power.shape[2]]
    return {
        f"power {a + 1}-{b} cycles": np.log(power[:, :, a:b].sum(axis=2) / total + 1e-4)
        for a, b in pairwise(edges)
        if b > a
    }


@dataclass(frozen=True, slots=True, eq=False)
class Typical:
    """Mean over units and its standard error, of signatures (c, f) and of correlations (c, c)."""

    mean: Floats
    error: Floats
    correlation: Floats
    correlation_error: Floats


def typical(found: Signatures, units: NDArray[np.int64]) -> Typical:
    """Average the signatures of one side over the windows of each unit, then over units.

    Parameters
    ----------
    units : ndarray of shape (n,)
        Unit of every window, in any numbering.
    """
    names, codes = np.unique(units, return_inverse=True)
    out = []
    for values in (found.values, found.correlations):
        flat = values.reshape(len(values), -1)
        means = np.zeros((len(names), flat.shape[1]))
        np.add.at(means, codes, flat)
        means /= np.bincount(codes)[:, None]
        error = means.std(axis=0, ddof=1) / np.sqrt(len(names))
        out += [means.mean(axis=0).reshape(values.shape[1:]), error.reshape(values.shape[1:])]
    return Typical(*out)


def misfit(first: Floats, second: Floats, error: Floats, other_error: Floats) -> Floats:
    """How badly numbers fit each other beside their errors: minus the logarithm of a heavy-tailed likelihood."""
    z = (first - second) ** 2 / (
        error**2 + other_error**2 + (1e-6 * np.maximum(np.abs(first), np.abs(second))) ** 2 + 1e-18
    )
    out: Floats = (TAIL + 1) / 2 * np.log1p(z / TAIL)
    return out
