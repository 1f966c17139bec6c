"""Reports of odd shape: broken off, without labels, of one or 200 channels, of 50 classes, of one or forty findings."""

from __future__ import annotations

import math
from dataclasses import replace

from splitaudit.evidence import Curve, Histogram, Table
from splitaudit.report import FAMILIES
from splitaudit.results import Report
from tests.render import explanations, reports

CLASSES = {f"class {k}": 40 - k // 2 for k in range(50)}
SHARES = Table(
    title="class shares",
    columns=("class", "train", "val"),
    rows=tuple((f"class {k}", 0.02 + 0.0001 * k, 0.02) for k in range(12)),
)


def channels(n: int) -> Report:
    """A report of a split of so many channels."""
    names = tuple(f"sensor_{i:03d}_with_a_long_name" for i in range(n))
    sides = {side: reports.side(side, n_channels=n, channels=names) for side in ("train", "val")}
    grid = replace(reports.grid(n), row_labels=names)
    return reports.explained(None, replace(reports.FEATURE_KS, exhibits=(grid,)), **sides)


def classes(n: int) -> Report:
    """A report of a split of so many classes, with their shares."""
    counts = dict(list(CLASSES.items())[:n])
    sides = {side: reports.side(side, classes=counts) for side in ("train", "val")}
    shares = replace(SHARES, rows=SHARES.rows[:n])
    shift = reports.finding("SA501", "label-shift", "warning", "labels", message="Shares differ", exhibits=(shares,))
    return reports.explained(None, shift, **sides)


def findings(n: int) -> Report:
    """A report of so many findings, of all families and severities."""
    severities = ("error", "warning", "info", "ok", "skipped")
    found = [
        reports.finding(f"SA{100 + i}", f"rule-{i}", severities[i % 5], FAMILIES[i % len(FAMILIES)], message=f"No. {i}")
        for i in range(n)
    ]
    return reports.report(*found)


def leak() -> Report:
    """A report of leaked pairs, with a ROC, distributions, windows and a histogram."""
    t = tuple(range(50))
    wave = tuple(math.sin(i / 4) for i in t)
    pair = Curve(
        title="val 3 over train 5",
        x_label="time step",
        y_label="gyro_z",
        lines={"train 5": (t, wave), "val 3": (t, wave)},
    )
    roc = Curve(
        title="ROC of the classifier",
        x_label="share of train taken for val",
        y_label="share of val recognised",
        lines={"by window, AUC 0.93": ((0, 0.1, 1), (0, 0.9, 1)), "chance": ((0, 1), (0, 1))},
    )
    ecdf = Curve(
        title="level of gyro_z, steps 0-50",
        x_label="level",
        y_label="share of windows below",
        lines={
            "train": ((0, 1, 2), (0, 0.8, 1)),
            "val": ((0, 1, 2), (0, 0.1, 1)),
            "KS distance 0.70": ((1, 1), (0.1, 0.8)),
        },
    )
    shared = Histogram(title="samples shared", x_label="samples", edges=(0.0, 25.0, 50.0), counts={"val": (3.0, 9.0)})
    return reports.report(
        replace(reports.DUPLICATES, exhibits=(pair, pair)),
        reports.finding("SA303", "overlapping-windows", "error", "leakage", message="Shared", exhibits=(shared,)),
        reports.finding("SA101", "adversarial-validation", "error", message="Told apart", exhibits=(roc,)),
        replace(reports.FEATURE_KS, exhibits=(reports.table(), reports.grid(), ecdf)),
    )


def without_labels() -> Report:
    """A report of windows without labels."""
    sides = {side: reports.side(side, classes={}, label_kind="none") for side in ("train", "val")}
    return reports.report(*reports.QUIET, **sides)


EVERY: dict[str, Report] = {
    "one of each": reports.report(),
    "nothing wrong": reports.report(*reports.QUIET),
    "one finding": findings(1),
    "forty findings": findings(40),
    "explained": reports.explained(),
    "undecided and interrupted": reports.explained(explanations.undecided(), *reports.QUIET),
    "nothing known": reports.explained(explanations.nothing_known(), *reports.QUIET),
    "hostile": reports.hostile(),
    "hostile, explained": reports.hostile_explained(),
    "no labels": without_labels(),
    "one channel": channels(1),
    "200 channels": channels(200),
    "two classes": classes(2),
    "50 classes": classes(50),
    "leak": leak(),
}
