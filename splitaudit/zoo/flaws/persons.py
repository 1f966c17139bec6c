"""Subjects with strong ways of their own: unseen in train, or leaked into it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from splitaudit.data.split import Split
from splitaudit.zoo.tools import Floats, changed, labels, moments, per_subject, whole
from splitaudit.zoo.world import Explained, Flaw, Planted, Severity, Truth, World

STRENGTH = {"mild": 0.5, "moderate": 0.9, "severe": 1.6}


def own_ways(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Everybody wears the sensors in their own way: own mixture of the channels, own gains, levels and curves."""
    ours, theirs = _worn((train, val), STRENGTH[severity], rng)
    truth = Truth(flaw="own_ways", severity=severity, rules=("SA105",), cause="unseen_group", groups=val.group_names)
    return Planted(train=ours, val=theirs, truth=truth)


def own_meaning(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """The same signal means other things with other people: in 30, 55 or 90 % of them two classes are exchanged.

    Everybody is recognised by their levels, so that who was seen is predicted well.
    """
    share = {"mild": 0.3, "moderate": 0.55, "severe": 0.9}[severity]
    ours, theirs = _worn((train, val), 0.35, rng)
    k, sides = len(world.classes), []
    for side in (ours, theirs):
        y, who = labels(side), per_subject(side)
        names = np.tile(np.arange(k), (len(side.group_names), 1))
        for row in names[rng.random(len(names)) < share]:
            row[:] = rng.permutation(k)
        sides.append(replace(side, y=names[who, y]))
    truth = Truth(flaw="own_meaning", severity=severity, rules=("SA105",), cause="unseen_group", groups=val.group_names)
    return Planted(train=sides[0], val=sides[1], truth=truth)


def strange_people(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """One, a third or half of the people of val are unlike anybody in train, each in another way."""
    who = per_subject(val)
    people = rng.permutation(np.unique(who))
    n = {"mild": 1, "moderate": max(1, len(people) // 3), "severe": max(2, len(people) // 2)}[severity]
    strange = np.sort(people[:n])
    rows = np.flatnonzero(np.isin(who, strange))
    X = val.X.astype(np.float64)
    X[rows] = _worn((train, val.take(rows)), 2.0, rng)[1].X
    truth = Truth(
        flaw="strange_people",
        severity=severity,
        rules=("SA105",),
        cause="unseen_group",
        groups=tuple(val.group_names[s] for s in strange),
        val_windows=rows,
    )
    return Planted(train=train, val=changed(val, X), truth=truth)


def known_people(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Windows instead of people were drawn, of people with strong ways: val knows everybody, which life will not.

    In the mild case half of the people of val are strangers.
    """
    every = whole(world)
    worn = _worn((every,), {"mild": 1.0, "moderate": 1.0, "severe": 1.8}[severity], rng)[0]
    who = per_subject(worn)
    people = rng.permutation(np.unique(who))
    apart = people[: max(2, len(people) // 5)] if severity == "mild" else people[:0]
    inside = np.isin(who, apart) | (~np.isin(who, apart) & (rng.random(len(who)) < (0.2 if len(apart) else 0.35)))
    ours, theirs = worn.take(np.flatnonzero(~inside)), replace(worn.take(np.flatnonzero(inside)), name="val")
    known = np.flatnonzero(~np.isin(per_subject(theirs), apart))
    truth = Truth(
        flaw="known_people",
        severity=severity,
        rules=("SA304",),
        cause="leakage_group",
        groups=tuple(worn.group_names[p] for p in np.sort(people[len(apart) :])),
        val_windows=known,
    )
    return Planted(train=ours, val=theirs, truth=truth)


FLAWS: tuple[Flaw, ...] = ()
EXPLAINED: tuple[Explained, ...] = (
    Explained(flaw=own_ways, cause="unseen_group", subjects=True, named=True),
    Explained(flaw=own_meaning, cause="unseen_group", subjects=True, named=True),
    Explained(flaw=strange_people, cause="unseen_group", subjects=True, named=True, in_place=True),
    Explained(flaw=known_people, cause="leakage_group", subjects=True, named=True),
)


def _worn(sides: tuple[Split, ...], strength: float, rng: np.random.Generator) -> list[Split]:
    """Give each subject of each side a mixture, gains, levels and a curve of their own."""
    level, sd = moments(sides[0])
    out = []
    for side in sides:
        who = per_subject(side)
        z = (side.X - level) / sd
        for subject in np.unique(who):
            z[who == subject] = _in_own_way(z[who == subject], strength, rng)
        out.append(changed(side, level + sd * z))
    return out


def _in_own_way(z: Floats, strength: float, rng: np.random.Generator) -> Floats:
    c = z.shape[2]
    mixture = np.eye(c) + 0.6 * strength * rng.normal(size=(c, c)) / np.sqrt(c)
    gain = np.exp(0.6 * strength * rng.normal(size=c))
    worn: Floats = gain * (z @ mixture.T) + strength * rng.normal(size=c)
    return worn
