"""The smallest change of an existing pair after which train knows none of val."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split, comparable
from splitaudit.errors import DataError
from splitaudit.partition.draw import Options, class_counts, dealt_without_leaks, scaler_of
from splitaudit.partition.known import Known, study
from splitaudit.partition.leaks import both, found_between, shared_samples, to_leave_out
from splitaudit.partition.standing import standing
from splitaudit.partition.wanted import LEAST, MOST, Wanted
from splitaudit.partitioned import Changes, Parts, Standing
from splitaudit.results import Partition
from splitaudit.wording import counted

IntArray = NDArray[np.int64]

ROUNDS = 12
LEAST_LEFT = 0.5  # share of each side that a repair must leave
DRAWN_ANEW = ("SA1", "SA402", "SA403", "SA501", "SA502")  # what another draw of the same windows can mend


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """One way to mend a pair: what it does, and the parts that it leaves."""

    kind: str
    parts: Parts
    told: str


def repair(train: Split, val: Split, options: Options) -> Partition:
    """Propose the smallest change of a pair.

    Parameters
    ----------
    train, val : Split
        The pair.
    options : Options

    Returns
    -------
    Partition
        Of the windows of both, train's first; :attr:`~splitaudit.results.Partition.changes` names the windows by
        the rows of the two inputs.
    """
    started = time.perf_counter()
    train, val = comparable(train, val)
    both, n = joined(train, val), len(train)
    known = study(both, n_jobs=options.settings.n_jobs)
    was = Parts(train=np.arange(n), val=np.arange(n, len(both)))
    before = _stands("as it is", known, was, options)
    wanted = Wanted(val=min(max(len(val) / len(both), LEAST), MOST))
    chosen, after, notes = _chosen(known, was, before, wanted, options)
    changes = _changes(chosen, n)
    return Partition(
        source=f"{train.source or train.name}, {val.source or val.name}",
        n_windows=len(both),
        by=chosen.kind,
        n_units=changes.n_windows,
        how=chosen.told,
        parts=(chosen.parts,),
        scalers=(scaler_of(both, chosen.parts.train),),
        before=before,
        after=(after,),
        classes=class_counts(both, chosen.parts),
        notes=tuple(notes),
        changes=changes,
        settings={"random_state": options.settings.random_state},
        seconds=time.perf_counter() - started,
    )


def joined(train: Split, val: Split) -> Split:
    """Return the windows of two comparable sides as one data set."""

    def of_both(name: str) -> NDArray[Any] | None:
        ours, theirs = getattr(train, name), getattr(val, name)
        return None if ours is None or theirs is None else np.concatenate([ours, theirs])

    return replace(
        train,
        X=np.concatenate([train.X, val.X]),
        y=of_both("y"),
        groups=of_both("groups"),
        time=of_both("time"),
        recording=of_both("recording"),
        rows=np.arange(len(train) + len(val)),
        name="both sides",
        source="",
    )


def _stands(name: str, known: Known, parts: Parts, options: Options) -> Standing:
    return standing(name, known.split, (parts.train, parts.val), known.traits.features, options.settings)


def _chosen(
    known: Known, was: Parts, before: Standing, wanted: Wanted, options: Options
) -> tuple[Proposal, Standing, list[str]]:
    """Choose the proposal that changes least among those that leave nothing that a change of the split can mend."""
    found, notes = [], []
    for proposal in _proposals(known, was, before, wanted, options):
        size = _size(proposal, was)
        if not _enough(known, proposal.parts, was):
            notes.append(f"{proposal.told}: {counted(size, 'window')}, which leaves too little of a side or a class")
            continue
        after = _stands(f"after: {proposal.told}", known, proposal.parts, options)
        found.append((_unmended(after), size, proposal, after))
    if not found:
        raise DataError(
            "this pair cannot be mended: too little of a side would be left, and it cannot be drawn anew; splitaudit "
            "check says what is wrong"
        )
    left, size, best, after = min(found, key=lambda each: (each[0], each[1]))
    for other_left, other_size, other, _ in found:
        if other is not best:
            more = " and leaves more to mend" if other_left > left else ""
            notes.append(f"the other way, {other.told}, changes {counted(other_size, 'window')}{more}")
    remaining = [code for code in after.errors if not code.startswith((*DRAWN_ANEW, "SA3"))]
    if remaining:
        notes.append(
            f"no choice of windows mends {', '.join(remaining)}: splitaudit rule {remaining[0]} says what does"
        )
    return best, after, notes


def _proposals(known: Known, was: Parts, before: Standing, wanted: Wanted, options: Options) -> Iterator[Proposal]:
    """Yield what may be done, the smallest changes first."""
    leaking, uneven = before.n_leaking, any(code.startswith(DRAWN_ANEW) for code in before.errors)
    if not leaking and not uneven:
        yield Proposal("nothing", was, "nothing is changed")
        return
    if leaking:
        yield Proposal("drop", _dropped(known, was, options), "leave out the windows that the other side knows")
        if "known groups" in before.leaked and before.leaked["known groups"] > 0:
            yield Proposal("move", _moved(known, was, options), "move each group to the side that holds most of it")
    else:
        yield Proposal("nothing", was, "nothing is changed")
    try:
        dealt = dealt_without_leaks(known, wanted, options)
    except DataError:
        return
    yield Proposal("redraw", dealt.parts[0], f"draw the split anew by {dealt.kind} ({dealt.how})")


def _dropped(known: Known, was: Parts, options: Options) -> Parts:
    """Leave out the fewest windows after which no window, sample or group is on both sides."""
    shared = [known.kin.content]
    if known.split.groups is not None:
        shared.append(known.split.groups)
    pairs = shared_samples(known)
    parts = was
    for _ in options.progress(range(ROUNDS), "looking for leaks"):
        gone = to_leave_out(was.train, was.val, pairs, shared)
        parts = Parts(train=np.setdiff1d(was.train, gone), val=np.setdiff1d(was.val, gone), left_out=gone)
        if min(len(parts.train), len(parts.val)) < 2:
            break
        more = found_between(known.split, parts.train, parts.val, options.settings)
        if not len(more[0]):
            break
        pairs = both(pairs, more)
    return parts


def _moved(known: Known, was: Parts, options: Options) -> Parts:
    """Move the windows of every group to the side that holds most of it, then leave out what still leaks."""
    groups = known.split.groups
    assert groups is not None  # groups are on both sides
    counts = np.stack([np.bincount(groups[rows], minlength=int(groups.max()) + 1) for rows in (was.train, was.val)])
    to_val = (counts[1] > counts[0])[groups]
    return _dropped(known, Parts(train=np.flatnonzero(~to_val), val=np.flatnonzero(to_val)), options)


def _size(proposal: Proposal, was: Parts) -> int:
    parts = proposal.parts
    return len(parts.left_out) + len(np.intersect1d(was.train, parts.val)) + len(np.intersect1d(was.val, parts.train))


def _enough(known: Known, parts: Parts, was: Parts) -> bool:
    """Whether enough of both sides is left, and every class of val that train can teach."""
    sides = ((parts.train, was.train), (parts.val, was.val))
    if any(len(left) < LEAST_LEFT * len(had) for left, had in sides):
        return False
    y = known.split.y
    return y is None or all(np.isin(np.unique(y[had]), y[left]).all() for left, had in sides)


def _unmended(after: Standing) -> int:
    """How much is left that choosing other windows can mend."""
    return after.n_leaking + sum(code.startswith((*DRAWN_ANEW, "SA3")) for code in after.errors)


def _changes(chosen: Proposal, n_train: int) -> Changes:
    """Name what changes by the rows of the two inputs."""
    parts = chosen.parts

    def rows(where: IntArray, of_val: bool) -> tuple[int, ...]:
        own = where[(where >= n_train) == of_val]
        return tuple((own - n_train * of_val).tolist())

    return Changes(
        kind=chosen.kind,
        drop_train=rows(parts.left_out, False),
        drop_val=rows(parts.left_out, True),
        to_train=rows(parts.train, True),
        to_val=rows(parts.val, False),
    )
