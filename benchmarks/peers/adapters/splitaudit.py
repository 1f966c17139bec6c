"""splitaudit itself at its defaults on the windows: single rules, its shift or leakage rules, or the whole audit.

Flagged is what the user is told in earnest: a warning or an error, for which a difference must be beyond chance and
large enough to matter. ``p`` is the least p-value of the same findings, adjusted for all rules of the run: at most 5 %
says that a difference is beyond chance, however small.

The whole audit counts every rule that says that the sides differ: the family of shifts, levels, spreads and
normalisation that do not agree, labels whose shares or meaning do not, and a signal that drifts along a file, whose
conditions are then not those of the other (``DIFFER``). What else it says of one side alone (windows overlap, classes
are rare, val is small) is no alarm about a difference and is left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

IMPORTS = ("splitaudit.audit", "splitaudit.data.split", "splitaudit.rules.catalog", "lightgbm")
DISTRIBUTIONS = ("splitaudit", "numpy", "scipy", "scikit-learn", "lightgbm")
WINDOWS = True
LEAKS = ("SA301", "SA302", "SA303")
DIFFER = ("SA1", "SA201", "SA205", "SA206", "SA207", "SA208", "SA209", "SA402", "SA501", "SA502", "SA503", "SA507")


def _findings(more: dict[str, Any], seed: int, select: tuple[str, ...]) -> Any:
    from splitaudit.audit import Settings
    from splitaudit.data.split import make_split
    from splitaudit.engine.limits import limits_of
    from splitaudit.engine.run import audit_sides

    sides = []
    for k, name in enumerate(("train", "val")):
        known = {key: more[key][k] for key in ("groups", "time", "recording") if key in more}
        labels = more["y"][k] if "y" in more else None
        sides.append(make_split(more["X3"][k], labels, name=name, **known))
    return audit_sides(*sides, Settings(select=select, random_state=seed, n_jobs=1), limits_of()).findings


def _told(findings: Any, codes: tuple[str, ...]) -> dict[str, Any]:
    own = [finding for finding in findings if finding.rule.startswith(codes)]
    broken = [finding for finding in own if finding.severity == "crashed"]
    if broken:  # silence of a rule that crashed is no answer
        raise RuntimeError(f"{broken[0].rule} crashed: {broken[0].message}")
    grave = [finding for finding in own if finding.severity in ("warning", "error")]
    p = [finding.p_value for finding in own if finding.p_value is not None]
    told = "; ".join(f"{finding.severity} {finding.rule}: {finding.message}" for finding in grave)
    return {"flagged": bool(grave), "p": min(p, default=None), "told": told or "No warning and no error."}


def shift(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _told(_findings(more, seed, ("SA1",)), ("SA1",))


def whole(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _told(_findings(more, seed, ()), DIFFER)


def ks(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _told(_findings(more, seed, ("SA102",)), ("SA102",))


def adversarial(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _told(_findings(more, seed, ("SA101",)), ("SA101",))


def _copies(more: dict[str, Any], seed: int, codes: tuple[str, ...]) -> dict[str, Any]:
    findings = _findings(more, seed, codes)
    grave = [f for f in findings if f.rule in codes and f.severity in ("warning", "error")]
    rows = np.unique(np.concatenate([np.asarray(f.where.val_windows, dtype=int) for f in grave] or [np.empty(0, int)]))
    return {**_told(findings, codes), "rows": rows.tolist()}


def copies(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _copies(more, seed, LEAKS)


def duplicates(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _copies(more, seed, ("SA301",))


def near_duplicates(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _copies(more, seed, ("SA302",))


TOOLS = {
    "whole audit": {"shift": whole},
    "shift rules": {"shift": shift},
    "ks": {"shift": ks},
    "adversarial": {"shift": adversarial},
    "leakage rules": {"copies": copies},
    "duplicates": {"copies": duplicates},
    "near duplicates": {"copies": near_duplicates},
}
KINDS = {
    "whole audit": "whole report",
    "shift rules": "shift rules",
    "ks": "KS of every column",
    "adversarial": "classifier",
    "leakage rules": "leakage rules",
    "duplicates": "exact duplicates",
    "near duplicates": "near duplicates",
}
