"""What is asked for: sizes of the parts or a number of folds, and what is to be kept whole."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import ConfigError

WAYS = ("auto", "groups", "time")
LEAST, MOST = 0.001, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Shares of val and test, or folds; ``gap`` is in samples, found out where None."""

    val: float = 0.2
    test: float = 0.0
    folds: int | None = None
    by: str = "auto"
    gap: float | None = None

    def __post_init__(self) -> None:
        if self.by not in WAYS:
            raise ConfigError(f"by is {self.by!r}, expected one of {', '.join(WAYS)}")
        if self.folds is None and not LEAST <= self.val <= MOST:
            raise ConfigError(f"val is {self.val!r}, expected a share of the windows between {LEAST} and {MOST}")
        if self.test and not LEAST <= self.test <= MOST:
            raise ConfigError(f"test is {self.test!r}, expected 0 or a share between {LEAST} and {MOST}")
        if self.folds is None and self.val + self.test > MOST:
            raise ConfigError(f"val and test take {self.val + self.test:g} of the windows, expected at most {MOST}")
        if self.folds is not None and self.folds < 2:
            raise ConfigError(f"folds is {self.folds!r}, expected at least 2")
        if self.folds is not None and self.test:
            raise ConfigError("test and folds cannot be had together: draw the test part first, then folds of the rest")
        if self.gap is not None and not 0 <= self.gap < math.inf:
            raise ConfigError(f"gap is {self.gap!r}, expected a number of samples, 0 or more")

    @property
    def shares(self) -> NDArray[np.float64]:
        """Shares of the parts that windows are dealt to: folds, or train, val and test."""
        if self.folds is not None:
            return np.full(self.folds, 1 / self.folds)
        shares = [1 - self.val - self.test, self.val, self.test]
        return np.array(shares if self.test else shares[:2])

    @property
    def said(self) -> str:
        """What is asked for, in words."""
        if self.folds is not None:
            return f"{self.folds} folds"
        return "train, val and test" if self.test else "train and val"
