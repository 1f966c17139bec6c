"""How much memory an audit may take, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from splitaudit.data.lazy import rows_of
from splitaudit.data.split import Split
from splitaudit.errors import ConfigError
from splitaudit.readers.room import available_memory

ENGINES = ("local", "dask")
UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?", re.IGNORECASE)
LEAST = 2**29
FREE = 0.6
UNKNOWN = 2**31  # taken where the system does not say what is free
NUMBERS = 36  # statistics of a channel in a window, at most
WHOLE = 3.2  # bytes that an audit takes for every byte of windows and statistics that it holds
BASE = 2**28 + 2**27  # what the program and its libraries take
SAMPLE = 0.18  # share of the memory that the windows of a sample and their statistics take
PIECE = 0.01
VAL_SHARE = 1 / 3
MOST_WINDOWS = 80_000
MOST_PIECE = 2**25


def parse_size(value: str | float) -> int:
    """Return a number of bytes given as a number or as a text such as ``"4GiB"``.

    Raises
    ------
    ConfigError
        If it is none, or less than half a GiB.
    """
    found = SIZE.fullmatch(str(value).strip())
    if found is None:
        raise ConfigError(f"memory is {value!r}, expected a size such as 4GiB or 800MiB")
    size = float(found[1]) * UNITS[found[2].lower()]
    if size < LEAST:
        raise ConfigError(f"memory is {value!r}, expected at least 512MiB")
    return int(size)


def limits_of(memory: str | float | None = None, engine: str = "local", scheduler: str | None = None) -> Limits:
    """Return the limits of an audit; by default more than half of the memory that is free.

    Raises
    ------
    ConfigError
        If one is not valid.
    """
    if memory is None:
        free = available_memory()
        size = max(LEAST, int(FREE * free)) if free is not None else UNKNOWN
    else:
        size = parse_size(memory)
    return Limits(memory=size, engine="dask" if scheduler is not None else engine, scheduler=scheduler)


def footprint(side: Split) -> int:
    """Bytes of the windows of a side with their statistics."""
    return rows_of(side.X).nbytes + 4 * NUMBERS * side.n_channels * len(side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an audit may use.

    Parameters
    ----------
    memory : int
        Bytes.
    engine : {"local", "dask"}
    scheduler : str, optional
        Address of a Dask scheduler; the active client where None.
    most_windows : int
        Windows of both sides that tests are made on, at most.
    """

    memory: int
    engine: str = "local"
    scheduler: str | None = None
    most_windows: int = MOST_WINDOWS

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise ConfigError(f"engine is {self.engine!r}, expected one of {', '.join(ENGINES)}")

    @property
    def most_loaded(self) -> int:
        """Bytes of one side that are loaded at once when it is read."""
        return int((self.memory - BASE) / WHOLE / 2)

    def fits(self, n_bytes: int, n_windows: int) -> bool:
        """Whether windows of such a :func:`footprint` are few enough to be held and audited whole."""
        return BASE + WHOLE * n_bytes <= self.memory and n_windows <= self.most_windows

    def piece(self, n_jobs: int) -> int:
        """Bytes of windows that are read at a time."""
        return int(min(MOST_PIECE, PIECE * self.memory / max(1, n_jobs)))

    def sample(self, n_bytes: int) -> int:
        """How many windows of such a footprint are judged."""
        return int(min(self.most_windows, SAMPLE * self.memory / max(1, n_bytes)))

    def judged(self, n_bytes: int, n_train: int, n_val: int) -> tuple[int, int]:
        """How many windows of such a footprint are judged of each side: a third of val where there are enough."""
        total = self.sample(n_bytes)
        of_val = min(n_val, max(int(total * VAL_SHARE), total - n_train))
        return min(n_train, total - of_val), of_val
