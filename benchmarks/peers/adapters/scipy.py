"""scipy: what is written by hand first, a Kolmogorov-Smirnov test of each column, Bonferroni's correction at 5 %."""

from __future__ import annotations

from typing import Any

import numpy as np

from .common import bonferroni

IMPORTS = ("scipy.stats",)
DISTRIBUTIONS = ("scipy", "numpy")


def ks(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from scipy.stats import ks_2samp

    p_values = np.array([ks_2samp(a, b).pvalue for a, b in zip(train.T, val.T, strict=True)])
    return bonferroni(p_values, 0.05)


TOOLS = {"ks": {"shift": ks}}
KINDS = {"ks": "KS of every column"}
