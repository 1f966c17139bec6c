"""Audit sides that are too large to be held: read all of both once, judge a sample, tell what rests on it.

Facts about all windows (not finite, copies, samples shared with val, labels) come from one pass over everything; tests
are made on whole stretches of both sides, with the windows of train that val windows were found to know.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.audit import Settings, View, audit_views, prepare, unmeasured
from splitaudit.data.blocks import Workers, workers
from splitaudit.data.finite import MOSTLY, all_lost, none_whole
from splitaudit.data.lazy import SomeRows, rows_of
from splitaudit.data.profile import Losses, Profile
from splitaudit.data.split import Split, comparable
from splitaudit.data.tables import Tables
from splitaudit.data.training import NO_TRAINING, Training
from splitaudit.engine.limits import Limits, footprint
from splitaudit.engine.sample import sampled
from splitaudit.engine.scan import Scan, ends, scan
from splitaudit.engine.tally import Tally
from splitaudit.evidence import Evidence
from splitaudit.report import Finding
from splitaudit.results import Report
from splitaudit.rule import Progress, Rule, silent
from splitaudit.stats.fingerprints import Runs
from splitaudit.stats.joins import contained
from splitaudit.stats.sought import Sought

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

LEAKS_OF_VAL, LEAKS_OF_TRAIN = 4000, 12_000
MOST_COPIES = 4000
COPIES, OVERLAPS = "SA301", "SA303"
OF_MEMORY = 8  # share of the memory that hashes of the ends of windows may take, as one part of so many
SURE = 1.358  # of the Kolmogorov law: exceeded by the largest deviation of a distribution function once in twenty


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    """How all windows are read: by whom, in which pieces of each side, and what shows how far that is."""

    who: Workers
    pieces: tuple[list[slice], list[slice]]
    progress: Progress
    memory: int


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """Both sides as they were read, scanned, and the rows that are judged."""

    sides: tuple[Split, Split]
    scans: tuple[Scan, Scan]
    losses: tuple[Losses, Losses]
    keep: tuple[int, ...]
    whole: tuple[Mask, Mask]
    rows: tuple[IntArray, IntArray]
    reader: _Reader
    leaky: IntArray  # val rows whose origins in train were looked for
    copies: IntArray  # val rows whose hash train has

    @property
    def complete(self) -> bool:
        """Whether all finite windows are judged."""
        return all(len(rows) == finite.sum() for rows, finite in zip(self.rows, self.whole, strict=True))

    def origins(self, of_val: IntArray) -> IntArray:
        """Train rows with the hashes of some val windows."""
        return np.flatnonzero(contained(self.scans[0].digests, self.scans[1].digests[of_val]))[:MOST_COPIES]


def stream(
    train: Split,
    val: Split,
    settings: Settings,
    limits: Limits,
    *,
    progress: Progress = silent,
    accepted: Iterable[Finding] = (),
    partial: bool = False,
    training: Training = NO_TRAINING,
) -> Report:
    """Audit two sides of any size.

    Parameters
    ----------
    train, val : Split
        Their windows may be read when they are needed.
    settings : Settings
    limits : Limits
    progress, accepted, partial, training
        As of :func:`splitaudit.audit.audit`.

    Raises
    ------
    DataError
        If nothing can be audited, a part cannot be read, or a cluster does not answer.
    """
    started = time.perf_counter()
    who, read = workers(limits.engine, limits.scheduler, settings.n_jobs), Tally(progress)
    try:
        try:
            known = _known(*comparable(train, val), limits, settings, who, read)
            views = _views(known, settings, training, progress)
        except KeyboardInterrupt:
            if not partial:
                raise
            seconds = time.perf_counter() - started
            return unmeasured((read.noted(train), read.noted(val)), settings, seconds=seconds)
        seconds = time.perf_counter() - started
        report = audit_views(
            known.sides,
            views,
            settings,
            accepted=accepted,
            partial=partial,
            amend=_Amends(known, views),
        )
    finally:
        who.close()
    timings = {"read": seconds, **report.timings, "total": time.perf_counter() - started}
    return replace(_noted(report, known), timings=timings)


def _known(train: Split, val: Split, limits: Limits, settings: Settings, who: Workers, progress: Progress) -> _Known:
    """Read both sides once, val first: what of it is looked for in train must be known then."""
    n_bytes = max(footprint(side) // len(side) for side in (train, val))
    pieces = [rows_of(side.X).pieces(limits.piece(settings.n_jobs)) for side in (train, val)]
    dtype = np.result_type(train.X.dtype, val.X.dtype)
    of_val = scan(val, None, who, pieces[1], dtype, progress)
    wanted = limits.judged(n_bytes, len(train), len(val))
    alive = tuple(np.flatnonzero(of_val.lost <= MOSTLY).tolist())
    finite = np.ones(len(train), dtype=bool), _finite(of_val, len(val), alive)
    leaky = _some(sampled(train, val, wanted, finite)[1], LEAKS_OF_VAL)
    of_train = scan(train, Sought(Runs.of(val.X[leaky])), who, pieces[0], dtype, progress)
    keep = tuple(np.flatnonzero((of_train.lost <= MOSTLY) & (of_val.lost <= MOSTLY)).tolist())
    losses = _losses(train, of_train, keep), _losses(val, of_val, keep)
    if not keep:
        k = 0 if of_train.lost.min() >= of_val.lost.min() else 1
        raise all_lost((train, val)[k], losses[k])
    finite = _finite(of_train, len(train), keep), _finite(of_val, len(val), keep)
    rows = sampled(train, val, wanted, finite)
    for side, own, lost in zip((train, val), rows, losses, strict=True):
        if not len(own):
            raise none_whole(side, lost)
    copies = np.flatnonzero(contained(of_val.digests, of_train.digests))
    reader = _Reader(who, (pieces[0], pieces[1]), progress, limits.memory)
    return _Known((train, val), (of_train, of_val), losses, keep, finite, rows, reader, leaky, copies)


def _some(rows: IntArray, most: int) -> IntArray:
    """Return at most so many of some rows, evenly spaced."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, most).astype(int))] if len(rows) else rows


def _finite(found: Scan, n: int, keep: tuple[int, ...]) -> Mask:
    """Which windows are finite in the channels that are kept, or in all."""
    finite = np.ones(n, dtype=bool)
    holes = found.holes if not keep else found.holes[np.isin(found.holes[:, 1], keep)]
    finite[holes[:, 0]] = False
    return finite


def _views(known: _Known, settings: Settings, training: Training, progress: Progress) -> dict[str, View]:
    """Return what rules see: the sample, the windows that leak, and everything as it was read."""
    losses = known.losses

    def prepared(rows: tuple[IntArray, IntArray]) -> View:
        options = {"progress": progress, "training": training.at_rows(rows[1])}
        return _prepared(known, rows, losses, settings, **options)

    sample = prepared(known.rows)
    whole = [_part(side, finite) for side, finite in zip(known.sides, known.whole, strict=True)]
    tables = Tables((whole[0], whole[1]))
    everything = Profile(False, tables, losses[0]), Profile(True, tables, losses[1])
    leaking = _leaking(known)
    copying = _copying(known, leaking)
    leaks = sample if known.complete else prepared(leaking)
    same = all(np.array_equal(a, b) for a, b in zip(copying, leaking, strict=True))
    return {
        "sample": sample,
        "all": (*everything, sample[2]),
        "leaks": leaks,
        "copies": leaks if same else prepared(copying),
    }


def _part(side: Split, finite: Mask) -> Split:
    """Return the finite windows of a side, read when they are needed."""
    if finite.all():
        return side
    some = np.flatnonzero(finite)
    X: Any = SomeRows(rows_of(side.X), some)
    without = replace(side, X=np.empty((len(side), 0, 0), dtype=side.X.dtype))
    return replace(without.take(some), X=X)


def _prepared(
    known: _Known,
    rows: tuple[IntArray, IntArray],
    losses: tuple[Losses, Losses],
    settings: Settings,
    **options: Any,
) -> View:
    sides = [side.take(own) for side, own in zip(known.sides, rows, strict=True)]
    if len(known.keep) < sides[0].n_channels:
        sides = [side.take_channels(known.keep) for side in sides]
    ours, theirs, context = prepare(sides[0], sides[1], settings, **options)
    ours.losses, theirs.losses = losses
    return ours, theirs, context


def _losses(side: Split, found: Scan, keep: tuple[int, ...]) -> Losses:
    steps = np.flatnonzero(found.counts.any(axis=1))
    return Losses(
        n_read=len(side),
        windows=np.unique(found.holes[:, 0]),
        per_channel=found.counts.sum(axis=0),
        n_samples=int(found.counts.sum()),
        n_large=found.n_large,
        first_timestep=int(steps[0]) if len(steps) else None,
        last_timestep=int(steps[-1]) if len(steps) else None,
        dropped_channels=tuple(sorted(set(range(side.n_channels)) - set(keep))),
        channels=side.channels,
    )


def _leaking(known: _Known) -> tuple[IntArray, IntArray]:
    """Return rows of train and val that rules on leakage see: some of val, and of train a part and their origins."""
    if known.complete:
        return known.rows
    train, of_train = known.rows[0], known.scans[0]
    some = known.leaky[known.whole[1][known.leaky]]
    origins = np.concatenate([_some(train, LEAKS_OF_TRAIN), of_train.before, of_train.after, known.origins(some)])
    origins = np.unique(origins[origins >= 0])
    return origins[known.whole[0][origins]], some


def _copying(known: _Known, leaks: tuple[IntArray, IntArray]) -> tuple[IntArray, IntArray]:
    """Return the rows of the leaks with further copies and their origins, as many as can be looked at."""
    if known.complete:
        return known.rows
    copies = _some(known.copies[known.whole[1][known.copies]], MOST_COPIES)
    origins = known.origins(copies)
    return np.union1d(leaks[0], origins[known.whole[0][origins]]), np.union1d(leaks[1], copies)


class _Amends:
    """Says in the evidence of every rule what it rests on, and counts copies among all windows."""

    def __init__(self, known: _Known, views: dict[str, View]) -> None:
        self.known, self.views = known, views

    def __call__(self, evidence: Evidence, rule: Rule) -> Evidence:
        """Return the evidence with ``sample`` in its details where it rests on one."""
        if self.known.complete or rule.sees == "all":
            return evidence
        train, val, _ = self.views[rule.sees]
        n, m = len(train), len(val)
        told = {"train": n, "val": m, "of_train": len(self.known.sides[0]), "of_val": len(self.known.sides[1])}
        if rule.code == COPIES:
            evidence = self._counted(evidence, val, self.known.copies, "are exact copies of train windows")
            error, what = 0.0, "all windows were compared by their hashes"
        elif rule.code == OVERLAPS and evidence.details.get("strides") and not evidence.details.get("after_scaling"):
            sharing = self._sharing(train.split.n_timesteps, evidence.details["strides"])
            evidence = self._counted(evidence, val, sharing, "share samples with train windows")
            error, what = 0.0, "all windows were compared by hashes of the lengths that are shared"
        elif rule.sees == "sample":
            error = SURE * float(np.sqrt(1 / n + 1 / m))
            what = "of any distribution function and share, 95 %, were windows independent"
        else:
            error, what = 1.96 * float(np.sqrt(0.25 / m)), "of a share of val windows, at most, 95 %"
        sample = {"sample": {**told, "error": error, "error_is": what}}
        return replace(evidence, details={**evidence.details, **sample})

    def _sharing(self, n_timesteps: int, strides: Sequence[int]) -> IntArray:
        """Return all val windows that share as many samples with a train window as those did that were looked at."""
        train, val = self.known.sides
        most = max(1, self.known.reader.memory // (OF_MEMORY * 16 * (len(train) + len(val))))
        lengths = n_timesteps - np.array(strides[:most], dtype=np.int64)
        reader = self.known.reader
        ours, theirs = (
            ends(side, lengths, reader.who, pieces, reader.progress)
            for side, pieces in zip((train, val), reader.pieces, strict=True)
        )
        shared = np.zeros(len(val), dtype=bool)
        for k in range(len(lengths)):
            shared |= contained(theirs[0][:, k], ours[1][:, k]) | contained(theirs[1][:, k], ours[0][:, k])
        return np.flatnonzero(shared)

    def _counted(self, evidence: Evidence, val: Profile, hits: IntArray, what: str) -> Evidence:
        """Return evidence with the share of all val windows: of hits by hash as many as were sure here."""
        found, here = len(evidence.where.val_windows), int(np.isin(val.split.rows, hits).sum())
        n_val = len(self.known.sides[1])
        sure = min(round(len(hits) * found / here), n_val) if here else 0
        told = f"{sure:,} of {n_val:,} val windows ({sure / n_val:.1%}) {what}, these among them: "
        return replace(
            evidence,
            effect=sure / n_val,
            summary=(told if found else "") + evidence.summary,
            details={**evidence.details, "val_windows_with_a_hash_of_train": len(hits)},
        )


def _noted(report: Report, known: _Known) -> Report:
    """Return the report with what was judged of each side."""
    sides = []
    for side, rows, finite in zip((report.train, report.val), known.rows, known.whole, strict=True):
        part = f"{len(rows):,} of {int(finite.sum()):,} windows are judged, in whole stretches; all were read"
        sides.append(side if len(rows) == finite.sum() else replace(side, notes=(*side.notes, part)))
    return replace(report, train=sides[0], val=sides[1])
