"""Deal windows to parts: whole units, blocks of a line, or past and future."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from splitaudit.data.clock import nearest_in_time
from splitaudit.errors import DataError
from splitaudit.partition.known import Known
from splitaudit.partition.timeline import components
from splitaudit.partition.wanted import Wanted
from splitaudit.partitioned import Parts
from splitaudit.stats.allotment import FREE, allot
from splitaudit.wording import counted, listed

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]
Pairs = tuple[IntArray, IntArray]

LEFT_OUT = -1
MOST_PURGED = 0.1
MAX_BLOCKS = 60
FEW = 3
FUSED = 0.5  # share of the units that must be left when those that share windows are taken as one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dealt:
    """Windows as they were dealt.

    ``kind`` says what was kept whole, ``tied`` whether windows that leak may be bound together and dealt anew (else
    they are left out), ``line`` whether the gap in time was kept.
    """

    kind: str
    n_units: int
    how: str
    parts: tuple[Parts, ...]
    tied: bool = True
    line: bool = False
    notes: tuple[str, ...] = ()


def deal(known: Known, wanted: Wanted, rng: np.random.Generator, bonds: tuple[Pairs, ...] = ()) -> Dealt:
    """Deal windows as asked for.

    Parameters
    ----------
    known : Known
    wanted : Wanted
    rng : numpy.random.Generator
    bonds : tuple of pairs of ndarray
        Further windows that must stay together.

    Raises
    ------
    DataError
        If the data do not allow it; the sentence names what they do allow.
    """
    if wanted.by == "time":
        return _in_time(known, wanted)
    if wanted.by == "groups" and known.split.groups is None:
        raise DataError(f"{_at(known)}: there are no groups, expected one per window for by groups")
    need = len(wanted.shares)
    notes: list[str] = []
    for kind, units, how in _candidates(known, wanted):
        atoms = _bound(known, units, bonds)
        n_atoms, n_units = int(atoms.max()) + 1, int(units.max()) + 1
        if kind != "window" and n_units >= need and n_atoms < max(need, FUSED * n_units):
            dealt = _whole(known, wanted, rng, units, kind, how, n_units)
            said = f"windows that {kind}s share tie {n_units} of them into {n_atoms}: such windows are left out instead"
            return _noted(replace(dealt, tied=False), [*notes, said])
        if n_atoms >= need:
            return _noted(_whole(known, wanted, rng, atoms, kind, how, n_units), notes)
        if wanted.by == "groups":
            raise DataError(_too_few(known, wanted, n_units))
        if kind != "window":
            notes.append(
                f"{counted(n_units, kind)} {_are(n_units)} too few for {wanted.said}: parts have {kind}s in common"
            )
    return _noted(_blocks(known, wanted, rng), notes)


def _noted(dealt: Dealt, notes: list[str]) -> Dealt:
    return replace(dealt, notes=(*notes, *dealt.notes))


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _at(known: Known) -> str:
    return known.split.source or known.split.name


def _candidates(known: Known, wanted: Wanted) -> list[tuple[str, IntArray, str]]:
    """What may be kept whole, the best first: kind, unit of each window, how it was found."""
    split, found = known.split, []
    if split.groups is not None:
        found.append(("group", _numbered(split.groups), "groups given"))
    if split.recording is not None:
        found.append(("recording", _numbered(split.recording), "recordings given"))
    if not known.dependent:
        found.append(("window", np.arange(len(split)), "windows do not depend on each other"))
    return found if wanted.by == "auto" else found[:1]


def _numbered(codes: IntArray) -> IntArray:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _bound(known: Known, units: IntArray, bonds: tuple[Pairs, ...]) -> IntArray:
    """Number what must stay together: units, equal windows, windows that share samples, and further bonds."""
    n, kin = len(known), known.kin
    first = np.unique(units, return_index=True)[1]
    same = np.unique(kin.content, return_index=True, return_inverse=True)
    goes_on = np.flatnonzero(kin.before >= 0)
    pairs = [(np.arange(n), first[units]), (np.arange(n), same[1][same[2]]), (goes_on, kin.before[goes_on]), *bonds]
    return components(n, pairs)


def _too_few(known: Known, wanted: Wanted, n_units: int) -> str:
    head = f"{_at(known)}: {wanted.said} cannot be had, there {_are(n_units)} {counted(n_units, 'group')}"
    if n_units < 2:
        return f"{head}; by time, or without groups, {wanted.said} can be cut from it"
    return f"{head}; {n_units} folds can" if wanted.folds is not None else f"{head}; train and val can"


def _whole(
    known: Known, wanted: Wanted, rng: np.random.Generator, atoms: IntArray, kind: str, how: str, n_units: int
) -> Dealt:
    """Deal whole units so that every part is like the whole."""
    part, notes = _allotted(known, wanted, rng, atoms, kind)
    n_atoms = int(atoms.max()) + 1
    if n_atoms < n_units and kind != "window":
        notes.append(
            f"{counted(n_units, kind)} are dealt as {n_atoms}: some share windows or samples and stay together"
        )
    parts = _parts(part[atoms], wanted)
    return Dealt(kind=kind, n_units=n_units, how=how, parts=parts, notes=tuple(notes))


def _allotted(
    known: Known, wanted: Wanted, rng: np.random.Generator, atoms: IntArray, kind: str
) -> tuple[IntArray, list[str]]:
    """Return the part of every atom, and what could not be had."""
    n_atoms = int(atoms.max()) + 1
    member = sparse.csr_matrix((np.ones(len(atoms)), (atoms, np.arange(len(atoms)))), (n_atoms, len(atoms)))
    traits = np.asarray(member @ known.traits.values)
    held = _classes(known, atoms, n_atoms)
    fixed, notes = np.full(n_atoms, FREE, dtype=np.int64), []
    alone = [k for k in range(held.shape[1]) if (held[:, k] > 0).sum() == 1]
    if alone:
        if wanted.folds is None:
            fixed[[int(held[:, k].argmax()) for k in alone]] = 0
        if int((fixed == FREE).sum()) < len(wanted.shares) - 1:
            fixed[:] = FREE
        notes.append(_lonely([known.split.classes[k] for k in alone], kind, wanted, kept=bool((fixed == 0).any())))
    stratum = held.argmax(axis=1).astype(np.int64) if held.shape[1] else np.zeros(n_atoms, dtype=np.int64)
    return allot(traits, wanted.shares, rng, fixed=fixed, stratum=stratum), notes


def _lonely(names: list[str], kind: str, wanted: Wanted, *, kept: bool) -> str:
    """Say what comes of classes that live in one unit, and whether they could be kept in train."""
    one = len(names) == 1
    head = f"{'Class' if one else 'Classes'} {listed(names)} {'is' if one else 'are'} found in one {kind} only"
    it, them, is_ = ("it", "it", "is") if one else ("they", "them", "are")
    if wanted.folds is not None:
        return f"{head}: the fold that validates on {'it' if one else 'one'} has not seen it in train"
    if kept:
        return f"{head}: {it} {'stays' if one else 'stay'} in train, so val does not tell how well {it} {is_} known"
    return f"{head}, and too few are left without {them}: what val holds of {them}, train does not"


def _classes(known: Known, atoms: IntArray, n_atoms: int) -> NDArray[np.int64]:
    """Windows of each class in each atom, shape (n_atoms, n_classes); no columns without labels."""
    if known.split.y is None:
        return np.zeros((n_atoms, 0), dtype=np.int64)
    k = len(known.split.classes)
    counts = np.bincount(atoms * k + known.split.y, minlength=n_atoms * k).reshape(n_atoms, k)
    return counts.astype(np.int64)


def _parts(part: IntArray, wanted: Wanted) -> tuple[Parts, ...]:
    """Turn the part of every window into parts; :data:`LEFT_OUT` belongs to none."""
    out = np.flatnonzero(part == LEFT_OUT)
    if wanted.folds is None:
        rows = [np.flatnonzero(part == p) for p in range(3)]
        return (Parts(train=rows[0], val=rows[1], test=rows[2], left_out=out),)
    return tuple(
        Parts(train=np.flatnonzero((part != fold) & (part != LEFT_OUT)), val=np.flatnonzero(part == fold), left_out=out)
        for fold in range(wanted.folds)
    )


def _blocks(known: Known, wanted: Wanted, rng: np.random.Generator) -> Dealt:
    """Cut the line into blocks, deal these, and leave out what lies too near to another part."""
    line, n = known.line, len(known)
    order, gap = line.order, known.gap.samples
    share = float(wanted.shares.min())
    near = max(1.0, _within(known, gap))  # windows that a cut costs on one side
    wish = min(MAX_BLOCKS, int(MOST_PURGED * n / (2 * near * share)), int(n / (2 * near)))
    n_blocks = max(wish, int(np.ceil(1 / share)), len(wanted.shares))
    if n_blocks > n:
        raise DataError(f"{_at(known)}: {wanted.said} cannot be had, there {_are(n)} {counted(n, 'window')}")
    block = np.empty(n, dtype=np.int64)
    block[order] = np.arange(n) * n_blocks // n
    part, notes = _allotted(known, wanted, rng, block, "block")
    parts = tuple(purged(known, each) for each in _parts(part[block], wanted))
    how = f"{n_blocks} blocks of about {n // n_blocks} windows, {line.how}"
    lost = max(len(each.left_out) for each in parts)
    if lost > 2 * MOST_PURGED * n:
        notes.append(
            f"{lost} of {n} windows are left out: the data are short beside the {gap:g} samples that must lie between "
            "parts"
        )
    _need_parts(known, wanted, parts)
    return Dealt(kind="block", n_units=n_blocks, how=how, parts=parts, tied=False, line=True, notes=tuple(notes))


def _within(known: Known, gap: float) -> float:
    """How many windows start within a gap of each other, on average."""
    line, order = known.line, known.line.order
    start, keys = line.start[order], line.keys[order]
    apart = np.diff(start)[np.diff(keys) == 0]
    apart = apart[apart > 0]
    return gap / float(np.median(apart)) - 1 if len(apart) else 0.0


def _in_time(known: Known, wanted: Wanted) -> Dealt:
    """Cut every clock into past and future; folds look ever further ahead."""
    line = known.line
    rank = _rank(line.keys, line.start)
    if wanted.folds is None:
        edges = np.cumsum(wanted.shares)[:-1]
        part = np.searchsorted(edges, rank, side="right")
        parts = _parts(part.astype(np.int64), wanted)
    else:
        fold = np.minimum((rank * (wanted.folds + 1)).astype(np.int64), wanted.folds)
        parts = tuple(
            Parts(train=np.flatnonzero(fold < k), val=np.flatnonzero(fold == k), left_out=np.flatnonzero(fold > k))
            for k in range(1, wanted.folds + 1)
        )
    parts = tuple(purged(known, each) for each in parts)
    _need_parts(known, wanted, parts)
    n_clocks = len(np.unique(line.keys))
    kept = "past and future of the file" if n_clocks == 1 else f"past and future of {n_clocks} clocks"
    return Dealt(kind="time", n_units=n_clocks, how=f"{kept}, {line.how}", parts=parts, tied=False, line=True)


def _rank(keys: IntArray, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place of every window on its clock, from 0 to just below 1; windows that start together have one place."""
    rank = np.empty(len(keys))
    order = np.lexsort([start, keys])
    first = np.flatnonzero(np.r_[True, np.diff(keys[order]) != 0])
    for own in np.split(order, first[1:]):
        rank[own] = np.searchsorted(start[own], start[own], side="left") / len(own)
    return rank


def purged(known: Known, parts: Parts) -> Parts:
    """Leave out windows of train that lie within the gap of val or test, and windows of val within that of test."""
    train = _far(known, parts.train, np.concatenate([parts.val, parts.test]))
    val = _far(known, parts.val, parts.test)
    out = np.setdiff1d(np.concatenate([parts.train, parts.val]), np.concatenate([train, val]))
    return replace(parts, train=train, val=val, left_out=np.union1d(parts.left_out, out).astype(np.int64))


def _far(known: Known, rows: IntArray, others: IntArray) -> IntArray:
    """Those of some windows that start at least a gap away from all others on their clock."""
    if not len(others) or not len(rows):
        return rows
    keys, start = known.line.keys, known.line.start
    nearest = nearest_in_time(keys[others], start[others], keys[rows], start[rows])
    apart = np.where(nearest >= 0, np.abs(start[others][nearest] - start[rows]), np.inf)
    return rows[apart >= known.gap.samples]


def _need_parts(known: Known, wanted: Wanted, parts: tuple[Parts, ...]) -> None:
    """Refuse parts that the gap has eaten."""
    for each in parts:
        least = min(len(each.train), len(each.val), len(each.test) if wanted.test else len(each.val))
        if least < FEW:
            raise DataError(
                f"{_at(known)}: {wanted.said} cannot be had from {counted(len(known), 'window')} with "
                f"{known.gap.samples:g} samples between the parts ({known.gap.how}); a smaller gap, or fewer and "
                "larger parts, can"
            )
