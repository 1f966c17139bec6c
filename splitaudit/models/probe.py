"""The probe: a cheap learner on window features that tells how learnable the labels are, in about a second."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_FIT = 2000
N_TREES = 48
N_FOLDS = 4


def fit_predict(
    features: NDArray[Any],
    y: NDArray[np.int64],
    new: NDArray[Any],
    *,
    n_classes: int,
    rng: np.random.Generator,
    n_jobs: int = 1,
) -> NDArray[np.float64]:
    """Fit extremely randomised trees and predict class probabilities.

    Parameters
    ----------
    features : ndarray of shape (n, d)
    y : ndarray of int64 of shape (n,)
        Class codes below ``n_classes``; of more than 2,000 windows a random part is used.
    new : ndarray of shape (m, d)
    n_classes : int
    rng : numpy.random.Generator
    n_jobs : int

    Returns
    -------
    ndarray of shape (m, n_classes)
        Probabilities; 0 for classes that ``y`` does not hold.

    References
    ----------
    Geurts, P., Ernst, D., Wehenkel, L. (2006). Extremely randomized trees. Machine Learning 63, 3-42.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    if len(y) > MAX_FIT:
        some = np.sort(rng.choice(len(y), MAX_FIT, replace=False))
        features, y = features[some], y[some]
    model = ExtraTreesClassifier(N_TREES, min_samples_leaf=2, n_jobs=n_jobs, random_state=int(rng.integers(2**31 - 1)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes")  # that is for rules to say
        model.fit(features, y)
    model.n_jobs = 1  # threads would add up the trees in any order, and the last digits with them
    out = np.zeros((len(new), n_classes))
    out[:, model.classes_.astype(int)] = model.predict_proba(new)
    return out


def cross_predict(
    features: NDArray[Any],
    y: NDArray[np.int64],
    units: NDArray[np.int64],
    *,
    n_classes: int,
    rng: np.random.Generator,
    n_folds: int = N_FOLDS,
    n_jobs: int = 1,
) -> NDArray[np.float64]:
    """Predict every window by a probe that saw no window of its unit.

    ``units`` of shape (n,) may be ``arange(n)`` for plain random folds. Folds are balanced by class as far as units
    allow.

    Returns
    -------
    ndarray of shape (n, n_classes)
    """
    out = np.zeros((len(y), n_classes))
    for fit, held in unit_folds(y, units, n_folds=n_folds, rng=rng):
        out[held] = fit_predict(features[fit], y[fit], features[held], n_classes=n_classes, rng=rng, n_jobs=n_jobs)
    return out


def unit_folds(
    y: NDArray[np.int64], units: NDArray[np.int64], *, n_folds: int, rng: np.random.Generator
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Folds (fit rows, held-out rows) that never part a unit, random and nearly balanced by class."""
    names, codes = np.unique(units, return_inverse=True)
    n_folds = min(n_folds, len(names))
    if n_folds < 2:
        raise ValueError("folds need at least two units")
    order = rng.permutation(len(names))
    if len(names) == len(units):  # windows are dealt out class by class
        folds = np.empty(len(units), dtype=np.int64)
        folds[order[np.argsort(y[order], kind="stable")]] = np.arange(len(units)) % n_folds
        return _parted(folds, n_folds)
    counts = np.zeros((len(names), int(y.max()) + 1))
    np.add.at(counts, (codes, y), 1)
    share = counts.sum(axis=0, keepdims=True) / n_folds
    filled = np.zeros((n_folds, counts.shape[1]))
    fold_of = np.empty(len(names), dtype=np.int64)
    for unit in order[np.argsort(-counts[order].sum(axis=1), kind="stable")]:
        crowded = ((filled + counts[unit]) / np.maximum(share, 1)) ** 2 - (filled / np.maximum(share, 1)) ** 2
        # of folds that are as good for the classes, the emptiest
        fold = int(np.lexsort([filled.sum(axis=1), crowded.sum(axis=1).round(9)])[0])
        fold_of[unit] = fold
        filled[fold] += counts[unit]
    return _parted(fold_of[codes], n_folds)


def _parted(folds: NDArray[np.int64], n_folds: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows of all folds but one, and of that one, for each."""
    return [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(n_folds) if (folds == k).any()]
