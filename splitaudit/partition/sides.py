"""The parts of a split as arrays and ``.npz`` files that every command here reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.partitioned import Parts, Scaler
from splitaudit.render.atomic import replacing

WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")


def arrays_of(split: Split, rows: NDArray[np.int64], scaler: Scaler | None = None) -> dict[str, NDArray[Any]]:
    """Return some windows with their metadata under the keys that the readers know.

    Parameters
    ----------
    split : Split
    rows : ndarray of int64
    scaler : Scaler, optional
        Scale the windows with its numbers; they become float32.
    """
    side = split.take(rows)
    X = side.X if side.image is None else side.X.reshape(len(side), side.n_timesteps, *side.image)
    if scaler is not None:
        spread = np.array(scaler.sd)
        X = ((X - np.array(scaler.mean)) / np.where(spread > 0, spread, 1.0)).astype(np.float32)
    found: dict[str, NDArray[Any]] = {"X": X}
    named = (("y", split.classes), ("groups", split.group_names), ("recording", split.recording_names))
    for key, names in named:
        codes = getattr(side, key)
        if codes is not None:
            found[key] = _values(names)[codes] if names else codes
    if side.time is not None:
        found["time"] = side.time
    if side.channels:
        found["channel_names"] = np.array(side.channels)
    return found


def _values(names: tuple[str, ...]) -> NDArray[Any]:
    """Return what codes stand for: whole numbers where all names are such, else the names."""
    if all(WHOLE.fullmatch(name) for name in names):
        return np.array([int(name) for name in names], dtype=np.int64)
    return np.array(names)


def write_sides(
    split: Split, parts: Parts, folder: Path, scaler: Scaler | None = None, *, prefix: str = ""
) -> list[Path]:
    """Write a ``.npz`` file for each part.

    Raises
    ------
    OSError
        If one cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, rows in parts.named().items():
        target = folder / f"{prefix}{name}.npz"
        with replacing(target) as path, path.open("wb") as stream:
            np.savez(stream, **arrays_of(split, rows, scaler))  # type: ignore[arg-type]
        files.append(target)
    return files
