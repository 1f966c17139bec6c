"""evidently: its preset for data drift, flagged as the preset's own test is: half the columns drifted, or more."""

from __future__ import annotations

from typing import Any

import numpy as np

from .common import frame

IMPORTS = ("evidently", "evidently.presets")
DISTRIBUTIONS = ("evidently", "pandas", "numpy")


def preset(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from evidently import Report
    from evidently.presets import DataDriftPreset

    report = Report([DataDriftPreset()], include_tests=True)
    share = report.run(frame(val), frame(train)).dict()["tests"][0]
    return {"flagged": share["status"] == "FAIL", "told": f"{share['description']}."}


TOOLS = {"preset": {"shift": preset}}
KINDS = {"preset": "whole report"}
