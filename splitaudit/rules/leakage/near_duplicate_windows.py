"""Validation windows are train windows in disguise: with noise, rounded, rescaled or shifted by a few samples.

## What it measures
The share of validation windows that are much nearer to some train window than independent windows of this data ever
come to each other. Windows are compared after a change of level and scale per channel and window, at shifts of up to
four samples, between the samples, and at slightly other rates.

## Why it matters
Augmenting before splitting, exporting a recording twice at two precisions, or resampling puts a window's double on
the other side. Exact comparison misses it and a model profits from it as from a copy.

## How it is decided
Nearest train windows within 20 dB are found through random projections and a tree, then measured exactly. How near
honest windows come is learned from train: windows of train against windows of *other units* of train, each at the
shift that fits best. A pair is too near if what cannot be predicted from the samples before (a linear prediction
error, since smooth or periodic honest windows look alike in all else) agrees better than honest neighbours do, by the
tail of their squared distances; or if next to no train window is expected so near, given the distance to the fifth
nearest and the dimension in which the windows vary. Both are corrected for all windows, candidates and shifts tried.
Windows that were read anew, half a sample later or at a rate a little higher, are looked for by their slowest five
oscillations, which a delay turns by known angles; then the train window, stretched by up to three samples in all and
filtered by the five taps that fit best, must explain what cannot be predicted in the val window better than honest
neighbours explain each other. Windows without a shape (on and off, counting, exactly periodic) are never called
copies. Exact copies are left to SA301. Where train's units hold as many such pairs among themselves, a small share is
not counted; and a large one neither, if those pairs agree now at this, now at that shift, as sharp events do which
fall anywhere.

## What to do
Split first and augment afterwards, train only. Remove one of the two exports. Drop the listed windows from train.

## Limits
Copies with more noise than about 20 dB, strongly warped or mixed ones are not found. Windows that were read anew are
found from about 45 samples on, within one and a half samples of a train window (three, from 128 samples on) and three
samples of its length, unless noise was added too; few of them where honest windows share nearly all of what cannot be
predicted (templates). Where honest windows are as like each other as a copy is to its origin (pure tones, very smooth
short windows) nobody can tell them apart; then nothing is reported, nor where train is full of shifted copies itself.
Shifts of more than four samples are seen by SA303 unless noise was added too. In large files a random part of val is
searched for windows that were read anew (2,000 windows beside 50,000 of train) or shifted (8,000), and all of it if
one is found there.

## References
Johnson, W., Lindenstrauss, J. (1984). Extensions of Lipschitz mappings into a Hilbert space. Contemp. Math. 26.
Levina, E., Bickel, P. (2004). Maximum likelihood estimation of intrinsic dimension. NeurIPS 17.
Barz, B., Denzler, J. (2020). Do we train on test data? Purging CIFAR of near-duplicates. J. Imaging 6(6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.copies import Copies, copies_of
from splitaudit.data.pictures import overlaid
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Exhibit, IntArray, Table, Where
from splitaudit.models.leaked import worth
from splitaudit.rule import Context, rule
from splitaudit.stats.nearness import TooNear, Usual, has_shape, too_near, usual_nearness
from splitaudit.stats.neighbours import Neighbours
from splitaudit.stats.resampling import Resampling

N_QUERIES = 600
MAX_PAIRS = 10**8  # of a train and a val window, to look for windows that were read anew
MIN_QUERIES = 20
MIN_OTHERS = 21
MIN_TIMESTEPS = 8
N_STRETCHES = 20
N_SHOWN = 10
COMMON = 0.1
FEW = 2  # windows are nearly too near by accident: 0.1 are expected, more than two once in 6,000 runs


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What was found in val, and the share of train windows that have such a neighbour in another unit of train.

    The share is not known where nothing was found. ``at_any_shift``: most of these are shifted, as where events fall
    now here, now there.
    """

    near: TooNear
    val: IntArray
    train: IntArray
    inside_train: float | None
    at_any_shift: bool


@dataclass(frozen=True, eq=False)
class _Compared:
    """Train windows among which the nearest to fresh ones are looked for.

    How near honest windows come is learned from ``queries``, some of the train windows, once a fresh window is near.
    """

    pool: Neighbours
    queries: IntArray
    n_jobs: int

    @cached_property
    def usual(self) -> Usual:
        """How near train windows come to those of other units."""
        return usual_nearness(self.pool, self.queries)

    @cached_property
    def inside(self) -> TooNear:
        """Which train windows are too near to one of another unit."""
        windows, units = self.pool.pool[self.queries], self.pool.units[self.queries]
        return too_near(self.pool, self.usual, windows, units, n_jobs=self.n_jobs)

    def near(self, fresh: NDArray[Any], shifts: Sequence[int] | None) -> TooNear:
        """Which fresh windows are too near."""
        found = self.pool.nearest(fresh, shifts=shifts, n_jobs=self.n_jobs)
        if (found.other < 0).all():
            return TooNear.none()
        noise = self.inside.apart
        return too_near(self.pool, self.usual, fresh, shifts=shifts, found=found, noise=noise, n_jobs=self.n_jobs)


@rule(
    "SA302",
    effect="share of validation windows",
    warn=0.002,
    error=0.01,
    remedy="Split first and augment or resample afterwards; drop the listed windows from train.",
    fires_on=("near_copies", "scaled_copies", "rounded_copies", "shifted_copies"),
    sees="leaks",
)
def near_duplicate_windows(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Find validation windows that are near copies of train windows."""
    found = _search(train, val, ctx)
    share = len(found.val) / len(val)
    # where train's own units come as near, a few such windows are the nature of the data, and many, too, if train's
    # agree at any shift
    chance = found.inside_train if share < COMMON or found.at_any_shift else None
    effect = max(0.0, share - 2 * (chance or 0.0))
    known = worth(train, val, ctx, found.val) if effect > 0 else None
    shifted, noise = found.near.shift != 0, found.near.distance
    details = {
        "near_copies": len(found.val),
        "inside_train": found.inside_train,
        "shifted": int(shifted.sum()),
        "equal_but_for_rounding": int((noise <= 1e-3).sum()),
        "median_noise_db": float(-20 * np.log10(max(np.median(noise), 1e-9))) if len(noise) else None,
    }
    return Evidence(
        effect=effect,
        summary=_summary(train, val, found) + (known.sentence if known else ""),
        where=Where(train_windows=found.train, val_windows=found.val),
        details=details | (known.details() if known else {}),
        exhibits=_exhibits(train, val, found) if len(found.val) else (),
    )


def _search(train: Profile, val: Profile, ctx: Context) -> _Search:
    copies, _ = ctx.once("copies", lambda _: copies_of(train, val))
    units = _units(len(train), ctx)
    ours, theirs = _candidates(copies, len(train))
    if train.split.n_timesteps < MIN_TIMESTEPS:
        raise NotApplicable(f"windows of {train.split.n_timesteps} samples are too short to have a shape")
    if len(ours) < MIN_QUERIES:
        raise NotApplicable(f"{len(ours)} train windows say enough to be compared, {MIN_QUERIES} are needed")
    windows = train.split.X[ours] if len(ours) < len(train) else train.split.X
    fresh = val.split.X[theirs] if len(theirs) < len(val) else val.split.X
    pool = Neighbours(windows, units[ours], ctx.rng)
    queries = _queries(pool, ctx.rng)
    compared = [_Compared(pool, queries, ctx.n_jobs)]
    found = [compared[0].near(fresh, None)]
    if train.split.n_channels > 1:
        # gains per channel are looked for without a shift, which saves time
        compared.append(_Compared(pool.rescaled(), queries, ctx.n_jobs))
        found.append(compared[1].near(fresh, (0,)))
    rest = np.setdiff1d(np.arange(len(fresh)), np.concatenate([each.window for each in found]))
    anew = _Anew(compared[-1])
    again = anew.find(fresh[rest] if len(rest) < len(fresh) else fresh, ctx.rng)
    near = _joined([*found, replace(again, window=rest[again.window])])
    val_windows, train_windows = theirs[near.window], ours[near.other]
    if not len(near.window):
        return _Search(near, val_windows, train_windows, inside_train=None, at_any_shift=False)
    inside = max(anew.share, *(len(each.inside.window) / len(queries) for each in compared))
    moved = np.concatenate([each.inside.shift != 0 for each in compared])
    return _Search(near, val_windows, train_windows, inside, bool(2 * moved.sum() > len(moved)))


class _Anew:
    """Windows that were read anew from train windows: among these themselves, and among fresh ones."""

    def __init__(self, known: _Compared) -> None:
        self.known, self.search = known, Resampling(known.pool, known.queries)

    @cached_property
    def inside(self) -> TooNear:
        """Which train windows were read anew from one of another unit."""
        pool, queries = self.known.pool, self.known.queries
        return self.search.find(
            self.known.usual, pool.pool[queries], pool.units[queries], noise=self.known.inside.apart
        )

    @property
    def share(self) -> float:
        """The share of train windows that were, or are too near to one of another unit."""
        return len(np.union1d(self.known.inside.window, self.inside.window)) / len(self.known.queries)

    def find(self, fresh: NDArray[Any], rng: np.random.Generator) -> TooNear:
        """Find fresh windows that were; in large files among some, and among all if one is found there."""
        n_some = max(N_QUERIES, MAX_PAIRS // len(self.known.pool.pool))
        if n_some < len(fresh):
            found = self._find(fresh[np.sort(rng.choice(len(fresh), n_some, replace=False))])
            if not len(found.window):
                return found
        return self._find(fresh)

    def _find(self, fresh: NDArray[Any]) -> TooNear:
        found = self.search.candidates(fresh)
        if not len(found.window):
            return TooNear.none()
        noise = self.known.inside.apart and 4 * (self.inside.nearly - FEW) <= len(self.inside.window)
        return self.search.find(self.known.usual, fresh, found=found, noise=noise)


def _joined(found: list[TooNear]) -> TooNear:
    """Every window once, with the nearest partner that any search found."""
    window, other, shift = (np.concatenate([getattr(f, k) for f in found]) for k in ("window", "other", "shift"))
    distance = np.concatenate([each.distance for each in found])
    order = np.lexsort([distance, window])
    best = order[np.unique(window[order], return_index=True)[1]]
    return TooNear(window[best], other[best], shift[best], distance[best])


def _units(n_train: int, ctx: Context) -> NDArray[np.int64]:
    """Units of train windows; stretches of the file if there is one unit only."""
    units = ctx.scheme.units[:n_train]
    return units if ctx.scheme.n_train_units > 1 else np.arange(n_train) * N_STRETCHES // n_train


def _candidates(copies: Copies, n_train: int) -> tuple[IntArray, IntArray]:
    """Different train windows, and val windows without an equal train window, that may be told from chance."""
    first = np.unique(copies.content[:n_train], return_index=True)[1]
    ours = np.sort(first[~copies.common[first]]).astype(np.int64)
    theirs = np.flatnonzero((copies.source < 0) & ~copies.common[n_train:])
    return ours, theirs


def _queries(pool: Neighbours, rng: np.random.Generator) -> IntArray:
    """Random windows of the pool that have a shape and enough windows of other units in the reference."""
    some = np.sort(rng.permutation(len(pool.pool))[:N_QUERIES])
    inside = np.bincount(pool.units[pool.some], minlength=int(pool.units.max()) + 1)[pool.units[some]]
    some = some[len(pool.some) - inside >= MIN_OTHERS]
    queries: IntArray = some[has_shape(pool.pool[some])]
    if len(queries) < MIN_QUERIES:
        raise NotApplicable(
            f"{len(queries)} train windows can be compared with {MIN_OTHERS} of other units, {MIN_QUERIES} are needed "
            "to know how near honest windows come"
        )
    return queries


def _summary(train: Profile, val: Profile, found: _Search) -> str:
    n_val, near = len(val), found.near
    if not len(found.val):
        return f"None of {n_val} val windows is nearer to a train window than windows of other units are"
    noise = -20 * np.log10(max(float(np.median(near.distance)), 1e-9))
    how = "equal but for rounding and scale" if noise >= 60 else f"about {noise:.0f} dB apart in the median"
    said = f"{len(found.val)} of {n_val} val windows ({len(found.val) / n_val:.1%}) are near copies of train windows"
    some = f"such as val {val.split.rows[found.val[0]]} of train {train.split.rows[found.train[0]]}"
    return f"{said}, {how}, {some}"


def _exhibits(train: Profile, val: Profile, found: _Search) -> tuple[Exhibit, ...]:
    pairs = zip(found.val.tolist(), found.train.tolist(), (-found.near.shift).tolist(), strict=True)
    return (_pairs(train, val, found), *overlaid(train, val, pairs, own_scale=True))


def _pairs(train: Profile, val: Profile, found: _Search) -> Table:
    near = found.near
    noise = np.round(-20 * np.log10(np.maximum(near.distance, 1e-9)), 1)
    columns = (val.split.rows[found.val], train.split.rows[found.train], noise, near.shift)
    rows = tuple(zip(*(column[:N_SHOWN].tolist() for column in columns), strict=True))
    return Table(title="near copies", columns=("val window", "train window", "dB apart", "shift"), rows=rows)
