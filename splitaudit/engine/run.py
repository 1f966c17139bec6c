"""Audit sides of any size: whole where they fit, else read once and judged on a sample."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from splitaudit.audit import Settings, audit
from splitaudit.data.lazy import is_lazy
from splitaudit.data.split import Split, comparable
from splitaudit.data.training import NO_TRAINING, Training
from splitaudit.engine.limits import Limits, footprint
from splitaudit.engine.sample import sampled
from splitaudit.engine.stream import stream
from splitaudit.report import Finding
from splitaudit.results import Report
from splitaudit.rule import Progress, silent


def audit_sides(
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
    """Audit two sides within limits of memory; parameters as of :func:`splitaudit.audit.audit`.

    Sides that fit are audited whole, in this process or with features from everywhere alike; larger ones by
    :func:`splitaudit.engine.stream.stream`.
    """
    options: dict[str, Any] = {"progress": progress, "accepted": accepted, "partial": partial}
    small = limits.fits(footprint(train) + footprint(val), len(train) + len(val))
    if small and limits.engine == "local":
        return audit(loaded(train), loaded(val), settings, training=training, **options)
    return stream(train, val, settings, limits, training=training, **options)


def held(train: Split, val: Split, limits: Limits, training: Training = NO_TRAINING) -> tuple[Split, Split, Training]:
    """Return two sides in memory, and what is known of the training for the val windows among them.

    Sides that do not fit are replaced by whole stretches of their windows, and say so.
    """
    if limits.fits(footprint(train) + footprint(val), len(train) + len(val)):
        return loaded(train), loaded(val), training
    train, val = comparable(train, val)
    wanted = limits.judged(footprint(train) // len(train), len(train), len(val))
    every = np.ones(len(train), dtype=bool), np.ones(len(val), dtype=bool)
    rows = sampled(train, val, wanted, every)
    sides = []
    for side, own in zip((train, val), rows, strict=True):
        note = f"{len(own):,} of {len(side):,} windows are used, in whole stretches"
        sides.append(replace(side.take(own), notes=(*side.notes, note)))
    return sides[0], sides[1], training.at_rows(rows[1])


def loaded(split: Split) -> Split:
    """Return a side with its windows in memory."""
    return replace(split, X=np.asarray(split.X)) if is_lazy(split.X) else split
