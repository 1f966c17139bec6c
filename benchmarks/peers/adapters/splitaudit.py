"""splitaudit itself: its shift rules, its leakage rules, or the whole audit, at their defaults on the windows."""

from __future__ import annotations

from typing import Any

import numpy as np

IMPORTS = ("splitaudit.audit", "splitaudit.data.split")
DISTRIBUTIONS = ("splitaudit", "numpy", "scipy", "scikit-learn", "lightgbm")
LEAKS = ("SA301", "SA302", "SA303")


def _report(more: dict[str, Any], seed: int, select: tuple[str, ...]) -> Any:
    from splitaudit.audit import Settings, audit
    from splitaudit.data.split import make_split

    sides = []
    for k, name in enumerate(("train", "val")):
        known = {key: more[key][k] for key in ("groups", "time", "recording") if key in more}
        labels = more["y"][k] if "y" in more else None
        sides.append(make_split(more["X3"][k], labels, name=name, **known))
    return audit(*sides, Settings(select=select, random_state=seed, n_jobs=1))


def _told(report: Any, family: str) -> dict[str, Any]:
    """Flagged by a warning or an error; the p-value is the least one, adjusted over all rules."""
    own = [finding for finding in report.findings if finding.family == family]
    grave = [finding for finding in own if finding.severity in ("warning", "error")]
    p = [finding.p_value for finding in own if finding.p_value is not None]
    return {
        "flagged": bool(grave),
        "p": min(p, default=None),
        "told": "; ".join(f"{finding.severity} {finding.rule}: {finding.message}" for finding in grave),
    }


def shift(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _told(_report(more, seed, ("SA1",)), "shift")


def whole(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _told(_report(more, seed, ()), "shift")


def copies(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    report = _report(more, seed, LEAKS)
    grave = [f for f in report.findings if f.rule in LEAKS and f.severity in ("warning", "error")]
    rows = np.unique(np.concatenate([np.asarray(f.where.val_windows, dtype=int) for f in grave] or [np.empty(0, int)]))
    return {**_told(report, "leakage"), "rows": rows.tolist()}


TOOLS = {"shift rules": {"shift": shift}, "whole audit": {"shift": whole}, "leakage rules": {"copies": copies}}
