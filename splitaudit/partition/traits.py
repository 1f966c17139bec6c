"""What parts are balanced by: number of windows, classes, and the main ways in which windows differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.scales import samples, scales
from splitaudit.data.split import Split

Floats = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_COMPONENTS = 10
N_SPREADS = 3
OF_CLASSES = 2.0
OF_SPREAD = 0.5
TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """Traits of every window.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        The first column is 1, then the classes, then the main features; weighted by how much they matter.
    features : ndarray of shape (n, k)
        The main features alone, of unit variance together.
    stratum : ndarray of int64 of shape (n,)
        Class of each window; 0 without labels.
    """

    values: Floats
    features: Floats
    stratum: IntArray


def traits_of(split: Split, measured: NDArray[np.floating] | None) -> Traits:
    """Describe every window by what parts are balanced by.

    Parameters
    ----------
    split : Split
        Finite windows.
    measured : ndarray of shape (n, d), optional
        Window statistics; where they would take too long, level and spread of each channel are used.
    """
    table = _levels(split) if measured is None else measured
    features = _main(table)
    spread = features[:, :N_SPREADS] ** 2
    spread = spread - spread.mean(axis=0)
    columns = [np.ones((len(split), 1)), features, OF_SPREAD * spread]
    stratum = np.zeros(len(split), dtype=np.int64)
    if split.y is not None:
        stratum = split.y
        share = np.bincount(split.y, minlength=len(split.classes)) / len(split)
        known = np.flatnonzero(share)
        weight = np.sqrt(OF_CLASSES / np.maximum(share[known], TINY))
        columns.insert(1, (split.y[:, None] == known) * weight)
    return Traits(np.concatenate(columns, axis=1), features, stratum)


def _levels(split: Split) -> Floats:
    found = scales(samples(split.X, split.image))
    return np.concatenate([found.mean, np.log(found.sd + TINY)], axis=1)


def _main(table: NDArray[np.floating]) -> Floats:
    """Principal components of standardised columns, scaled so that their variances add up to at most 1."""
    low, high = np.quantile(table, [0.01, 0.99], axis=0)
    values = np.clip(table.astype(np.float64), low, high)
    values -= values.mean(axis=0)
    spread = values.std(axis=0)
    values = values[:, spread > TINY] / spread[spread > TINY]
    if not values.shape[1]:
        return np.zeros((len(table), 1))
    _, axes = np.linalg.eigh(values.T @ values / len(values))
    axes = axes[:, ::-1][:, :MAX_COMPONENTS]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    main: Floats = values @ axes / np.sqrt(values.shape[1])
    return main
