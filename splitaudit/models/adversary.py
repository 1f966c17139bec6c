"""The adversary: gradient-boosted trees told to separate validation from train, crossed over units."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.stats.curves import roc
from splitaudit.stats.pieces import in_threads
from splitaudit.stats.units import Scheme

MAX_WINDOWS = 4000
MAX_COLUMNS = 400
MAX_EXPLAINED = 150  # of each fold
N_ROUNDS = 40
N_FOLDS = 5
ENOUGH = 1200  # units whose folds need not be drawn again
MOST_DRAWS = 4
QUICK = 2000  # windows that are fitted soon, over all draws
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 8,
    "learning_rate": 0.15,
    "max_bin": 31,
    "bin_construct_sample_cnt": 1000,
    "enable_bundle": False,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "is_unbalance": True,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True, slots=True, eq=False)
class Adversary:
    """Out-of-fold scores of the adversary.

    Parameters
    ----------
    windows : ndarray of int64
        Pooled positions (train first) that were scored.
    scores : ndarray of float64
        How much each of them looks like validation, by a model that saw nothing of its unit.
    auc : float
        Window-wise area under the ROC curve, averaged over folds.
    unit_auc : float
        The same of the units' mean scores: whether validation is systematically different.
    contributions : ndarray of shape (d,)
        Mean absolute contribution of every column to the scores of held-out validation windows.
    roc, unit_roc : ndarray of shape (101,)
        The curves above these areas, see :func:`splitaudit.stats.curves.roc`.
    """

    windows: NDArray[np.int64]
    scores: NDArray[np.float64]
    auc: float
    unit_auc: float
    contributions: NDArray[np.float64]
    roc: NDArray[np.float64]
    unit_roc: NDArray[np.float64]


def separate(features: NDArray[np.float32], scheme: Scheme, *, rng: np.random.Generator, n_jobs: int = 1) -> Adversary:
    """Train the adversary on all folds of units but one, and score that one.

    Which units fall into one fold moves the areas, the more the fewer there are, so up to four draws of folds are
    averaged.

    Parameters
    ----------
    features : ndarray of shape (n_train + n_val, d)
        Of more than 4,000 windows a random part of every unit is used, of more than 400 columns a random part.
    scheme : Scheme
        Units; both sides need two of them.
    rng : numpy.random.Generator
    n_jobs : int
    """
    windows = _some_windows(scheme, rng)
    d = features.shape[1]
    columns = np.sort(rng.choice(d, MAX_COLUMNS, replace=False)) if d > MAX_COLUMNS else np.arange(d)
    binned = _Binned.of(features[np.ix_(windows, columns)], windows >= scheme.n_train)
    drawn = [_crossed(binned, windows, scheme, rng, n_jobs) for _ in range(_n_draws(len(windows), scheme.n_units))]
    found = _mean(drawn)
    contributions = np.zeros(d)
    contributions[columns] = found.contributions
    return replace(found, contributions=contributions)


def _n_draws(n_windows: int, n_units: int) -> int:
    """As many draws as few units need; two where windows are many, which take long."""
    return min(int(np.clip(np.ceil(ENOUGH / n_units), 1, MOST_DRAWS)), max(2, QUICK // n_windows))


def _mean(drawn: list[Adversary]) -> Adversary:
    """Scores, areas, contributions and curves, averaged over draws of the folds."""
    names = [each.name for each in fields(Adversary) if each.name != "windows"]
    averaged = {name: np.mean([getattr(each, name) for each in drawn], axis=0) for name in names}
    auc, unit_auc = (float(averaged.pop(name)) for name in ("auc", "unit_auc"))
    return Adversary(windows=drawn[0].windows, auc=auc, unit_auc=unit_auc, **averaged)


@dataclass(frozen=True, slots=True, eq=False)
class _Binned:
    """Windows as trees want them: binned once for all folds of all draws."""

    X: NDArray[np.float32]
    is_val: NDArray[np.bool_]
    settings: dict[str, Any]
    data: Any

    @classmethod
    def of(cls, X: NDArray[np.float32], is_val: NDArray[np.bool_]) -> _Binned:
        import lightgbm

        settings = {**PARAMETERS, "min_data_in_leaf": int(np.clip(len(X) // 100, 5, 50))}
        data = lightgbm.Dataset(X, is_val.astype(np.int64), params=settings, free_raw_data=False)
        return cls(X, is_val, settings, data.construct())


def _crossed(
    binned: _Binned, windows: NDArray[np.int64], scheme: Scheme, rng: np.random.Generator, n_jobs: int
) -> Adversary:
    """Score some windows by one draw of the folds."""
    units = scheme.units[windows]
    fold = _folds(scheme, rng)[units]
    seeds = rng.integers(2**31 - 1, size=int(fold.max()) + 1)
    scores = np.zeros(len(windows))
    contributions = np.zeros(binned.X.shape[1])
    for k, (held_scores, shares) in enumerate(_fit_folds(binned, fold, seeds.tolist(), n_jobs)):
        scores[fold == k] = held_scores
        contributions += shares
    mean_scores = np.bincount(units, weights=scores, minlength=scheme.n_units) / np.maximum(
        np.bincount(units, minlength=scheme.n_units), 1
    )
    unit_fold = np.full(scheme.n_units, -1)
    unit_fold[units] = fold
    return Adversary(
        windows=windows,
        scores=scores,
        auc=_auc(scores, binned.is_val, fold),
        unit_auc=_auc(mean_scores, scheme.origin, unit_fold),
        contributions=contributions,
        roc=roc(scores, binned.is_val, fold),
        unit_roc=roc(mean_scores, scheme.origin, unit_fold),
    )


def _fit_folds(
    binned: _Binned, fold: NDArray[np.int64], seeds: list[int], n_jobs: int
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Scores of each fold's windows, and what each column contributed to those of validation among them."""
    import lightgbm

    X, settings = binned.X, binned.settings
    rows = [np.flatnonzero(fold != k).tolist() for k in range(len(seeds))]
    others = [binned.data.subset(some, params=settings).construct() for some in rows]

    def fit(k: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        model = lightgbm.train({**settings, "seed": seeds[k]}, others[k], N_ROUNDS)
        held = fold == k
        shown = np.flatnonzero(held & binned.is_val)[:MAX_EXPLAINED]
        shares = np.zeros(X.shape[1])
        if len(shown):
            shares = np.abs(np.asarray(model.predict(X[shown], pred_contrib=True))[:, :-1]).mean(axis=0)
        return np.asarray(model.predict(X[held], raw_score=True)), shares

    # a fold per thread: threads of one small fit wait for each other, and very long on a busy machine
    return in_threads(fit, range(len(seeds)), n_jobs)


def _some_windows(scheme: Scheme, rng: np.random.Generator) -> NDArray[np.int64]:
    """At most 2,000 windows per side, spread evenly over its units."""
    kept = []
    for side in (np.arange(scheme.n_train), np.arange(scheme.n_train, len(scheme.units))):
        shuffled = rng.permutation(side)
        by_unit = np.argsort(scheme.units[shuffled], kind="stable")
        member = scheme.units[shuffled][by_unit]
        start = np.flatnonzero(np.r_[True, member[1:] != member[:-1]])
        turn = np.arange(len(member)) - np.repeat(start, np.diff(np.r_[start, len(member)]))
        # the first window of every unit comes first, then every second one: small units stay whole
        kept.append(shuffled[by_unit][np.argsort(turn, kind="stable")[: MAX_WINDOWS // 2]])
    return np.sort(np.concatenate(kept))


def _folds(scheme: Scheme, rng: np.random.Generator) -> NDArray[np.int64]:
    """Fold of every unit; every fold holds units of both sides."""
    n_folds = min(N_FOLDS, scheme.n_train_units, scheme.n_val_units)
    fold = np.empty(scheme.n_units, dtype=np.int64)
    for side in (False, True):
        units = rng.permutation(np.flatnonzero(scheme.origin == side))
        fold[units] = np.arange(len(units)) % n_folds
    return fold


def _auc(scores: NDArray[np.float64], positive: NDArray[np.bool_], fold: NDArray[np.int64]) -> float:
    """Area under the ROC curve within folds, weighted by their pairs: scores of two models are not compared."""
    won, pairs = 0.0, 0.0
    for k in range(int(fold.max()) + 1):
        inside = fold == k
        n_positive = int((positive & inside).sum())
        n_negative = int(inside.sum()) - n_positive
        ranks = stats.rankdata(scores[inside])[positive[inside]].sum()
        won += ranks - n_positive * (n_positive + 1) / 2
        pairs += n_positive * n_negative
    return float(won / pairs) if pairs else 0.5
