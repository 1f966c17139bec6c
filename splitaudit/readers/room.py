"""How much memory an input may take: refused before allocation rather than killed after it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from splitaudit.errors import DataError

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
PLENTY = 1 << 26  # what may come out of nothing: such an array costs nobody anything
MOST_PACKED = 4096  # times; deflate ends at 1,032, and no signal comes near that
_limit: ContextVar[int | None] = ContextVar("limit", default=None)


@contextmanager
def limited(n_bytes: int) -> Iterator[None]:
    """Refuse arrays above so many bytes while the block runs, whatever the system has."""
    before = _limit.set(n_bytes)
    try:
        yield
    finally:
        _limit.reset(before)


def available_memory() -> int | None:
    """Bytes that may still be allocated; None where the system does not say."""
    limits = [limit for limit in (_system(), _container()) if limit is not None]
    return min(limits) if limits else None


def check_room(n_bytes: int, at: str, what: str) -> None:
    """Refuse an array that cannot fit into memory.

    Raises
    ------
    DataError
        If the array is larger than what is available, or than what the caller allows.
    """
    most = _limit.get()
    if most is not None and n_bytes > most:
        raise DataError(f"{at}: {what} takes {_size(n_bytes)} of memory and {_size(most)} are allowed (--memory)")
    room = available_memory()
    if room is not None and n_bytes > room:
        raise DataError(f"{at}: {what} takes {_size(n_bytes)} of memory and {_size(room)} are available")


def check_stored(n_bytes: int, n_stored: int, at: str, what: str) -> None:
    """Refuse an array that is declared and not there: chunks that were never written, or packed beyond belief.

    Raises
    ------
    DataError
        If the declared bytes are many, and more than packing explains.
    """
    if n_bytes > PLENTY and n_bytes > MOST_PACKED * n_stored:
        raise DataError(f"{at}: {what} declares {_size(n_bytes)} of which {n_stored:,} bytes are stored, expected data")


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 2**30:,.1f} GiB" if n_bytes < 2**70 else "more than 2**70 bytes"


def _system() -> int | None:
    try:
        for line in MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on every system
        return None


def _container() -> int | None:
    try:
        limit = (CGROUP / "memory.max").read_text().strip()
        return None if limit == "max" else max(0, int(limit) - int((CGROUP / "memory.current").read_text()))
    except (OSError, ValueError):
        return None
