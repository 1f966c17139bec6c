"""Where an input lies: a local path, or a URL that fsspec opens."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from splitaudit.errors import DataError, require

LOCAL = ("file://", "local://")


def is_url(source: Any) -> bool:
    """Whether this is a URL such as ``s3://bucket/windows.zarr``."""
    return isinstance(source, str) and "://" in source and not source.startswith(LOCAL)


def local(source: str | os.PathLike[str]) -> str | os.PathLike[str]:
    """Return a URL of a local file as its path."""
    if isinstance(source, str):
        for scheme in LOCAL:
            source = source.removeprefix(scheme)
    return source


def suffix_of(source: str | os.PathLike[str]) -> str:
    """Return the suffix of a path or URL in small letters; a zipped store is one."""
    name = source.partition("?")[0].rstrip("/") if is_url(source) and isinstance(source, str) else os.fspath(source)
    if os.fspath(name).lower().endswith(".zarr.zip"):
        return ".zarr"
    return PurePosixPath(name).suffix.lower() if is_url(source) else Path(name).suffix.lower()


def opened(source: str | os.PathLike[str]) -> IO[bytes]:
    """Open a file or URL for reading; what is read can be sought.

    Raises
    ------
    DataError
        If a URL cannot be opened.
    OSError
        If a file cannot.
    """
    if not is_url(source):
        return Path(source).open("rb")
    fsspec = require("fsspec", extra="remote")
    try:
        return cast("IO[bytes]", fsspec.open(source, "rb").open())
    except (OSError, ValueError, ImportError) as error:
        raise DataError(
            f"{source}: cannot be opened: {' '.join(str(error).split()) or type(error).__name__}"
        ) from error


def size_of(stream: IO[bytes]) -> int | None:
    """Return how many bytes a stream that was just opened holds; None where its server does not say."""
    try:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
    except (OSError, ValueError):
        return None
    return size
