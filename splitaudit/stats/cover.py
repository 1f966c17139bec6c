"""The fewest windows to leave out so that no leak between two sides is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]
LARGEST = 2**30


def least_cover(first: IntArray, second: IntArray, costs: tuple[int, int]) -> tuple[Mask, Mask]:
    """Choose windows of two sides so that no leak joins two that are left, at the least cost.

    Parameters
    ----------
    first : ndarray of int64 of shape (2, k)
        Windows of the first side and the leaks that they are part of: a leak may be a copied window, a group that is
        on both sides, or a single pair.
    second : ndarray of int64 of shape (2, m)
        The same for the second side, with the same numbers of leaks.
    costs : tuple of int
        What it costs to leave out a window of each side.

    Returns
    -------
    first, second : ndarray of bool of shape (k,) and (m,)
        Whether the window of each column is chosen; a window has the same answer in all its columns.

    Notes
    -----
    A minimum vertex cover of a bipartite graph is a minimum cut (König 1931): from a source to the windows of the first
    side, to their leaks, to the windows of the second side, to the sink.
    """
    ours, own = np.unique(first[0], return_inverse=True)
    theirs, their = np.unique(second[0], return_inverse=True)
    leaks, number = np.unique(np.concatenate([first[1], second[1]]), return_inverse=True)
    n, m, k = len(ours), len(theirs), len(leaks)
    leak, source, sink = n + m + number, n + m + k, n + m + k + 1
    head = np.concatenate([np.full(n, source), own, leak[first.shape[1] :], n + np.arange(m)])
    tail = np.concatenate([np.arange(n), leak[: first.shape[1]], n + their, np.full(m, sink)])
    room = np.full(len(head), LARGEST)
    room[:n], room[len(room) - m :] = costs
    graph = sparse.csr_matrix((room, (head, tail)), shape=(sink + 1, sink + 1))
    graph.data = np.minimum(graph.data, LARGEST).astype(np.int32)  # less only where a pair was given twice
    left = graph - csgraph.maximum_flow(graph, source, sink).flow
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    reached = np.zeros(sink + 1, dtype=bool)
    reached[csgraph.breadth_first_order(left, source, return_predecessors=False)] = True
    return ~reached[:n][own], reached[n : n + m][their]
