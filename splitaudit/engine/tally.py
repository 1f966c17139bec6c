"""How many windows were read, should somebody interrupt the reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from splitaudit.data.split import Split
from splitaudit.rule import Progress

T = TypeVar("T")


class Tally:
    """Counts the windows of the pieces that a pass is done with, and passes them on.

    Parameters
    ----------
    progress : Progress
        Wraps the loops over pieces.
    """

    def __init__(self, progress: Progress) -> None:
        self.progress, self.read = progress, Counter[str]()

    def __call__(self, iterable: Iterable[T], description: str) -> Iterator[T]:
        """Wrap a loop over pieces."""
        for item in self.progress(iterable, description):
            yield item
            if isinstance(item, slice):
                self.read[description] += item.stop - item.start

    def noted(self, side: Split) -> Split:
        """Return a side that says how many of its windows were read."""
        note = f"interrupted when {self.read[reading(side)]:,} of {len(side):,} windows were read"
        return replace(side, notes=(*side.notes, note))


def reading(side: Split) -> str:
    """Say whose windows are read."""
    return f"reading {side.name}"
