"""torchdrift: its two detectors on the columns as they are, at the 1 % that its front page alarms at.

``KSDriftDetector`` corrects over columns by itself (Bonferroni).
"""

from __future__ import annotations

from typing import Any

import numpy as np

IMPORTS = ("torchdrift",)
DISTRIBUTIONS = ("torchdrift", "torch", "numpy")

ALPHA = 0.01


def _detected(name: str, train: np.ndarray, val: np.ndarray, seed: int) -> dict[str, Any]:
    import torch
    import torchdrift

    torch.manual_seed(seed)
    detector = getattr(torchdrift.detectors, name)()
    detector.fit(torch.as_tensor(train, dtype=torch.float32))
    p = float(detector.compute_p_value(torch.as_tensor(val, dtype=torch.float32)))
    return {
        "flagged": p < ALPHA,
        "p": p,
        "told": f"{'Drifted' if p < ALPHA else 'No drifted'} inputs, p-value {p:.3g}.",
    }


def ks(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _detected("KSDriftDetector", train, val, seed)


def mmd(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    return _detected("KernelMMDDriftDetector", train, val, seed)


TOOLS = {"ks": {"shift": ks}, "mmd": {"shift": mmd}}
KINDS = {"ks": "KS of every column", "mmd": "kernel (MMD)"}
