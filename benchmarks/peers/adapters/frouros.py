"""frouros: the maximum mean discrepancy with its permutation test, and its Kolmogorov-Smirnov test of each column.

Both at the 1 % of its examples on batches. It leaves columns uncorrected: Bonferroni's correction is added here, as it
is to scipy's loop, or every wide table would be flagged.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .common import bonferroni

IMPORTS = ("frouros.callbacks", "frouros.detectors.data_drift")
DISTRIBUTIONS = ("frouros", "scipy", "numpy")

ALPHA = 0.01


def ks(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from frouros.detectors.data_drift import KSTest

    p_values = []
    for reference, tested in zip(train.T, val.T, strict=True):
        detector = KSTest()
        detector.fit(X=reference)
        p_values.append(detector.compare(X=tested)[0].p_value)
    return bonferroni(np.array(p_values), ALPHA)


def mmd(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from frouros.callbacks import PermutationTestDistanceBased
    from frouros.detectors.data_drift import MMD

    test = PermutationTestDistanceBased(
        num_permutations=1000, random_state=seed, num_jobs=1, method="exact", name="permutation_test"
    )
    detector = MMD(callbacks=[test])
    detector.fit(X=train)
    distance, logs = detector.compare(X=val)
    p = float(logs["permutation_test"]["p_value"])
    return {"flagged": p <= ALPHA, "p": p, "told": f"MMD {distance.distance:.3g}, p-value {p:.3g}."}


TOOLS = {"ks": {"shift": ks}, "mmd": {"shift": mmd}}
KINDS = {"ks": "KS of every column", "mmd": "kernel (MMD)"}
