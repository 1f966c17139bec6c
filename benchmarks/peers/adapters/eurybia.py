"""eurybia: ``SmartDrift`` as its quick start compiles it.

It shows the AUC of its classifier on a gauge from 0.5 ("No Drift") to 1 ("High Drift") and names no threshold. The bar
is 0.6, as for adversarial validation by hand; its own integration tests take less for no drift.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .common import frame

IMPORTS = ("eurybia",)
DISTRIBUTIONS = ("eurybia", "catboost", "pandas", "numpy")

BAR = 0.6


@contextmanager
def _one_cpu() -> Iterator[None]:
    """One thread for catboost too: it heeds no environment variable but counts the CPUs that it may use."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {allowed[os.getpid() % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def smart_drift(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from eurybia import SmartDrift

    drift = SmartDrift(df_current=frame(val), df_baseline=frame(train))
    with _one_cpu():
        drift.compile()
    return {"flagged": drift.auc > BAR, "told": f"Datadrift classifier AUC: {drift.auc:.2f}."}


TOOLS = {"smart_drift": {"shift": smart_drift}}
KINDS = {"smart_drift": "classifier"}
