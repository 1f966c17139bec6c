"""Serve one peer: ``python worker.py ADAPTER``, one JSON request per line in, one JSON reply per line out.

Stand-alone, because it runs in the peer's environment: the standard library and numpy, from Python 3.10 and numpy 1 on.
``adapters/ADAPTER.py`` beside this file says how the peer is called; it defines

``TOOLS``
    ``{tool: {job: function}}``; a function takes ``(train, val, seed, **more)``, tables of shape (n, columns), and
    returns a dictionary of ``flagged``, ``p``, ``told`` and ``rows``. ``more`` holds, as pairs, what else both files
    do: ``y``, ``groups``, ``time``, ``recording``, and the windows ``X3`` (n, time, channels) if the adapter says
    ``WINDOWS = True``: the memory of other tools shall not count what they never look at.
``IMPORTS``
    Modules that are imported before the clock starts.
``DISTRIBUTIONS``
    Names whose versions the job ``versions`` reports.

The table is ``X`` of both files, or with ``"view": "flat"`` the windows with a column for each time step and channel.
``"memory_mb"`` limits what the process may take, so that a tool that asks for more fails instead of the machine.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

import numpy as np

HERE = {"localhost", "127.0.0.1", "::1", "", None}
QUIET = {
    "DISABLE_DEEPCHECKS_ANONYMOUS_TELEMETRY": "1",
    "DISABLE_LATEST_VERSION_CHECK": "1",
    "DO_NOT_TRACK": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_OFFLINE": "1",
    "MPLBACKEND": "Agg",
    "NML_DISABLE_USAGE_LOGGING": "1",
    "PYTHONWARNINGS": "ignore",
    "TQDM_DISABLE": "1",
}
LONGEST = 300
MORE = ("y", "groups", "time", "recording")


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: a benchmark measures the tool, not what it sends or fetches."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if (host.decode() if isinstance(host, bytes) else host) not in HERE:
        raise OSError("a worker has no network")


def own_stdout() -> TextIO:
    """Move the protocol to a descriptor of its own; what else is printed, from C too, goes to stderr."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return channel


def own_stdin() -> TextIO:
    """Likewise for requests: a tool that asks its user something gets no answer instead of the next request."""
    channel = os.fdopen(os.dup(0), encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return channel


def peak_mb() -> float:
    """Peak resident memory of this process so far.

    Linux's ``ru_maxrss`` survives ``exec``: a worker inherits the peak of whoever started it. ``VmHWM`` is its own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def sentence(error: BaseException) -> str:
    """One line that names the error."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:LONGEST] if text else type(error).__name__


def read(request: dict[str, Any], windows: bool = True) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Both tables, and whatever else both files hold, as pairs."""
    with np.load(request["train"]) as train, np.load(request["val"]) as val:
        more = {name: (train[name], val[name]) for name in MORE if name in train and name in val}
        flat = request.get("view") == "flat"
        if windows and "X3" in train and "X3" in val:
            more["X3"] = (train["X3"], val["X3"])
        sides = more.get("X3") or (train["X3"], val["X3"]) if flat else (train["X"], val["X"])
    tables = [side.reshape(len(side), -1) for side in sides]
    return tables[0], tables[1], more


def limit_memory(megabytes: float) -> None:
    """Let allocations beyond this fail, where the system can."""
    if hasattr(resource, "RLIMIT_DATA"):
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (int(megabytes * 2**20), most))


def versions(adapter: ModuleType) -> dict[str, Any]:
    """What is installed of the adapter's distributions."""
    return {"versions": {name: version(name) for name in adapter.DISTRIBUTIONS}, "error": None}


def ask(adapter: ModuleType, request: dict[str, Any]) -> dict[str, Any]:
    """Put one question to the tool and time its own call."""
    function = adapter.TOOLS[request["tool"]][request["job"]]
    if request.get("memory_mb"):
        limit_memory(request["memory_mb"])
    train, val, more = read(request, getattr(adapter, "WINDOWS", False))
    for name in adapter.IMPORTS:
        importlib.import_module(name)
    seed = int(request.get("seed", 0))
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - many a tool draws from the global stream
    start = time.perf_counter()
    found = function(train, val, seed, **more)
    seconds = time.perf_counter() - start
    flagged, p, rows = found.get("flagged"), found.get("p"), found.get("rows")
    return {
        "flagged": None if flagged is None else bool(flagged),
        "p": None if p is None or not np.isfinite(p) else float(p),
        "told": str(found.get("told", ""))[:LONGEST],
        "rows": None if rows is None else sorted(int(row) for row in rows),
        "seconds": seconds,
        "peak_mb": peak_mb(),
        "error": None,
    }


def answer(adapter: ModuleType, line: str) -> dict[str, Any]:
    """The reply to one line; whatever the tool raises becomes its ``error``."""
    try:
        request = json.loads(line)
        return versions(adapter) if request["job"] == "versions" else ask(adapter, request)
    except (Exception, SystemExit) as error:
        nothing = dict.fromkeys(("flagged", "p", "rows", "seconds"))
        return {**nothing, "told": "", "peak_mb": peak_mb(), "error": sentence(error)}


def main() -> None:
    """Answer until the requests end."""
    requests, replies = own_stdin(), own_stdout()
    os.environ.update(QUIET)
    here = str(Path(__file__).resolve().parent)
    sys.path[:] = [here, *(entry for entry in sys.path if entry not in ("", here))]
    adapter = importlib.import_module(f"adapters.{sys.argv[1]}")
    sys.path.remove(here)  # or the files beside this one would hide modules of the same name
    sys.addaudithook(refuse_network)
    for line in requests:
        print(json.dumps(answer(adapter, line)), file=replies, flush=True)


if __name__ == "__main__":
    main()
