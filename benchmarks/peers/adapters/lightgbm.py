"""LightGBM: adversarial validation as it is written by hand, the AUC over five folds, a shift if it exceeds 0.6."""

from __future__ import annotations

from typing import Any

import numpy as np

IMPORTS = ("lightgbm", "sklearn.metrics", "sklearn.model_selection")
DISTRIBUTIONS = ("lightgbm", "scikit-learn", "numpy")

BAR = 0.6


def adversarial(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from lightgbm import LGBMClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    X = np.concatenate([train, val])
    side = np.repeat([0, 1], [len(train), len(val)])
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    model = LGBMClassifier(random_state=seed, verbose=-1)
    scores = cross_val_predict(model, X, side, cv=folds, method="predict_proba")[:, 1]
    auc = float(roc_auc_score(side, scores))
    return {"flagged": auc > BAR, "told": f"A classifier tells val from train with an AUC of {auc:.3f}."}


TOOLS = {"adversarial": {"shift": adversarial}}
KINDS = {"adversarial": "classifier"}
