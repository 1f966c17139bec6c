"""Work on windows piece by piece: in threads, or by the workers of a Dask cluster.

The only file that knows Dask. What is asked of a piece is a function of module level and an array; it comes back in the
order of the pieces, however they were worked on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from splitaudit.data.lazy import Held, Rows
from splitaudit.errors import DataError, require

T = TypeVar("T")
Work = Callable[[Any], T]
AHEAD = 2  # pieces that wait for each worker
PATIENCE = 10  # seconds in which a scheduler must answer
TRIES = 3  # times that what all workers hold is sent again after a loss


class Workers(Protocol):
    """Who works on pieces."""

    @property
    def name(self) -> str:
        """What the report calls them."""

    def each(self, work: Work[T], rows: Rows, pieces: Sequence[slice]) -> Iterator[T]:
        """Yield what ``work`` makes of every piece, in order."""

    def close(self) -> None:
        """Let go of what was opened for the work."""


class Threads:
    """Threads of this process, each with one piece in memory."""

    def __init__(self, n_jobs: int = 1) -> None:
        self.n_jobs = max(1, n_jobs)

    @property
    def name(self) -> str:
        """What the report calls them."""
        return "local"

    def each(self, work: Work[T], rows: Rows, pieces: Sequence[slice]) -> Iterator[T]:
        """Yield what ``work`` makes of every piece, in order."""
        if self.n_jobs == 1 or len(pieces) < 2:
            yield from (work(rows[piece]) for piece in pieces)
            return
        with ThreadPoolExecutor(self.n_jobs) as pool:
            waiting: deque[Any] = deque()
            try:
                for piece in pieces:
                    waiting.append(pool.submit(_apply, work, rows, piece))
                    if len(waiting) > self.n_jobs:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for each in waiting:
                    each.cancel()

    def close(self) -> None:
        """Nothing is open between two rounds."""


class Cluster:
    """The workers of a Dask cluster; they must be able to read the files, and have this version of the program.

    Parameters
    ----------
    client : distributed.Client
    own : bool
        Whether the client was made for this work, to be closed after it.
    """

    def __init__(self, client: Any, *, own: bool = False) -> None:
        self.client, self.own = client, own

    def close(self) -> None:
        """Close the client, unless it is the caller's."""
        if self.own:
            self.client.close()

    @property
    def name(self) -> str:
        """What the report calls them."""
        return "dask"

    def each(self, work: Work[T], rows: Rows, pieces: Sequence[slice]) -> Iterator[T]:
        """Yield what ``work`` makes of every piece, in order; a piece of a worker that is lost is done again.

        Raises
        ------
        DataError
            If a piece cannot be done by any worker.
        """
        distributed = require("distributed", extra="dask")
        submit = self._sender(work, rows)
        waiting: deque[tuple[slice, Any]] = deque()
        limit = AHEAD * max(1, len(self.client.scheduler_info()["workers"]))
        again = TRIES
        try:
            left = deque(pieces)
            while left or waiting:
                while left and len(waiting) < limit:
                    waiting.append((left[0], submit(left.popleft())))
                try:
                    done = waiting[0][1].result()
                except (distributed.KilledWorker, distributed.client.FutureCancelledError) as error:
                    # what a worker held for all of them may be lost with it: sent again, with all that wait for it
                    if isinstance(error, distributed.KilledWorker) or not again or self.client.status != "running":
                        raise DataError(f"the Dask workers were lost before they were done: {error}") from error
                    again -= 1
                    submit = self._sender(work, rows)
                    waiting = deque((piece, submit(piece)) for piece, _ in waiting)
                    continue
                waiting.popleft()
                yield done
        finally:
            with suppress(Exception):
                self.client.cancel([future for _, future in waiting])

    def _sender(self, work: Work[T], rows: Rows) -> Callable[[slice], Any]:
        """Return what submits a piece: windows that are in memory here are sent, others are read by the workers."""
        if isinstance(rows, Held) or isinstance(getattr(rows, "base", None), Held):
            return lambda piece: self.client.submit(work, rows[piece], pure=False)
        what, where = self.client.scatter([work, rows], broadcast=True, hash=False)
        return lambda piece: self.client.submit(_apply, what, where, piece, pure=False)


def _apply(work: Work[T], rows: Rows, piece: slice) -> T:
    return work(rows[piece])


def workers(engine: str, scheduler: str | None = None, n_jobs: int = 1) -> Workers:
    """Return who works: threads, the workers of the scheduler at an address, or of the active Dask client.

    Raises
    ------
    DataError
        If there is no cluster, or it does not answer.
    MissingExtraError
        If Dask is not installed.
    """
    if engine == "local":
        return Threads(n_jobs)
    distributed = require("distributed", extra="dask")
    if scheduler is None:
        try:
            return Cluster(distributed.get_client())
        except ValueError as error:
            raise DataError("there is no active Dask client, expected one or the address of a scheduler") from error
    try:
        return Cluster(distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False), own=True)
    except (OSError, ValueError, TimeoutError) as error:
        raise DataError(
            f"{scheduler}: no Dask scheduler answers there, expected an address like tcp://host:8786"
        ) from error
