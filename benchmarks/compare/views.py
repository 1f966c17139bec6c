"""How a split is shown to a tool: as windows, as a flat table of samples, or as a table of window summaries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split

Floats = NDArray[np.floating]
VIEWS = ("summary", "flat")
CHUNK = 10_000


def summary(X: Floats) -> Floats:
    """Six statistics of each channel: mean, standard deviation, least, largest, lag-1 autocorrelation, roughness.

    Parameters
    ----------
    X : ndarray of shape (n, t, c)

    Returns
    -------
    ndarray of float32 of shape (n, 6 c)
    """
    return np.concatenate([_summary(X[first : first + CHUNK]) for first in range(0, len(X), CHUNK)])


def _summary(X: Floats) -> Floats:
    centred = X - X.mean(axis=1, keepdims=True)
    power = np.maximum((centred**2).sum(axis=1), 1e-12)
    steps = np.diff(X, axis=1)
    parts = (
        X.mean(axis=1),
        X.std(axis=1),
        X.min(axis=1),
        X.max(axis=1),
        (centred[:, 1:] * centred[:, :-1]).sum(axis=1) / power,
        np.abs(steps).mean(axis=1),
    )
    return np.concatenate(parts, axis=1).astype(np.float32)


def write(side: Split, path: Path) -> Path:
    """Write one side as tools read it: the windows ``X3``, their summaries ``X``, and what is known of them.

    The flat table is not written: it is the windows in another shape, and a file of them may take gigabytes.
    """
    known = {
        "y": _named(side.y, side.classes),
        "groups": _named(side.groups, side.group_names),
        "time": side.time,
        "recording": _named(side.recording, side.recording_names),
    }
    np.savez(path, X=summary(side.X), X3=side.X, **{key: values for key, values in known.items() if values is not None})
    return path


def _named(codes: NDArray[np.int64] | None, names: Sequence[str]) -> NDArray[Any] | None:
    """What codes stand for, as it was given: a side's own codes would make its groups those of the other side."""
    if codes is None:
        return None
    whole = all(name.isdecimal() for name in names)
    return np.array(names, dtype=np.int64 if whole else np.str_)[codes]
