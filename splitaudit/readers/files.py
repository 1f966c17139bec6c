"""From a file, a folder or a URL to the arrays in it, by suffix."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from splitaudit.data.lazy import Rows
from splitaudit.errors import DataError
from splitaudit.readers import hdf5, npy, npz, parquet, ts, zarr
from splitaudit.readers.fields import Found, Members, choose, choose_sides
from splitaudit.readers.recording import Cut, cut_recording
from splitaudit.readers.remote import is_url, local, suffix_of
from splitaudit.readers.room import check_room
from splitaudit.readers.shards import files_in, read_shards
from splitaudit.wording import option

T = TypeVar("T")
ARRAYS: dict[str, Callable[[Any], Members]] = {
    ".npz": npz.members_of,
    ".npy": npy.members_of,
    ".zarr": zarr.members_of,
    ".h5": hdf5.members_of,
    ".hdf5": hdf5.members_of,
}
TABLES = (".parquet", ".arrow", ".feather")
SUFFIXES = (*ARRAYS, *TABLES, ".ts")
STORES = ("zarr.json", ".zgroup", ".zarray")
EXPECTED = f"expected {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
KEYED = ".npz, .zarr and .h5 files and mappings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How an input is read: keys of X and y, fields that the caller brings, windows to cut, and what stays on disk.

    ``most`` is how many bytes of X are loaded; more of it is read when it is needed. None loads everything.
    """

    x_key: str | None = None
    y_key: str | None = None
    given: Collection[str] = ()
    cut: Cut | None = None
    most: int | None = None

    @property
    def keys(self) -> dict[str, Any]:
        """What is passed on to the choice of keys."""
        return {"x_key": self.x_key, "y_key": self.y_key, "given": self.given}


def from_file(source: str | os.PathLike[str], ask: Ask) -> Found:
    """Read one side.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    place = _place(source)
    if isinstance(place, Path) and place.is_dir() and not _is_store(place):
        inner = replace(ask, most=0 if ask.most is not None else None)
        return read_shards(place, files_in(place, SUFFIXES), lambda path: from_file(path, inner))
    suffix = ".zarr" if isinstance(place, Path) and place.is_dir() else suffix_of(place)
    at = str(place)
    if suffix in ARRAYS:
        members = _reading(lambda: ARRAYS[suffix](at if suffix in (".zarr", ".h5", ".hdf5") else place), at)
        if suffix == ".npy":
            no_keys(ask.x_key, ask.y_key, at)
        if ask.cut is not None:
            return cut_recording(members, ask.cut, at, x_key=ask.x_key, y_key=ask.y_key, most=ask.most)
        if suffix == ".npy":
            return Found(arrays={"X": members["X"].fetch(ask.most)}, source=at)
        return replace(choose(members, at, **ask.keys, most=ask.most), source=at)
    if ask.cut is not None:
        raise DataError(f"{at}: windows are cut from recordings in {', '.join(ARRAYS)} files")
    if suffix in TABLES:
        return _reading(lambda: parquet.read_parquet(at, **ask.keys), at)
    no_keys(ask.x_key, ask.y_key, at)
    return _reading(lambda: ts.read_ts(at), at)


def both_from_file(source: str | os.PathLike[str], ask: Ask) -> tuple[Found, Found] | None:
    """Read both sides of one file; None where its format holds one side only."""
    place = _place(source)
    store = isinstance(place, Path) and place.is_dir() and _is_store(place)
    suffix, at = ".zarr" if store else suffix_of(place), str(place)
    if suffix not in ARRAYS or suffix == ".npy" or ask.cut is not None:
        return None
    members = _reading(lambda: ARRAYS[suffix](at if suffix != ".npz" else place), at)
    train, val = choose_sides(members, at, **ask.keys, most=ask.most)
    return replace(train, source=at), replace(val, source=at)


def settled(X: Any, ask: Ask, at: str) -> Any:
    """Load windows that are read when they are needed, unless they take more than may be loaded."""
    if not isinstance(X, Rows) or (ask.most is not None and X.nbytes > ask.most):
        return X
    check_room(X.nbytes, at, "X")
    return np.asarray(X)


def _place(source: str | os.PathLike[str]) -> Path | str:
    """Return a path that is there and can be read, or a URL."""
    if is_url(source) and isinstance(source, str):
        if suffix_of(source) not in SUFFIXES:
            raise DataError(f"{source}: files of type {suffix_of(source) or '(none)'} are not read, {EXPECTED}")
        return source
    try:
        path = Path(local(source))
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(f"{source}: there is no such file, {EXPECTED}") from error
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{source!r}: cannot be read as a path, {EXPECTED} ({error})") from error
    if stat.S_ISDIR(mode):
        return path
    if not stat.S_ISREG(mode):
        raise DataError(f"{path}: is not a regular file, {EXPECTED}")
    if path.suffix.lower() not in SUFFIXES and not str(path).lower().endswith(".zarr.zip"):
        raise DataError(f"{path}: files of type {path.suffix or '(none)'} are not read, {EXPECTED}")
    return path


def _is_store(folder: Path) -> bool:
    return folder.suffix.lower() == ".zarr" or any((folder / name).exists() for name in STORES)


def _reading(read: Callable[[], T], at: str) -> T:
    try:
        return read()
    except OSError as error:
        raise DataError(f"{at}: cannot be read: {error.strerror or error}") from error


def no_keys(x_key: str | None, y_key: str | None, at: str) -> None:
    """Refuse keys for an input that has none."""
    for name, key in (("x_key", x_key), ("y_key", y_key)):
        if key is not None:
            raise DataError(f"{at}: has no keys, {option(name, key)} is for {KEYED}")
