"""Flaws of the labels: other shares, unseen and recoded classes, one class for all, noise, too few, another meaning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World


def _labels(split: Split) -> NDArray[np.int64]:
    assert split.y is not None
    return split.y


def other_shares(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Val keeps only a part of the windows of all classes but one: class shares differ, P(x given y) agrees."""
    keep = {"mild": 0.45, "moderate": 0.12, "severe": 0.03}[severity]
    y = _labels(val)
    kept = np.sort(np.flatnonzero((y == rng.integers(len(val.classes))) | (rng.random(len(y)) < keep)))
    truth = Truth(flaw="other_shares", severity=severity, rules=("SA501",), cause="label_shift")
    return Planted(train=train, val=val.take(kept), truth=truth)


def unseen_label(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Train loses one class, and val keeps only part of its windows."""
    keep = {"mild": 0.02, "moderate": 0.3, "severe": 1.0}[severity]
    lost = int(rng.integers(len(val.classes)))
    y = _labels(val)
    val = val.take(np.flatnonzero((y != lost) | (rng.random(len(y)) < keep)))
    train = train.take(np.flatnonzero(_labels(train) != lost))
    windows = np.flatnonzero(_labels(val) == lost)
    truth = Truth(flaw="unseen_label", severity=severity, rules=("SA502",), cause="label_shift", val_windows=windows)
    return Planted(train=train, val=val, truth=truth)


def recoded_labels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Some class names are spelled in another way on the validation side."""
    n = {"mild": 1, "moderate": 2, "severe": len(val.classes)}[severity]
    changed = rng.permutation(len(val.classes))[:n]
    names = tuple(f" {name.upper()} " if k in changed else name for k, name in enumerate(val.classes))
    windows = np.flatnonzero(np.isin(_labels(val), changed))
    spelled = replace(val, classes=names, label_kind="string")
    truth = Truth(
        flaw="recoded_labels", severity=severity, rules=("SA502", "SA503"), cause="concept_shift", val_windows=windows
    )
    return Planted(train=replace(train, label_kind="string"), val=spelled, truth=truth)


def permuted_codes(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Two classes (severe: all) have changed their codes in val; in a mild case only for part of the groups."""
    k = len(val.classes)
    swapped = np.roll(np.arange(k), 1) if severity == "severe" else np.arange(k)
    if severity != "severe":
        a, b = rng.permutation(k)[:2]
        swapped[[a, b]] = swapped[[b, a]]
    y = _labels(val)
    affected = swapped[y] != y
    if severity == "mild" and val.groups is not None:
        some = rng.permutation(np.unique(val.groups))[: max(1, len(np.unique(val.groups)) // 3)]
        affected &= np.isin(val.groups, some)
    coded = replace(val, y=np.where(affected, swapped[y], y))
    truth = Truth(
        flaw="permuted_codes",
        severity=severity,
        rules=("SA503",),
        cause="concept_shift",
        val_windows=np.flatnonzero(affected),
    )
    return Planted(train=train, val=coded, truth=truth)


def one_class_rules(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Both sides hold little but one class."""
    keep = {"mild": 0.1, "moderate": 0.015, "severe": 0.0}[severity]
    common = int(rng.integers(len(val.classes)))
    sides = []
    for side in (train, val):
        y = _labels(side)
        rare = np.flatnonzero(y != common)
        chosen = rng.permutation(rare)[: round(keep * (y == common).sum())]
        sides.append(side.take(np.sort(np.concatenate([np.flatnonzero(y == common), chosen]))))
    truth = Truth(flaw="one_class_rules", severity=severity, rules=("SA504",), cause="majority_ceiling")
    return Planted(train=sides[0], val=sides[1], truth=truth)


def flipped_labels(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Labels of both sides are replaced by another class at random."""
    share = {"mild": 0.1, "moderate": 0.24, "severe": 0.35}[severity]
    (train, of_train), (val, of_val) = (_flipped(side, share, rng) for side in (train, val))
    truth = Truth(
        flaw="flipped_labels",
        severity=severity,
        rules=("SA505",),
        cause="label_noise",
        train_windows=of_train,
        details={"share": share, "val_windows": of_val},
    )
    return Planted(train=train, val=val, truth=truth)


def careless_val(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Val was annotated in a hurry: its labels alone are replaced by another class at random."""
    share = {"mild": 0.1, "moderate": 0.24, "severe": 0.35}[severity]
    val, wrong = _flipped(val, share, rng)
    truth = Truth(
        flaw="careless_val", severity=severity, cause="label_noise", val_windows=wrong, details={"share": share}
    )
    return Planted(train=train, val=val, truth=truth)


def careless_train(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Train was annotated by many, val by an expert: train's labels alone are replaced by another class at random."""
    share = {"mild": 0.2, "moderate": 0.35, "severe": 0.5}[severity]
    train, wrong = _flipped(train, share, rng)
    truth = Truth(
        flaw="careless_train", severity=severity, cause="label_noise", train_windows=wrong, details={"share": share}
    )
    return Planted(train=train, val=val, truth=truth)


def _flipped(side: Split, share: float, rng: np.random.Generator) -> tuple[Split, NDArray[np.int64]]:
    """Replace a share of the labels by another class at random; return which windows they are."""
    y, k = _labels(side), len(side.classes)
    wrong = rng.random(len(y)) < share
    return replace(side, y=np.where(wrong, (y + rng.integers(1, k, len(y))) % k, y)), np.flatnonzero(wrong)


def handful(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Val holds a handful of windows."""
    n = {"mild": 40, "moderate": 9, "severe": 4}[severity]
    kept = np.sort(rng.permutation(len(val))[:n])
    truth = Truth(flaw="handful", severity=severity, rules=("SA506",))
    return Planted(train=train, val=val.take(kept), truth=truth)


def other_concept(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """In part of the val groups the signal means the next class."""
    share = {"mild": 0.17, "moderate": 0.34, "severe": 0.7}[severity]
    assert val.groups is not None
    groups = np.unique(val.groups)
    chosen = np.sort(rng.permutation(groups)[: max(1, round(share * len(groups)))])
    affected = np.isin(val.groups, chosen)
    y = _labels(val)
    moved = replace(val, y=np.where(affected, (y + 1) % len(val.classes), y))
    truth = Truth(
        flaw="other_concept",
        severity=severity,
        rules=("SA507",),
        cause="concept_shift",
        groups=tuple(val.group_names[g] for g in chosen),
        val_windows=np.flatnonzero(affected),
    )
    return Planted(train=train, val=moved, truth=truth)


FLAWS: tuple[Flaw, ...] = (
    other_shares,
    unseen_label,
    recoded_labels,
    permuted_codes,
    one_class_rules,
    flipped_labels,
    handful,
    other_concept,
)
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=permuted_codes, cause="concept_shift", in_place=True),
    Explained(flaw=other_concept, cause="concept_shift", subjects=True, in_place=True),
    Explained(flaw=flipped_labels, cause="label_noise", in_place=True),
    Explained(flaw=careless_val, cause="label_noise", in_place=True),
    Explained(flaw=careless_train, cause="label_noise", in_place=True),
)
