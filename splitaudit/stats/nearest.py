"""The nearest of many points in few dimensions, fast for many questions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from splitaudit.stats.fingerprints import IntArray

N_OTHERS = 8
N_SIGNS = 10
Floats = NDArray[np.floating[Any]]


class Points:
    """A tree over points (n, d); those of zeros are near to nothing.

    The points lie in memory in the order of the tree, and questions are asked in the order of their signs: neighbours
    in space are neighbours in the cache, which makes a search three times as fast.
    """

    def __init__(self, points: Floats) -> None:
        varied = np.flatnonzero(points.any(axis=1))
        order = cKDTree(points[varied], balanced_tree=False).indices if len(varied) else varied
        self.rows: IntArray = varied[order]
        self.tree = cKDTree(points[self.rows], balanced_tree=False)

    def nearest(
        self,
        points: Floats,
        radius: float,
        n_near: int = 1,
        units: tuple[IntArray, IntArray] | None = None,
        n_jobs: int = 1,
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Find the nearest point within a radius, of another unit if the units of both sides are given.

        Returns
        -------
        distance : ndarray of shape (k,)
            Infinite where none is near.
        row : ndarray of int64 of shape (k,)
            Meaningless where none is near.
        """
        distance, row = np.full(len(points), np.inf), np.zeros(len(points), dtype=np.int64)
        n_near = min(n_near, len(self.rows))
        if not n_near:
            return distance, row
        signs = (points[:, :N_SIGNS] > 0) @ (1 << np.arange(min(N_SIGNS, points.shape[1])))
        some = np.argsort(signs, kind="stable")
        some = some[points[some].any(axis=1)]
        far, at = self.tree.query(points[some], [*range(1, n_near + 1)], distance_upper_bound=radius, workers=n_jobs)
        at = self.rows[np.minimum(at, len(self.rows) - 1)]
        if units is not None:
            far[units[0][at] == units[1][some][:, None]] = np.inf
        first = far.argmin(axis=1)[:, None]
        distance[some], row[some] = (np.take_along_axis(values, first, axis=1)[:, 0] for values in (far, at))
        return distance, row
