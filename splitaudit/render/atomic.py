"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a new file beside a path; it takes the path's place when the block ends well, and goes away otherwise.

    What is no regular file, such as a pipe or a device, is yielded itself.

    Raises
    ------
    OSError
        If that is not possible.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():  # a device, a pipe; a folder is refused by the system
        yield target
        return
    beside = target.parent / f".{target.name[:100]}.{secrets.token_hex(4)}"
    try:
        beside.touch(exist_ok=False)
        yield beside
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
