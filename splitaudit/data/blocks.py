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
        if isinstance(rows, Held) or isinstance(getattr(rows, "base", None), Held):
            send = self._sent(rows, pieces)
        else:
            what, where = self.client.scatter([work, rows], broadcast=True, hash=False)
            send = (self.client.submit(_apply, what, where, piece, pure=False) for piece in pieces)
        waiting: deque[Any] = deque()
        limit = AHEAD * max(1, len(self.client.scheduler_info()["workers"]))
        try:
            for item in send:
                future = item if hasattr(item, "result") else self.client.submit(work, item, pure=False)
                waiting.append(future)
                if len(waiting) >= limit:
                    yield self._result(waiting.popleft())
            while waiting:
                yield self._result(waiting.popleft())
        finally:
            with suppress(Exception):
                self.client.cancel(list(waiting))

    def _sent(self, rows: Rows, pieces: Sequence[slice]) -> Iterator[Any]:
        """Yield pieces of an array that is in memory here, to be sent to the workers."""
        yield from (rows[piece] for piece in pieces)

    def _result(self, future: Any) -> Any:
        distributed = require("distributed", extra="dask")
        try:
            return future.result()
        except (distributed.KilledWorker, distributed.client.FutureCancelledError) as error:
            raise DataError(f"the Dask workers were lost before they were done: {error}") from error


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
