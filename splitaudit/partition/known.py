"""What is known of a data set before it is dealt: kin, place in time, traits, what may stand alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.copies import Kin, find_kin
from splitaudit.data.features import chunks
from splitaudit.data.profile import Losses, Profile, profiles
from splitaudit.data.scales import usable
from splitaudit.data.scheme import find_scheme
from splitaudit.data.split import Split
from splitaudit.partition.timeline import Gap, Timeline, gap_of, timeline_of
from splitaudit.partition.traits import Traits, traits_of

IntArray = NDArray[np.int64]

MAX_MEASURED = 20_000
MOSTLY = 0.5  # share of windows that go on from another, from which on they are no single windows


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A data set and what was found out about it.

    Parameters
    ----------
    split : Split
        Its windows; samples that are NaN, infinite or too large to be squared are 0 here.
    kin : Kin
        Equal windows, and windows that go on from others.
    line : Timeline
    gap : Gap
        How far apart windows of two parts must start.
    traits : Traits
        What parts are balanced by.
    dependent : bool
        Whether successive windows are alike or share samples, so that they may not be dealt one by one.
    """

    split: Split
    kin: Kin
    line: Timeline
    gap: Gap
    traits: Traits
    dependent: bool

    def __len__(self) -> int:
        return len(self.split)


def study(split: Split, *, gap: float | None = None, n_jobs: int = 1) -> Known:
    """Find out what holds the windows of a data set together."""
    split = _finite(split)
    kin = find_kin(split.X)
    line = timeline_of(split, kin)
    rows = _some(line, len(split))
    halves = _halves(split.take(rows) if len(rows) < len(split) else split, n_jobs)
    features = halves[0].tables.features
    traits = traits_of(split, features if len(rows) == len(split) else None)
    asked = None if gap is None else Gap(gap, "as asked for")
    found = asked or gap_of(line, split.n_timesteps, features, rows, split.y)
    chained = bool((kin.before >= 0).mean() > MOSTLY)
    return Known(split, kin, line, found, traits, chained or find_scheme(*halves).kind != "window")


def _finite(split: Split) -> Split:
    X = split.X
    if all(usable(X[rows]).all() for rows in chunks(len(X), X[0].size)):
        return split
    return split.with_X(np.where(usable(X), X, np.zeros(1, dtype=X.dtype)))


def _some(line: Timeline, n: int) -> IntArray:
    """Windows that are measured: all, or whole stretches of many, in the order of the file."""
    if n <= MAX_MEASURED:
        return np.arange(n)
    order = line.order
    stretch = np.arange(n) // 200
    return np.sort(order[stretch % int(np.ceil(n / MAX_MEASURED)) == 0])


def _halves(split: Split, n_jobs: int) -> tuple[Profile, Profile]:
    """Return the first and the second half of the file as two sides, without groups: what is left is dependence."""
    bare = replace(split, groups=None, time=None, recording=None)
    cut = max(1, len(split) // 2)
    sides = bare.take(np.arange(cut)), bare.take(np.arange(cut, len(split)))
    none = np.zeros(0, dtype=np.int64)
    losses = tuple(
        Losses(n_read=len(side), windows=none, per_channel=np.zeros(side.n_channels, dtype=np.int64)) for side in sides
    )
    return profiles(*sides, (losses[0], losses[1]), n_jobs=n_jobs)
