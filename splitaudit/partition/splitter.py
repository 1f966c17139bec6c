"""A splitter as scikit-learn's: ``split(X, y, groups)`` yields row numbers, so that ``cross_val_score`` takes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.audit import Settings
from splitaudit.data.split import make_split
from splitaudit.errors import DataError
from splitaudit.partition.draw import Options, draw
from splitaudit.partition.wanted import Wanted

IntArray = NDArray[np.int64]


class Splitter:
    """Folds, or train and val, that share no window, sample or group.

    Parameters
    ----------
    wanted : Wanted
        Sizes, number of folds, and what to keep whole.
    settings : Settings
        Seed and threads.
    """

    def __init__(self, wanted: Wanted, settings: Settings) -> None:
        self.wanted, self.settings = wanted, settings

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield (train, val) row numbers.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_timesteps, n_channels) or (n_windows, n_features)
            Windows. Of a table of features only equal rows can be told to belong together; give the windows
            themselves to ``splitaudit.split`` and pass what it returns as ``cv`` where models see features.
        y, groups : array-like of shape (n_windows,), optional

        Raises
        ------
        DataError
            If what is wanted cannot be had.
        """
        data = make_split(np.asarray(X), y if y is None else np.asarray(y), groups=groups, name="X")
        made = draw(data, self.wanted, Options(settings=self.settings, audited=False))
        if self.wanted.folds is not None and len(made.parts) != self.wanted.folds:
            raise DataError(f"X: there are {len(made.parts)} folds, expected {self.wanted.folds}")
        yield from made.split()

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of folds, 1 for train and val."""
        return self.wanted.folds or 1

    def __repr__(self) -> str:
        return f"<Splitter into {self.wanted.said} by {self.wanted.by}>"
