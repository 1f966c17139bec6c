"""Text files that are read whole, none of which may block or fill the memory: a pipe is refused, a size is a limit."""

from __future__ import annotations

import os
import stat


def read_text(path: str | os.PathLike[str], most: int) -> str:
    """Return the text of a regular file of at most ``most`` bytes, in UTF-8 with or without a byte order mark.

    Raises
    ------
    OSError
        If it cannot be opened or read.
    ValueError
        If it is no regular file, larger, or not UTF-8. A file may hold more than the system says of its size.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("not a regular file")
        content = stream.read(most + 1)
    if len(content) > most:
        raise ValueError(f"larger than {most / 2**20:,.0f} MiB")
    return content.decode("utf-8-sig")
