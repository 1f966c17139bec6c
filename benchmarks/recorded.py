"""Recorded data as worlds for the explanation's zoo, where the files are there: ``worlds()``.

The folder is ``$SPLITAUDIT_DATA`` or ``../shared/data`` beside the checkout. Overlapping windows are put together to
the recordings they were cut from, so that flaws can cut them anew; windows of which nothing is known stay windows.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from splitaudit.zoo.world import Recording, World

Maker = Callable[[np.random.Generator], World]
FOLDER = Path(os.environ.get("SPLITAUDIT_DATA", str(Path(__file__).parents[2] / "shared" / "data")))


def worlds(folder: Path = FOLDER) -> dict[str, Maker]:
    """Return the makers of all recorded worlds whose files are in a folder, and of what scikit-learn brings along."""
    makers: dict[str, tuple[tuple[str, ...], Callable[..., World]]] = {
        "phone": (("spsw_phone_train", "spsw_phone_val"), _worn),
        "watch": (("spsw_watch_train", "spsw_watch_val"), _worn),
        "har": (("har_train", "har_test"), _neighbours),
        "arem": (("arem_train", "arem_val"), _radio),
        "ecg5000": (("ecg5000",), _beats),
        "eeg_eye": (("eeg_eye_raw",), _electrodes),
        "elec2": (("elec2_raw",), _market),
        "gunpoint": (("gunpoint_train", "gunpoint_test"), _windows),
        "arrowhead": (("arrowhead_train", "arrowhead_test"), _windows),
    }
    there = {
        name: partial(make, name, tuple(folder / f"{file}.npz" for file in files))
        for name, (files, make) in makers.items()
        if all((folder / f"{file}.npz").is_file() for file in files)
    }
    return {**there, "digits": _digits}


@cache
def _read(path: Path) -> dict[str, NDArray]:
    with np.load(path, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files}


@cache
def _stacked(paths: tuple[Path, ...]) -> dict[str, NDArray]:
    """Windows of several files, one after the other; groups of the second file go on counting where they must."""
    parts = [_read(path) for path in paths]
    rows = [key for key in parts[0] if len(parts[0][key]) == len(parts[0]["X"])]
    return {k: np.concatenate([part[k] for part in parts]) if k in rows else parts[0][k] for k in parts[0]}


def _worn(name: str, paths: tuple[Path, ...], rng: np.random.Generator) -> World:
    """Some subjects with the windows that follow each other put together, some of the recordings of each."""
    data = _stacked(paths)
    T, time = data["X"].shape[1], data["time"]
    pieces = _pieces(data, (np.diff(time) > 0) & (np.diff(time) <= T) & (np.diff(data["groups"]) == 0))
    subjects = rng.permutation(np.unique(data["groups"]))[: int(rng.integers(8, 24))]
    share = min(1.0, 1000 / (np.isin(data["groups"], subjects).sum()))
    chosen = [p for p in pieces if data["groups"][p[0]] in subjects and rng.random() < share]
    return _world(name, data, chosen, T, time, data["groups"])


def _neighbours(name: str, paths: tuple[Path, ...], rng: np.random.Generator) -> World:
    """Windows whose halves are shared put together; nobody knows whose they are, each piece counts as a stranger."""
    data = _stacked(paths)
    X = data["X"]
    joined = np.array([np.array_equal(a[64:], b[:64]) for a, b in pairwise(X)])
    pieces = _pieces(data, joined)
    chosen = [pieces[i] for i in np.sort(rng.permutation(len(pieces))[: int(rng.integers(350, 650))])]
    return _world(name, data, chosen, 128, 64 * np.arange(len(X)), np.arange(len(X)))


def _radio(name: str, paths: tuple[Path, ...], rng: np.random.Generator) -> World:
    """Recordings of one activity each, without those that are published twice; they count as subjects."""
    data = _stacked(paths)
    group = np.concatenate([_read(paths[0])["groups"], _read(paths[1])["groups"] + 1000])
    data = {**data, "groups": group}
    pieces = _pieces(data, (np.diff(group) == 0) & (np.diff(data["time"]) > 0) & (np.diff(data["time"]) <= 60))
    seen: set[bytes] = set()
    unique = []
    for piece in pieces:
        own = {data["X"][row].tobytes() for row in piece}
        unique += [] if own & seen else [piece]
        seen |= own
    chosen = [unique[i] for i in np.sort(rng.permutation(len(unique))[: int(rng.integers(45, 75))])]
    return _world(name, data, chosen, 60, data["time"], group)


def _beats(name: str, paths: tuple[Path, ...], rng: np.random.Generator) -> World:
    """Heartbeats of the two frequent classes and, as one, of the three rare ones."""
    data = dict(_read(paths[0]))
    data["y"] = np.minimum(data["y"], 2)
    return _world(
        name, data, [np.array([i]) for i in range(len(data["X"]))], 140, _zeros(data), np.arange(len(data["X"]))
    )


def _windows(name: str, paths: tuple[Path, ...], rng: np.random.Generator) -> World:
    """Every window by itself, without those that are published twice."""
    data = _stacked(paths)
    first = np.sort(np.unique(data["X"], axis=0, return_index=True)[1])
    data = {**data, "X": data["X"][first], "y": data["y"][first]}
    n, T = data["X"].shape[:2]
    return _world(name, data, [np.array([i]) for i in range(n)], T, _zeros(data), np.arange(n))


def _digits(rng: np.random.Generator) -> World:
    """Some of the handwritten digits of scikit-learn: eight rows of eight pixels of 0 to 16, from top to bottom."""
    digits = load_digits()
    some = np.sort(rng.permutation(len(digits.images))[: int(rng.integers(500, 900))])
    data = {"X": digits.images[some].astype(np.float32), "y": digits.target[some].astype(np.int64)}
    return _world("digits", data, [np.array([i]) for i in range(len(some))], 8, _zeros(data), np.arange(len(some)))


def _electrodes(name: str, paths: tuple[Path, ...], rng: np.random.Generator) -> World:
    """Cut one recording into pieces of three seconds, each as if of another session; spikes are cut off."""
    data = _read(paths[0])
    middle = np.median(data["signal"], axis=0)
    reach = 8 * 1.4826 * np.median(np.abs(data["signal"] - middle), axis=0)
    signal = np.clip(data["signal"], middle - reach, middle + reach)
    T = int(rng.choice([32, 48]))
    return _segments(name, signal, data["label"], tuple(map(str, data["channel_names"])), ("open", "closed"), T, 8)


def _market(name: str, paths: tuple[Path, ...], rng: np.random.Generator) -> World:
    """A year of a market in pieces of a fortnight; the label says whether the price is above its usual level."""
    data = _read(paths[0])
    T, start = 24, int(rng.integers(15000, 24000))
    rows = slice(start, start + T * int(rng.integers(500, 800)))
    names = tuple(map(str, data["channel_names"]))
    return _segments(name, data["signal"][rows], data["label"][rows], names, ("down", "up"), T, 14)


def _segments(
    name: str, signal: NDArray, label: NDArray, channels: tuple[str, ...], classes: tuple[str, ...], T: int, each: int
) -> World:
    length = T * each
    starts = range(0, len(signal) - length + 1, length)
    recordings = tuple(
        Recording(signal[s : s + length].astype(np.float32), label[s : s + length].astype(np.int64), i)
        for i, s in enumerate(starts)
    )
    return World(name, recordings, channels, classes, T)


def _pieces(data: dict[str, NDArray], joined: NDArray) -> list[NDArray]:
    """Rows of windows that follow each other."""
    return np.split(np.arange(len(data["X"])), np.flatnonzero(~joined) + 1)


def _zeros(data: dict[str, NDArray]) -> NDArray:
    return np.zeros(len(data["X"]), dtype=np.int64)


def _world(
    name: str, data: dict[str, NDArray], pieces: list[NDArray], T: int, start: NDArray, subject: NDArray
) -> World:
    """Put windows together by where they start; a sample is labelled by the window whose middle is nearest."""
    X, y = data["X"], data["y"]
    c, k = X.shape[2], int(y.max()) + 1
    recordings = []
    for rows in pieces:
        at = (start[rows] - start[rows[0]]).astype(np.int64)
        signal = np.empty((at[-1] + T, c), dtype=np.float32)
        for row, first in zip(rows, at, strict=True):
            signal[first : first + T] = X[row]
        middle = (at[1:] + at[:-1] + T) / 2  # borders between labels
        label = y[rows][np.searchsorted(middle, np.arange(len(signal)) + 0.5)]
        recordings.append(Recording(signal, label.astype(np.int64), int(subject[rows[0]])))
    channels = tuple(map(str, data["channel_names"])) if "channel_names" in data else tuple(f"ch{i}" for i in range(c))
    classes = tuple(map(str, data["class_names"])) if "class_names" in data else tuple(f"class {i}" for i in range(k))
    return World(name, tuple(recordings), channels, classes, T)
