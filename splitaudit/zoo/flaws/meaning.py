"""Labels that cost accuracy: another meaning in val, other shares of the classes, confusions on both sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo.tools import Integers, labels, moments
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World


def moved_border(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Val was annotated by another rule: 10, 20 or 40 % of the windows, those of a kind, belong to the next class.

    Which ones, a random mixture of their levels and spreads says, so that val by itself is as learnable as before.
    """
    share = {"mild": 0.10, "moderate": 0.20, "severe": 0.40}[severity]
    level, sd = moments(train)
    z = (val.X - level) / sd
    kind = np.concatenate([z.mean(axis=1), 2 * z.std(axis=1)], axis=1)
    score = (kind / (kind.std(axis=0) + 1e-9)) @ rng.normal(size=kind.shape[1])
    y = labels(val)
    affected = np.zeros(len(y), dtype=bool)
    for k in range(len(val.classes)):
        rows = np.flatnonzero(y == k)
        affected[rows[np.argsort(-score[rows])][: round(share * len(rows))]] = True
    moved = replace(val, y=np.where(affected, (y + 1) % len(val.classes), y))
    truth = Truth(
        flaw="moved_border",
        severity=severity,
        rules=("SA507",),
        cause="concept_shift",
        val_windows=np.flatnonzero(affected),
        details={"share": share},
    )
    return Planted(train=train, val=moved, truth=truth)


def exchanged_names(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Classes of val have exchanged their names, in 15, 30 or 100 % of the windows: one file, a third of them, all."""
    share = {"mild": 0.15, "moderate": 0.34, "severe": 1.0}[severity]
    y, k = labels(val), len(val.classes)
    order = rng.permutation(k)
    names = np.empty(k, dtype=np.int64)
    names[order] = np.roll(order, 1)
    units = val.groups if val.groups is not None else np.arange(len(val))
    chosen = rng.permutation(np.unique(units))
    sizes = np.array([np.sum(units == u) for u in chosen]).cumsum() / len(val)
    affected = np.isin(units, chosen[: 1 + int(np.searchsorted(sizes, share))])
    truth = Truth(
        flaw="exchanged_names",
        severity=severity,
        rules=("SA503",),
        cause="concept_shift",
        groups=tuple(val.group_names[u] for u in np.unique(units[affected])) if val.groups is not None else (),
        val_windows=np.flatnonzero(affected),
    )
    return Planted(train=train, val=replace(val, y=np.where(affected, names[y], y)), truth=truth)


def reversed_shares(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The classes that are common in train are rare in val: the commonest is 4, 7 or 12 times as common as the rarest.

    Within a class the sides are alike.
    """
    ratio = {"mild": 4.0, "moderate": 7.0, "severe": 12.0}[severity]
    k = len(val.classes)
    keep = ratio ** -np.linspace(0, 1, k)[rng.permutation(k)]
    sides = []
    for side, weight in ((train, keep), (val, (1 / ratio) / keep)):
        y = labels(side)
        counts = np.maximum(np.bincount(y, minlength=k), 1)
        wanted = weight / (weight / counts).max()  # as many windows as allow these shares
        chosen = [rng.permutation(np.flatnonzero(y == c))[: max(2, round(wanted[c]))] for c in range(k)]
        sides.append(side.take(np.sort(np.concatenate(chosen))))
    truth = Truth(flaw="reversed_shares", severity=severity, rules=("SA501",), cause="label_shift")
    return Planted(train=sides[0], val=sides[1], truth=truth)


def confused_neighbours(
    world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator
) -> Planted:
    """Annotators take each class for the next one in 12, 24 or 40 % of the windows, on both sides."""
    share = {"mild": 0.12, "moderate": 0.24, "severe": 0.40}[severity]
    sides, rows = [], []
    for side in (train, val):
        y, k = labels(side), len(side.classes)
        wrong = rng.random(len(y)) < share
        sides.append(replace(side, y=np.where(wrong, (y + 1) % k, y)))
        rows.append(_rows(wrong))
    truth = Truth(
        flaw="confused_neighbours",
        severity=severity,
        rules=("SA505",),
        cause="label_noise",
        train_windows=rows[0],
        val_windows=rows[1],
        details={"share": share},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


FLAWS: tuple[Flaw, ...] = ()
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=moved_border, cause="concept_shift", in_place=True),
    Explained(flaw=exchanged_names, cause="concept_shift", in_place=True),
    Explained(flaw=reversed_shares, cause="label_shift", hard=True),
    Explained(flaw=confused_neighbours, cause="label_noise", in_place=True),
)


def _rows(mask: np.ndarray) -> Integers:
    rows: Integers = np.flatnonzero(mask)
    return rows
