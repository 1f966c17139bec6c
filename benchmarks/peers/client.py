"""Ask a peer's worker, and survive it: whatever goes wrong over there comes back as the reply's ``error``."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from benchmarks.peers.registry import Peer

SCRIPT = Path(__file__).with_name("worker.py")
ONE_THREAD = dict.fromkeys(
    (
        "LOKY_MAX_CPU_COUNT",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    ),
    "1",
)
LATE = "no answer within"
# What an environment of its own must not inherit from ours.
NOT_OURS = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")


class Worker:
    """A peer's process, started at the first question and again after one that it did not survive.

    Parameters
    ----------
    peer : Peer
        Whose adapter is served.
    python : Path
        The interpreter of the peer's environment.
    script : Path, optional
        ``worker.py``; ``adapters/`` lies beside it.

    Examples
    --------
    >>> with Worker(PEERS["scipy"], python) as worker:  # doctest: +SKIP
    ...     worker.ask({"tool": "ks", "job": "shift", "train": "train.npz", "val": "val.npz", "seed": 0}, timeout=60)
    """

    def __init__(self, peer: Peer, python: Path, *, script: Path = SCRIPT) -> None:
        self.peer = peer
        self._command = [str(python.absolute()), str(script.absolute()), peer.adapter]
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._folder = tempfile.TemporaryDirectory(prefix="peer-")  # some tools write where they stand

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._stderr.close()
        self._folder.cleanup()

    def ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Put one question.

        Parameters
        ----------
        request : dict
            As ``worker.py`` describes it.
        timeout : float
            Seconds until the worker is killed, its start and imports included.

        Returns
        -------
        dict
            The worker's reply; ``{"error": sentence}`` if there was none that could be read.
        """
        deadline = time.monotonic() + timeout
        files = {side: str(Path(request[side]).absolute()) for side in ("train", "val") if side in request}
        try:
            process = self._started()
            assert process.stdin is not None
            process.stdin.write(json.dumps(request | files).encode() + b"\n")
            process.stdin.flush()
            line = self._line(process, deadline)
        except TimeoutError:
            self.stop()
            return {"error": f"{LATE} {timeout:g} s"}
        except (EOFError, OSError) as error:
            return {"error": self._last_words(error)}
        try:
            reply = json.loads(line)
        except ValueError:
            reply = None
        if not isinstance(reply, dict) or "error" not in reply:
            self.stop()
            return {"error": f"the worker's reply cannot be read: {line[:80].decode(errors='replace')!r}"}
        return reply

    def stop(self) -> None:
        """Kill the worker and whatever it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(OSError):
                stream.close()
        self._process.wait()
        self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._stderr.seek(0)
            self._stderr.truncate()
            ours = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                cwd=self._folder.name,
                env=ours | ONE_THREAD,
                start_new_session=True,  # a group of its own, so that its children can be killed with it
            )
        return self._process

    @staticmethod
    def _line(process: subprocess.Popen[bytes], deadline: float) -> bytes:
        assert process.stdout is not None
        read = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not read.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                part = os.read(process.stdout.fileno(), 65536)
                if not part:
                    raise EOFError
                read += part
        return read

    def _last_words(self, error: Exception) -> str:
        """Why there is no worker any more: how it ended and the last line that it wrote."""
        if self._process is None:
            return f"the worker cannot be started: {error}"
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        status = self._process.returncode
        self.stop()
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        ended = f"the worker ended with status {status}" if status is not None else "the worker closed its output"
        return f"{ended}: {lines[-1][:200]}" if lines else ended
