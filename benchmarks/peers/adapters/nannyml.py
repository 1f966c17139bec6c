"""nannyml: train is the reference period and val the analysis period, each in its default chunks.

Flagged if any chunk of the analysis period raises an alert, for univariate drift in any column.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .common import frame

IMPORTS = ("nannyml",)
DISTRIBUTIONS = ("nannyml", "lightgbm", "pandas", "numpy")


def _alerts(calculator: Any, train: np.ndarray, val: np.ndarray) -> dict[str, Any]:
    calculator.fit(frame(train))
    result = calculator.calculate(frame(val)).filter(period="analysis").to_df()
    alerts = result.loc[:, [name for name in result.columns if name[-1] == "alert"]].to_numpy(dtype=bool)
    told = f"{alerts.sum()} alert(s) in {alerts.any(axis=1).sum()} of {len(alerts)} chunks."
    return {"flagged": alerts.any(), "told": told}


def univariate(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    import nannyml

    return _alerts(nannyml.UnivariateDriftCalculator(column_names=list(frame(train).columns)), train, val)


def domain_classifier(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    import nannyml

    return _alerts(nannyml.DomainClassifierCalculator(feature_column_names=list(frame(train).columns)), train, val)


TOOLS = {"univariate": {"shift": univariate}, "domain_classifier": {"shift": domain_classifier}}
KINDS = {"univariate": "another distance of every column", "domain_classifier": "classifier"}
