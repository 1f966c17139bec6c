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
    """Splits without any shift, i.i.d. and dependent, from 100 to 5,000 windows a side."""
    found = [_shift(f"i.i.d. {n} + {n}", partial(arrays.iid, n=n, m=n), n=n) for n in (100, 300, 1000, 5000)]
    for phi in (0.9, 0.95, 0.99):
        for stride in (32, 16, 8):
            name = f"AR(1) {phi}, {1 - stride / 64:.0%} overlap"
            found.append(_shift(name, partial(arrays.recording_halves, phi=phi, stride=stride), n=500))
    return found + [_shift(name, make) for name, make in arrays.NULLS.items() if not name.startswith(("i.i.d.", "AR"))]


def shifts() -> list[Case]:
    """Shifts of known size among independent windows."""
    return [
        _shift(f"{name}, n = {n}", partial(make, n=n), shift=name, n=n)
        for name, make in arrays.POWER.items()
        for n in (100, 300, 1000)
    ]


def sizes() -> list[Case]:
    """Windows of 128 x 9 with learnable labels, of twenty subjects a side, at growing sizes."""
    return [_shift(f"{n} + {m}", partial(_sized, n_train=n, n_val=m), n=n + m) for n, m in SIZES]


def _sized(rng: np.random.Generator, n_train: int, n_val: int) -> Pair:
    made = []
    for n, name, first in ((n_train, "train", 0), (n_val, "val", 20)):
        X, y = arrays.labelled(rng, n)
        made.append(make_split(X, y, groups=first + np.arange(n) % 20, name=name))
    return made[0], made[1]
