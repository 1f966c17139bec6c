"""How a split of a data set stands: audited, with what of val train knows, how alike the sides are, and accuracy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.audit import Settings, audit_prepared, prepare
from splitaudit.data.profile import Profile
from splitaudit.data.split import Split
from splitaudit.models.outcomes import val_probabilities
from splitaudit.partitioned import Standing
from splitaudit.results import Report
from splitaudit.rule import Context, Progress, silent
from splitaudit.stats.paired import paired_by_unit

IntArray = NDArray[np.int64]

LEAKS = {
    "SA301": "copies",
    "SA302": "near copies",
    "SA303": "shared samples",
    "SA304": "known groups",
    "SA305": "too near in time",
}


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What a probe that was fitted on train reaches on val, with its 95 % interval by units; NaN where not known."""

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan


def standing(
    name: str,
    split: Split,
    rows: tuple[IntArray, IntArray],
    features: NDArray[np.float64],
    settings: Settings,
    progress: Progress = silent,
) -> Standing:
    """Audit two parts of a data set.

    Parameters
    ----------
    name : str
        What the report calls this split.
    split : Split
        The data set.
    rows : tuple of ndarray of int64
        Row numbers of train and val.
    features : ndarray of shape (n, k)
        Main features of all windows, of which the means of both parts are compared.
    settings : Settings
    progress : Progress
    """
    sides = split.take(rows[0]), split.take(rows[1])
    prepared = prepare(*sides, settings, progress=progress)
    report = audit_prepared(sides, *prepared, settings)
    reached = accuracy(*prepared)
    spread = features.std(axis=0)
    apart = np.abs(features[rows[0]].mean(axis=0) - features[rows[1]].mean(axis=0))
    return Standing(
        name=name,
        leaked={way: _share(report, code, len(rows[1])) for code, way in LEAKS.items()},
        class_error=_class_error(split, rows),
        shift=float((apart / np.where(spread > 0, spread, 1.0)).max()),
        auc=_auc(report),
        accuracy=reached.value,
        low=reached.low,
        high=reached.high,
        verdict=report.verdict.summary,
        errors=tuple(f.rule for f in report.by_severity("error")),
        warnings=tuple(f.rule for f in report.by_severity("warning")),
    )


def accuracy(train: Profile, val: Profile, context: Context) -> Accuracy:
    """Fit the probe on train and score it on val."""
    if train.split.y is None or val.split.y is None or len(np.unique(train.y)) < 2:
        return Accuracy()
    hits = val_probabilities(train, val, context).argmax(axis=1) == val.y
    found = paired_by_unit(hits, context.scheme.units[len(train) :])
    low, high = found.interval() if math.isfinite(found.error) else (0.0, 1.0)
    return Accuracy(found.mean, max(0.0, low), min(1.0, high))


def _share(report: Report, code: str, n_val: int) -> float:
    found = next((f for f in report.findings if f.rule == code), None)
    if found is None:
        return 0.0
    if code == "SA304":
        share = found.evidence.get("share_of_val_windows", 0.0)
        return float(share) if isinstance(share, (int, float)) else 0.0
    return found.where.n_val_windows / n_val


def _class_error(split: Split, rows: tuple[IntArray, IntArray]) -> float:
    if split.y is None:
        return math.nan
    shares = [np.bincount(split.y[part], minlength=len(split.classes)) / max(len(part), 1) for part in rows]
    return float(np.abs(shares[0] - shares[1]).max())


def _auc(report: Report) -> float:
    found = next((f for f in report.findings if f.rule == "SA101"), None)
    value = None if found is None else found.evidence.get("auc_units")
    return float(value) if isinstance(value, (int, float)) else math.nan
