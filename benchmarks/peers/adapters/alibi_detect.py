"""alibi-detect: its batch detectors at their default significance of 5 %.

``KSDrift`` corrects over columns by itself (Bonferroni). ``MMDDrift`` runs on torch, one of its backends.
``ClassifierDrift`` has no model of its own; a random forest over two folds is what its page on tabular data trains.
"""

from __future__ import annotations

from typing import Any

import numpy as np

IMPORTS = ("alibi_detect.cd", "sklearn.ensemble", "torch")
DISTRIBUTIONS = ("alibi-detect", "torch", "scikit-learn", "numpy")


def _told(p: float, flagged: bool) -> str:
    return f"{'Drift' if flagged else 'No drift'} was detected, p-value {p:.3g}."


def ks(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from alibi_detect.cd import KSDrift

    data = KSDrift(train, p_val=0.05).predict(val)["data"]
    p = min(1.0, float(np.min(data["p_val"])) * train.shape[1])
    return {"flagged": data["is_drift"], "p": p, "told": _told(p, data["is_drift"])}


def mmd(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    import torch
    from alibi_detect.cd import MMDDrift

    torch.manual_seed(seed)
    detector = MMDDrift(train.astype(np.float32), backend="pytorch", p_val=0.05)
    data = detector.predict(val.astype(np.float32))["data"]
    return {"flagged": data["is_drift"], "p": data["p_val"], "told": _told(data["p_val"], data["is_drift"])}


def classifier(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from alibi_detect.cd import ClassifierDrift
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(random_state=seed)
    detector = ClassifierDrift(train, model, backend="sklearn", p_val=0.05, n_folds=2, seed=seed)
    data = detector.predict(val)["data"]
    return {"flagged": data["is_drift"], "p": data["p_val"], "told": _told(data["p_val"], data["is_drift"])}


TOOLS = {"ks": {"shift": ks}, "mmd": {"shift": mmd}, "classifier": {"shift": classifier}}
KINDS = {"ks": "KS of every column", "mmd": "kernel (MMD)", "classifier": "classifier"}
