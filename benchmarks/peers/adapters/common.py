"""What several adapters need; like them it imports nothing of a peer until it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def frame(X: np.ndarray) -> pd.DataFrame:
    """A table of shape (n, columns) with columns ``c0``, ``c1``, …, as tools for data frames want it."""
    import pandas

    return pandas.DataFrame(X, columns=[f"c{k}" for k in range(X.shape[1])])


def bonferroni(p_values: np.ndarray, alpha: float) -> dict[str, Any]:
    """One answer from a test of each column, flagged if the smallest p-value times their number is at most alpha."""
    p = min(1.0, float(np.min(p_values)) * len(p_values))
    column = int(np.argmin(p_values))
    told = f"Column {column} differs most: p = {p:.3g} after Bonferroni's correction over {len(p_values)} columns."
    return {"flagged": p <= alpha, "p": p, "told": told}
