"""Draw a split of one data set: study, deal, look for leaks and mend them, audit the result."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.audit import Settings
from splitaudit.data.scales import samples, usable
from splitaudit.data.split import Split
from splitaudit.data.tables import moments
from splitaudit.errors import DataError
from splitaudit.partition.deal import Dealt, Pairs, deal
from splitaudit.partition.known import Known, study
from splitaudit.partition.leaks import NONE, both, found_between, shared_samples, to_leave_out
from splitaudit.partition.standing import standing
from splitaudit.partition.wanted import Wanted
from splitaudit.partitioned import Parts, Scaler, Standing
from splitaudit.results import Partition
from splitaudit.rule import Progress, generator, silent
from splitaudit.wording import counted

IntArray = NDArray[np.int64]

TIES, ROUNDS = 8, 12  # copies of one window are found by and by: a window is told one other in a round
MOST_COMPARED = 100_000
UNITS = ("group", "recording")
AT_RANDOM = "dealt at random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a split is drawn; ``audited`` says whether the result is audited."""

    settings: Settings
    audited: bool = True
    progress: Progress = silent


def draw(split: Split, wanted: Wanted, options: Options) -> Partition:
    """Draw a split of one data set.

    Raises
    ------
    DataError
        If what is wanted cannot be had; the sentence names what can.
    """
    started = time.perf_counter()
    known = study(split, gap=wanted.gap, n_jobs=options.settings.n_jobs)
    dealt = dealt_without_leaks(known, wanted, options)
    audited = options.audited and len(known) <= MOST_COMPARED
    before, after = _standings(known, wanted, dealt, options) if audited else (None, ())
    made = described(split, known, dealt, options)
    return replace(
        made, before=before, after=after, settings=_plain(wanted, options), seconds=time.perf_counter() - started
    )


def dealt_without_leaks(known: Known, wanted: Wanted, options: Options) -> Dealt:
    """Deal, and where windows of two parts know each other keep them together or leave some out."""
    bonds: tuple[Pairs, ...] = ()
    rng = generator(options.settings.random_state, "deal")
    dealt = deal(known, wanted, rng, bonds)
    if len(known) > MOST_COMPARED:
        dealt = _apart(known, wanted, dealt, [NONE] * len(dealt.parts))
        said = f"near copies were not looked for among {counted(len(known), 'window')}, and the result was not audited"
        return replace(dealt, notes=(*dealt.notes, f"{said}; splitaudit check does both"))
    for number in options.progress(range(ROUNDS), "looking for leaks"):
        leaks = [_leaks(known, each, options.settings) for each in dealt.parts]
        if not any(len(first) for first, _ in leaks):
            break
        if dealt.tied and number < TIES:
            bonds += tuple(leaks)
            again = deal(known, wanted, generator(options.settings.random_state, "deal"), bonds)
            if again.kind == dealt.kind:
                dealt = again
                continue
        dealt = _apart(known, wanted, dealt, leaks)
    return dealt


def _apart(known: Known, wanted: Wanted, dealt: Dealt, leaks: list[Pairs]) -> Dealt:
    """Leave out of every fold the fewest windows that join two parts: leaks that were found, and equal windows."""
    if dealt.kind in UNITS:  # blocks and past and future keep a gap, single windows are tied
        leaks = [both(shared_samples(known), found) for found in leaks]
    parts = tuple(_without(known, each, found) for each, found in zip(dealt.parts, leaks, strict=True))
    if any(len(each.named()) < len(had.named()) for each, had in zip(parts, dealt.parts, strict=True)):
        at = known.split.source or known.split.name
        raise DataError(
            f"{at}: {wanted.said} cannot be had, nothing is left of a part without what the others know of it; "
            "leave copies out first, or name what belongs together by groups"
        )
    return replace(dealt, parts=parts, tied=False)


def _leaks(known: Known, parts: Parts, settings: Settings) -> Pairs:
    rows = list(parts.named().values())
    found = [found_between(known.split, ours, theirs, settings) for ours, theirs in combinations(rows, 2)]
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _without(known: Known, parts: Parts, leaks: Pairs) -> Parts:
    """Leave out the fewest windows that join two parts."""
    named, out = parts.named(), [parts.left_out]
    for first, second in combinations(list(named), 2):
        gone = to_leave_out(named[first], named[second], leaks, [known.kin.content])
        named = {name: np.setdiff1d(rows, gone) for name, rows in named.items()}
        out.append(gone)
    return replace(parts, **named, left_out=np.unique(np.concatenate(out)))


def described(split: Split, known: Known, dealt: Dealt, options: Options) -> Partition:
    """Return what was drawn, with the numbers of the scaler and of the classes."""
    return Partition(
        source=split.source or split.name,
        n_windows=len(split),
        by=dealt.kind,
        n_units=dealt.n_units,
        how=dealt.how,
        parts=dealt.parts,
        scalers=tuple(scaler_of(split, each.train) for each in dealt.parts),
        classes=class_counts(split, dealt.parts[0]),
        gap=known.gap.samples if dealt.line else 0.0,
        gap_how=known.gap.how if dealt.line else "",
        notes=dealt.notes,
    )


def scaler_of(split: Split, rows: IntArray) -> Scaler:
    """Fit mean and standard deviation of every channel on some windows, those with non-finite samples left out."""
    X = split.X[rows]
    good = usable(X)
    whole = good.all(axis=(1, 2))
    found = moments(samples(X[whole] if whole.any() else np.where(good, X, 0), split.image))
    named = len(split.channels) == len(found.mean)
    return Scaler(
        channels=split.channels if named else tuple(range(len(found.mean))),
        mean=tuple(found.mean.tolist()),
        sd=tuple(found.sd.tolist()),
    )


def class_counts(split: Split, parts: Parts) -> dict[str, tuple[int, ...]]:
    """Count the windows of each class in each part."""
    if split.y is None:
        return {}
    counts = [np.bincount(split.y[rows], minlength=len(split.classes)) for rows in parts.named().values()]
    return {name: tuple(int(count[k]) for count in counts) for k, name in enumerate(split.classes)}


def _standings(known: Known, wanted: Wanted, dealt: Dealt, options: Options) -> tuple[Standing, tuple[Standing, ...]]:
    """Audit what was drawn, and beside it windows that are dealt one by one at random."""
    order = generator(options.settings.random_state, "at random").permutation(len(known))
    cut = len(known) - round(float(wanted.shares[1]) * len(known))
    pairs = [(AT_RANDOM, (np.sort(order[:cut]), np.sort(order[cut:])))]
    several = len(dealt.parts) > 1
    for i, each in enumerate(dealt.parts):
        pairs.append((f"fold {i}" if several else "as drawn", (each.train, each.val)))
    found = [
        standing(name, known.split, rows, known.traits.features, options.settings)
        for name, rows in options.progress(pairs, "auditing")
    ]
    return found[0], tuple(found[1:])


def _plain(wanted: Wanted, options: Options) -> dict[str, Any]:
    sizes: dict[str, Any] = {"folds": wanted.folds} if wanted.folds else {"val": wanted.val, "test": wanted.test}
    return {**sizes, "by": wanted.by, "gap": wanted.gap, "random_state": options.settings.random_state}
