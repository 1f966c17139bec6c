"""How much memory an input may take: refused before allocation rather than killed after it."""

from __future__ import annotations

import os
from pathlib import Path

from splitaudit.errors import DataError

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")


def available_memory() -> int | None:
    """Bytes that may still be allocated; None where the system does not say."""
    limits = [limit for limit in (_system(), _container()) if limit is not None]
    return min(limits) if limits else None


def check_room(n_bytes: int, at: str, what: str) -> None:
    """Refuse an array that cannot fit into memory.

    Raises
    ------
    DataError
        If the array is larger than what is available.
    """
    room = available_memory()
    if room is not None and n_bytes > room:
        raise DataError(
            f"{at}: {what} takes {n_bytes / 2**30:,.1f} GiB of memory and {room / 2**30:,.1f} GiB are available"
        )


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
