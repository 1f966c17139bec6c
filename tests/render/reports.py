"""Reports built by hand for the tests of the renderers."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from splitaudit.evidence import Curve, Grid, Histogram, Table
from splitaudit.explained import Explanation
from splitaudit.place import Place
from splitaudit.report import Finding, Side, Units
from splitaudit.results import Report
from splitaudit.verdict import verdict
from tests.render import explanations

EVIL = "[bold red]x[/]\x1b[31m\x1b]0;t\x07<script>alert(1)</script>|`@team`*\u202e\r\n\x00&amp;\ud800"
CHANNELS = ("accel_x", "accel_z", "gyro_z")
SETTINGS = {
    "select": [],
    "ignore": [],
    "fail_on": "error",
    "alpha": 0.05,
    "n_permutations": 999,
    "random_state": 0,
    "rules": {},
}


def side(name: str, **changes: Any) -> Side:
    fields: dict[str, Any] = {
        "name": name,
        "source": f"{name}.npz",
        "n_windows": 400 if name == "train" else 200,
        "n_timesteps": 50,
        "n_channels": 3,
        "dtype": "float32",
        "channels": CHANNELS,
        "classes": {"level": 210, "stairs": 190} if name == "train" else {"level": 104, "stairs": 96},
        "label_kind": "string",
        "n_groups": 10 if name == "train" else 5,
        "has_time": True,
        "image": None,
    }
    return Side(**{**fields, **changes})


def grid(rows: int = 3, columns: int = 16, *, high: float = 2.4) -> Grid:
    values = np.full((rows, columns), 0.03)
    values[min(2, rows - 1)] = np.linspace(0.05, high, columns)
    steps = np.linspace(0, 50, columns + 1).astype(int)
    return Grid(
        title="where the sides differ",
        row_labels=tuple(CHANNELS[r] if r < 3 else f"channel {r}" for r in range(rows)),
        column_labels=tuple(f"{a}-{b}" for a, b in pairwise(steps)),
        values=tuple(map(tuple, values.tolist())),
        unit="train sd",
    )


def table() -> Table:
    return Table(title="worst statistics", columns=("channel", "shift", "n"), rows=(("gyro_z", 2.4, 7), ("x", None, 1)))


def finding(rule: str, name: str, severity: str, family: str = "shift", **changes: Any) -> Finding:
    return Finding(
        rule=rule, name=name, family=family, severity=severity, message=changes.pop("message", ""), **changes
    )


UNIT_CHANGE = finding(
    "SA205",
    "unit-change",
    "error",
    "normalization",
    message="gyro_z of val is 0.0175 times that of train, the factor from degrees to radians.",
    statistic=np.float64(41.2),
    p_value=3.2e-14,
    effect=57.3,
    effect_unit="times the spread of train",
    thresholds=(1.5, 3.0),
    where=Place(channels=("gyro_z",), val_windows=tuple(range(200)), n_val_windows=200),
    evidence={"factor": np.float32(0.5), "rejected": np.bool_(True), "others": np.array([1.0, math.nan]), 3: (1, 2)},
    remedy="Multiply gyro_z of val by 57.3.",
)
FEATURE_KS = finding(
    "SA102",
    "feature-ks",
    "error",
    message="The spread of gyro_z moved by 2.4 train sd (KS distance 0.93); 12 of 66 window statistics differ.",
    p_value=2e-5,
    effect=2.4,
    effect_unit="Wasserstein distance in train sd",
    thresholds=(0.2, 0.6),
    where=Place(channels=("gyro_z",), timesteps=(32, 50)),
    exhibits=(table(), grid()),
    remedy="Compare the named channels on both sides: unit, gain, offset, filter, sensor position, sampling rate.",
)
DUPLICATES = finding(
    "SA301",
    "duplicate-windows",
    "warning",
    "leakage",
    message="3 of 200 val windows are copies of train windows.",
    effect=0.015,
    effect_unit="share of validation windows",
    thresholds=(1e-4, 0.05),
    where=Place(
        groups=tuple(f"s{i:02d}" for i in range(9)),
        train_windows=(5, 6, 7),
        val_windows=(3, 20, 21),
        n_train_windows=3,
        n_val_windows=3,
    ),
    exhibits=(
        Histogram(title="h", x_label="x", edges=(0.0, 1.0, math.inf), counts={"train": (1.0, 2.0)}),
        Curve(title="c", x_label="x", y_label="y", lines={"a": ((0.0, 1.0), (2.0, 3.0))}),
    ),
    remedy="Drop the repeated windows from train.",
)
QUIET = (
    finding("SA101", "adversarial-validation", "ok", message="Nothing differs.", p_value=0.4, effect=0.51),
    finding(
        "SA105",
        "unseen-group",
        "info",
        message="Val group s12 lies 1.4 times as far off (cannot tell: the smallest effect visible here is 3.4 times)",
        effect=1.4,
        decidable=False,
    ),
    finding(
        "SA402", "order-trend", "info", "order", message="A trend (beyond chance, but too small to matter)", effect=0.0
    ),
    finding("SA304", "shared-group", "skipped", "leakage", message="there are no groups in train"),
    finding("SA305", "time-order-leak", "skipped", "leakage", message="there are no groups in train"),
    finding("SA601", "non-finite", "skipped", "data", message="not selected"),
)
CRASH = finding("SA103", "spectrum-shift", "crashed", message="ValueError: array is too short")


def report(*findings: Finding, fail_on: str = "error", **changes: Any) -> Report:
    """Build a report of the given findings, or of one of each kind."""
    found = sorted(findings or (UNIT_CHANGE, FEATURE_KS, DUPLICATES, CRASH, *QUIET), key=lambda f: f.rule)
    fields: dict[str, Any] = {
        "version": "1.2.3",
        "train": side("train"),
        "val": side("val"),
        "settings": {**SETTINGS, "fail_on": fail_on},
        "units": Units(kind="group", train=10, val=5, how="groups given", floor=1 / 3003),
        "verdict": verdict(found, fail_on),
        "findings": tuple(found),
        "timings": {"prepare": 0.41, "SA101": 1.2, "SA102": 0.8, "SA301": 0.05, "SA105": 0.01, "total": 2.5},
    }
    return Report(**{**fields, **changes})


def explained(explanation: Explanation | None = None, *findings: Finding, **changes: Any) -> Report:
    """Build a report with an explanation, of findings or of one of each kind."""
    return report(*findings, explanation=explanation or explanations.explanation(), **changes)


def hostile() -> Report:
    """A report whose names try to steer a terminal, a page, a table, an XML parser."""
    evil = EVIL
    bad = replace(
        UNIT_CHANGE,
        message=f"{evil} is off.",
        remedy=evil,
        where=Place(channels=(evil, 3), groups=(evil,), val_windows=(1,), n_val_windows=1),
        exhibits=(replace(grid(1), row_labels=(evil,)), Table(title=evil, columns=(evil,), rows=((evil,),))),
    )
    skip = finding("SA304", "shared-group", "skipped", "leakage", message=evil)
    crash = replace(CRASH, message=evil)
    shift = replace(FEATURE_KS, exhibits=bad.exhibits, where=bad.where)
    sides = {
        name: side(name, source=f"{evil}.npz", classes={evil: 3}, channels=(evil,) * 3, notes=(evil,), set_aside=evil)
        for name in ("train", "val")
    }
    return report(bad, skip, crash, shift, version=evil, **sides)


def hostile_explained() -> Report:
    """The same with an explanation of such texts."""
    return replace(hostile(), explanation=explanations.hostile(EVIL))
