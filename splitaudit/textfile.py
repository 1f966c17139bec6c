"""Text files that are read whole, none of which may block or fill the memory: a pipe is refused, a size is a limit."""

from __future__ import annotations

import os
import stat


def read_bytes(path: str | os.PathLike[str], most: int) -> bytes:
    """Return the content of a regular file of at most ``most`` bytes.

    What a file holds beyond the size that it says, as those of the kernel do, is not read.

    Raises
    ------
    OSError
        If it cannot be opened or read.
    ValueError
        If it is no regular file, or larger.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as stream:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("not a regular file")
        if about.st_size > most:
            raise ValueError(f"larger than {most / 2**20:,.0f} MiB")
        return stream.read(about.st_size)


def read_text(path: str | os.PathLike[str], most: int) -> str:
    """Return the text of such a file, which is UTF-8 with or without a byte order mark.

    Raises
    ------
    OSError, ValueError
        As of :func:`read_bytes`, and if it is not UTF-8.
    """
    return read_bytes(path, most).decode("utf-8-sig")
