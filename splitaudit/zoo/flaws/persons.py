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
    """The same signal means other things with other people: in 25, 50 or 90 % of them the classes are exchanged.

    Everybody is recognised by their levels, so that who was seen is predicted well.
    """
    share = {"mild": 0.25, "moderate": 0.5, "severe": 0.9}[severity]
    ours, theirs = (_renamed(side, share, rng) for side in _worn((train, val), 0.35, rng))
    truth = Truth(flaw="own_meaning", severity=severity, rules=("SA105",), cause="unseen_group", groups=val.group_names)
    return Planted(train=ours, val=theirs, truth=truth)


def own_order(world: World, train: Split, val: Split, severity: Severity, rng: np.random.Generator) -> Planted:
    """Sensors are plugged in another order, and some turned around, in 25, 50 or 90 % of the people of either side.

    Nobody is like anybody else, though all channels look alike from outside: who was seen is predicted well.
    """
    share = {"mild": 0.25, "moderate": 0.5, "severe": 0.9}[severity]
    level, sd = moments(train)
    sides = []
    for side in _worn((train, val), 0.2, rng):
        who = per_subject(side)
        z = (side.X - level) / sd
        people = rng.permutation(np.unique(who))
        for subject in people[: max(1, round(share * len(people)))]:
            order, sense = rng.permutation(z.shape[2]), rng.choice([-1.0, 1.0], size=z.shape[2])
            z[who == subject] = sense * z[who == subject][:, :, order]
        sides.append(changed(side, level + sd * z))
    truth = Truth(flaw="own_order", severity=severity, rules=("SA105",), cause="unseen_group", groups=val.group_names)
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

    What the signal means depends on who it is in 40, 60 or 90 % of them; in the mild case some of val are strangers.
    """
    worn = _worn((whole(world),), 0.5, rng, apart=1.5)[0]
    worn = _renamed(worn, {"mild": 0.4, "moderate": 0.6, "severe": 0.9}[severity], rng)
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
    Explained(flaw=own_order, cause="unseen_group", subjects=True, named=True),
    Explained(flaw=strange_people, cause="unseen_group", subjects=True, named=True, in_place=True),
    Explained(flaw=known_people, cause="leakage_group", subjects=True, named=True),
)


def _worn(sides: tuple[Split, ...], strength: float, rng: np.random.Generator, *, apart: float = 0.0) -> list[Split]:
    """Give each subject of each side a mixture, gains and levels of their own; levels lie ``apart`` at least."""
    level, sd = moments(sides[0])
    out = []
    for side in sides:
        who = per_subject(side)
        z = (side.X - level) / sd
        for subject in np.unique(who):
            z[who == subject] = _in_own_way(z[who == subject], strength, rng) + apart * rng.normal(size=z.shape[2])
        out.append(changed(side, level + sd * z))
    return out


def _renamed(side: Split, share: float, rng: np.random.Generator) -> Split:
    """Exchange the classes of a share of the subjects, in another way for each."""
    k, n = len(side.classes), len(side.group_names)
    names = np.tile(np.arange(k), (n, 1))
    for other in rng.permutation(n)[: max(1, round(share * n))]:
        order = rng.permutation(k)
        names[other, order] = np.roll(order, 1)
    return replace(side, y=names[per_subject(side), labels(side)])


def _in_own_way(z: Floats, strength: float, rng: np.random.Generator) -> Floats:
    c = z.shape[2]
    mixture = np.eye(c) + 0.6 * strength * rng.normal(size=(c, c)) / np.sqrt(c)
    gain = np.exp(0.6 * strength * rng.normal(size=c))
    worn: Floats = gain * (z @ mixture.T) + strength * rng.normal(size=c)
    return worn
