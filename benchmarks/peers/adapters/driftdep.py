"""driftdep: its Kolmogorov-Smirnov test under dependence (block permutation), a column at a time.

It tests one series, so Bonferroni's correction at 5 % is added as to scipy's loop. Its 999 resamples reach no p-value
below 0.001, with which 51 columns or more could never be flagged: there are as many resamples as the correction needs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .common import bonferroni

IMPORTS = ("driftdep",)
DISTRIBUTIONS = ("driftdep", "scipy", "numpy")

ALPHA = 0.05
DEFAULT_RESAMPLES = 999


def ks(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from driftdep import drift_test

    rng = np.random.default_rng(seed)
    resamples = max(DEFAULT_RESAMPLES, int(np.ceil(train.shape[1] / ALPHA)))
    tests = [
        drift_test(np.ascontiguousarray(a), np.ascontiguousarray(b), statistic="ks", n_resamples=resamples, rng=rng)
        for a, b in zip(train.T, val.T, strict=True)
    ]
    return bonferroni(np.array([test.pvalue for test in tests]), ALPHA)


TOOLS = {"ks": {"shift": ks}}
KINDS = {"ks": "KS of every column"}
