"""What the arrays of a job are made from; splits without a shift and with one of known size, and growing ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import arrays
from benchmarks.arrays import Pair
from benchmarks.compare.shifts import N_SUBJECTS, N_WINDOWS, SHIFTS
from splitaudit.data.split import make_split

SIZES = ((700, 300), (7352, 2947), (50000, 20000), (200000, 80000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A maker of a split and, for copies, the val rows that are copies of train."""

    name: str
    make: Callable[[np.random.Generator], tuple[Pair, NDArray[np.int64]]]
    facts: Mapping[str, Any] = field(default_factory=dict)


def _shift(name: str, make: Callable[[np.random.Generator], Pair], **facts: Any) -> Case:
    return Case(name=name, make=lambda rng: (make(rng), np.empty(0, dtype=np.int64)), facts=facts)


def nulls() -> list[Case]:
    """Splits without any shift, i.i.d. and dependent, from 100 to 5,000 windows a side; ``units`` is what repeats."""
    sides = ((100, 100), (100, 40), (300, 300), (1000, 1000), (5000, 5000))
    found = [_shift(f"i.i.d., n = {n} + {m}", partial(arrays.iid, n=n, m=m), units="windows") for n, m in sides]
    for n in (100, 300, 1000, 5000):
        found.append(_shift(f"heavy tails, n = {n} + {n}", partial(arrays.heavy, n=n), units="windows"))
    found += [_recording(500, phi, stride) for phi in (0.9, 0.95, 0.99) for stride in (64, 32, 16, 8)]
    found += [_recording(n, 0.95, 16) for n in (100, 2000, 5000)]
    for n in (100, 500, 2000, 5000):
        make = partial(arrays.recording_halves, phi=0.95, n=n, seasonal=True)
        found.append(_shift(f"AR(1) 0.95, seasonal, 75% overlap, n = {n}", make, units="recording"))
    for n in (100, 600, 5000):
        make = partial(arrays.subjects, n_train=N_SUBJECTS, n_val=N_SUBJECTS, per=n // N_SUBJECTS)
        found.append(_shift(f"10 + 10 subjects, n = {n}", make, units="subjects"))
    return found + [_shift(name, make, units="subjects") for name, make in arrays.NULLS.items() if "subjects" in name]


def _recording(n: int, phi: float, stride: int) -> Case:
    overlap = f"{1 - stride / 64:.0%} overlap" if stride < 64 else "no overlap"
    make = partial(arrays.recording_halves, phi=phi, n=n, stride=stride)
    return _shift(f"AR(1) {phi}, {overlap}, n = {n}", make, units="recording")


def shifts() -> list[Case]:
    """Shifts of known kind and size, independent windows first."""
    return [
        _shift(
            f"{shift.name} {said}, {shift.units}, n = {n}",
            partial(_shifted, shift.make, n=n, effect=effect),
            shift=f"{shift.name} ({shift.units})",
            kind=shift.name,
            units=shift.units,
            dependent=shift.units != "windows",
            effect=said,
            strength=strength,
            n=n,
        )
        for shift in SHIFTS
        for strength, effect in zip(("weak", "medium", "strong"), shift.effects, strict=True)
        for n in N_WINDOWS
        for said in [shift.says.format(effect)]
    ]


def _shifted(make: Callable[..., Pair], rng: np.random.Generator, n: int, effect: float) -> Pair:
    return make(rng, n, effect)


def sizes() -> list[Case]:
    """Windows of 128 x 9 with learnable labels, of twenty subjects a side, at growing sizes."""
    return [_shift(f"{n + m}", partial(sized, n_train=n, n_val=m), n=n + m) for n, m in SIZES]


def sized(rng: np.random.Generator, n_train: int, n_val: int) -> Pair:
    """One such split."""
    made = []
    for n, name, first in ((n_train, "train", 0), (n_val, "val", 20)):
        X, y = arrays.labelled(rng, n)
        made.append(make_split(X, y, groups=first + np.arange(n) % 20, name=name))
    return made[0], made[1]
