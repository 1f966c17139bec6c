"""What may stand where a file is expected: pipes, devices, sockets, links, folders, odd names."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

SUFFIXES = (
    ".npz",
    ".npy",
    ".ts",
    ".parquet",
    ".arrow",
    ".h5",
    ".zarr",
    ".csv",
    ".json",
    ".toml",
    ".zarr.zip",
    "",
    ".pkl",
)


def _fifo(path: Path, rng: Random) -> None:
    os.mkfifo(path)


def _socket(path: Path, rng: Random) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        try:
            made.bind(str(path))
        except OSError:  # a path may be longer than a socket's may be
            path.touch()


def _loop(path: Path, rng: Random) -> None:
    path.symlink_to(path.name)


def _dangling(path: Path, rng: Random) -> None:
    path.symlink_to("nowhere")


def _device(path: Path, rng: Random) -> None:
    path.symlink_to(
        rng.choice(
            ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/urandom", "/proc/self/mem", "/proc/self/pagemap")
        )
    )


def _folder(path: Path, rng: Random) -> None:
    path.mkdir()
    for i in range(rng.choice((0, 1, 3))):
        inner = path / f"{i}{rng.choice(SUFFIXES)}"
        rng.choice((_fifo, _empty, _loop, _dangling, _device, _inner))(inner, rng)


def _inner(path: Path, rng: Random) -> None:
    path.mkdir()


def _empty(path: Path, rng: Random) -> None:
    path.write_bytes(b"")


def _sparse(path: Path, rng: Random) -> None:
    with path.open("wb") as stream:
        stream.truncate(rng.choice((1 << 30, 1 << 40)))


def _forbidden(path: Path, rng: Random) -> None:
    path.write_bytes(b"x")
    path.chmod(0)


KINDS: tuple[Callable[[Path, Random], None], ...] = (
    *(_fifo, _socket, _loop, _dangling, _device, _folder, _folder, _folder, _empty, _sparse, _forbidden),
)
STEMS = (
    "x",
    "é",
    "x" * 200,
    "\udcff\udcfe",
    "a b",
    "-x",
    "a\nb",
    "\x1b[31m",
    "[red]x",
    "=1+1",
    "%0A",
    "a%20b",
    "~",
    "{x}",
    "*",
    "\u202e",
)


def place(folder: Path, rng: Random, suffix: str) -> Path:
    """Make something odd in a folder and return its path."""
    path = folder / f"{rng.choice(STEMS)}{suffix if rng.random() < 0.7 else rng.choice(SUFFIXES)}"
    rng.choice(KINDS)(path, rng)
    return path
