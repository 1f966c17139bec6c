"""One long recording and how windows are to be cut from it, so that nobody has to write windows to disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.lazy import Held, Rows
from splitaudit.errors import ConfigError, DataError
from splitaudit.readers.fields import Found, Members
from splitaudit.wording import option

SIGNALS = ("X", "x", "signal", "data", "samples")
PER_SAMPLE = {
    "y": ("y", "label", "labels", "target"),
    "groups": ("groups", "group", "subject", "subjects"),
    "recording": ("recording", "recordings"),
}


@dataclass(frozen=True, slots=True)
class Cut:
    """Windows of ``window`` samples, one every ``stride``."""

    window: int
    stride: int

    def __post_init__(self) -> None:
        for name, value in (("window", self.window), ("stride", self.stride)):
            if value < 1:
                raise ConfigError(f"{name} is {value!r}, expected a number of samples, 1 or more")


class CutRows(Rows):
    """Windows of a recording (N, c), cut when they are read; ``starts`` is the first sample of each."""

    def __init__(self, signal: Rows, starts: NDArray[np.int64], window: int) -> None:
        super().__init__((len(starts), window, signal.shape[1]), signal.dtype)
        self.signal, self.starts, self.window = signal, starts, window

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return some windows: the samples from the first to the last of them are read once."""
        starts = self.starts[start:stop]
        if not len(starts):
            return np.empty((0, *self.shape[1:]), dtype=self.dtype)
        first, last = int(starts.min()), int(starts.max()) + self.window
        samples = self.signal.read(first, last)
        windows: NDArray[Any] = samples[(starts - first)[:, None] + np.arange(self.window)]
        return windows


def cut_recording(
    members: Members,
    cut: Cut,
    at: str,
    *,
    x_key: str | None = None,
    y_key: str | None = None,
    most: int | None = None,
) -> Found:
    """Cut the recording of an input into windows.

    Parameters
    ----------
    members : mapping of str to Member
        Arrays of the input; the samples (N, c) or (N,), and labels, groups and recordings per sample.
    cut : Cut
    at : str
        The input, for messages.
    x_key, y_key : str, optional
        Keys of the samples and of the labels.
    most : int, optional
        Bytes from which on the samples stay where they are; windows are cut when they are read in any case.

    Returns
    -------
    Found
        A window has the label that most of its samples have; windows that reach over the border of two groups or
        recordings are left out.

    Raises
    ------
    DataError
        If there are no samples, or fewer than one window.
    """
    key = x_key or next((name for name in SIGNALS if name in members), None)
    if key is None or key not in members:
        listed = ", ".join(map(str, members.values()))
        wanted = option("x_key", "NAME")
        raise DataError(f"{at}: there is no recording {key or 'X'!r}, use {wanted}; its keys are {listed}")
    signal = _signal(members[key].fetch(most), at, key)
    n = len(signal)
    if n < cut.window:
        raise DataError(f"{at}: {key} holds {n} samples, expected at least one window of {cut.window}")
    starts = np.arange(0, n - cut.window + 1, cut.stride, dtype=np.int64)
    known = _per_sample(members, n, y_key, at)
    whole = np.ones(len(starts), dtype=bool)
    for name in ("groups", "recording"):
        if name in known:
            borders = np.cumsum(np.r_[False, known[name][1:] != known[name][:-1]])
            whole &= borders[starts] == borders[starts + cut.window - 1]
    starts = starts[whole]
    if not len(starts):
        raise DataError(f"{at}: no window of {cut.window} samples lies in one recording")
    arrays: dict[str, Any] = {name: known[name][starts] for name in ("groups", "recording") if name in known}
    if "y" in known:
        arrays["y"] = _most(known["y"], starts, cut.window)
    for name in ("channel_names", "class_names"):
        if name in members:
            arrays[name] = members[name].load()
    left = f", {int((~whole).sum())} that reach over a border are left out" if not whole.all() else ""
    note = f"windows of {cut.window} samples are cut every {cut.stride} samples from {key}{left}"
    arrays |= {"X": CutRows(signal, starts, cut.window), "time": starts}
    return Found(arrays=arrays, source=at, notes=(note,), axes="ntc")


def _signal(value: Any, at: str, key: str) -> Rows:
    rows = value if isinstance(value, Rows) else Held(np.asarray(value))
    if rows.ndim == 1:
        rows = Held(np.asarray(rows)[:, None])
    if rows.ndim != 2 or not len(rows):
        raise DataError(f"{at}: {key} has shape {rows.shape}, expected a recording of shape (samples, channels)")
    return rows


def _per_sample(members: Members, n: int, y_key: str | None, at: str) -> dict[str, NDArray[Any]]:
    found = {}
    for field, names in PER_SAMPLE.items():
        key = y_key if field == "y" and y_key else next((name for name in names if name in members), None)
        if key is None:
            continue
        if key not in members:
            raise DataError(f"{at}: there is no key {key!r}")
        values = np.asarray(members[key].load())
        if values.shape != (n,):
            raise DataError(f"{at}: {key} has shape {values.shape}, expected ({n},), one value per sample")
        found[field] = values
    return found


def _most(values: NDArray[Any], starts: NDArray[np.int64], window: int) -> NDArray[Any]:
    """Return the value that most samples of each window have; of equals the first in order."""
    names, codes = np.unique(values, return_inverse=True)
    best = np.zeros(len(starts), dtype=np.int64)
    most = np.full(len(starts), -1, dtype=np.int64)
    for code in range(len(names)):
        count = np.cumsum(np.r_[0, codes == code])
        inside = count[starts + window] - count[starts]
        better = inside > most
        best[better], most[better] = code, inside[better]
    return np.asarray(names[best])
