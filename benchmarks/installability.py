"""What a plain ``pip install`` gives: ``python -m benchmarks.installability [--tools ...] [--out FILE] [--smoke]``.

Each tool gets a fresh environment that holds the newest numpy, pandas and scikit-learn, as a user's does; then pip
installs the tool without pins, free to move those three; then the tool is imported and asked one small question. Extras
that its documentation asks for are named (``cleanlab[datalab]``). Two things are not plain: torch is held at 2.13.0,
and a tool that needs it is installed under the Python of its pins, or gigabytes would be fetched. splitaudit comes from
the checkout. ``--smoke`` installs nothing and asks splitaudit as it is here.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.peers.client import NOT_OURS, ONE_THREAD, SCRIPT
from benchmarks.peers.environments import installed, interpreter, size_mb
from benchmarks.peers.registry import OURS, PEERS, Peer

ROOT = Path(__file__).parents[1]
FIRST = ("numpy", "pandas", "scikit-learn")
HELD = "torch==2.13.0"
TOOLING = {"pip", "setuptools", "wheel"}
LONGEST = 900.0  # of one installation, of one question
# Stand-alone, for it runs in the tool's environment: imports what the adapter names of its tool, timed, or puts the
# first of the adapter's questions. One line of JSON comes back.
PROBE = """
import importlib, json, os, sys, time
step, adapter, train, val, scripts = sys.argv[1:]
sys.path[:] = [scripts, *(entry for entry in sys.path if entry)]
import worker
replies = worker.own_stdout()
os.environ.update(worker.QUIET)
adapter = importlib.import_module(f"adapters.{adapter}")
sys.path.remove(scripts)
sys.addaudithook(worker.refuse_network)
own = [name for name in adapter.IMPORTS if name.partition(".")[0] == adapter.IMPORTS[0].partition(".")[0]]
found = {"error": None, "seconds": None}
try:
    start = time.perf_counter()
    if step == "import":
        for name in own:
            importlib.import_module(name)
    else:
        jobs = next(iter(adapter.TOOLS.values()))
        first, second, more = worker.read({"train": train, "val": val})
        next(iter(jobs.values()))(first, second, 0, **more)
    found["seconds"] = time.perf_counter() - start
except (Exception, SystemExit) as error:
    found["error"] = worker.sentence(error)
print(json.dumps(found), file=replies, flush=True)
"""


@dataclass(kw_only=True)
class Record:
    """What came of one tool; None where it was not tried, an empty error where it went well.

    Attributes
    ----------
    tool, asked, python, pip : str
        Its name, what pip was asked for, and the versions of Python and pip that did it.
    version : str, optional
        The version that pip chose.
    install_error, import_error, call_error : str, optional
        The last error in one line, ``""`` for none.
    before, after : dict of str to str
        Versions of numpy, pandas and scikit-learn before and after the tool was installed.
    packages, packages_before : int, optional
        Distributions, those of pip itself left out, after and before.
    mb, mb_before : float, optional
        The size of ``site-packages``, after and before.
    install_seconds, import_seconds : float, optional
        Of the tool's own installation, downloads included and nothing cached; of its import, the second time.
    versions : dict of str to str
        All that is installed in the end.
    """

    tool: str
    asked: str
    python: str
    pip: str = ""
    version: str | None = None
    install_error: str | None = None
    import_error: str | None = None
    call_error: str | None = None
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    packages: int | None = None
    packages_before: int | None = None
    mb: float | None = None
    mb_before: float | None = None
    install_seconds: float | None = None
    import_seconds: float | None = None
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def moved(self) -> dict[str, tuple[str, str]]:
        """Which of the three pip exchanged: version before and after."""
        return {name: (old, self.after[name]) for name, old in self.before.items() if self.after.get(name, old) != old}


def asked_for(peer: Peer) -> str:
    """What a user hands to pip: the tool without a pin, with the extras that its questions need."""
    return str(ROOT) if peer is OURS else peer.requirements[0].partition("==")[0]


def python_of(peer: Peer, chosen: str | None) -> str:
    """The Python to install under: the one chosen, else 3.12 unless the tool needs torch."""
    needs_torch = any(requirement.startswith("torch==") for requirement in peer.requirements)
    return chosen or (peer.python if needs_torch else "3.12")


def sides(folder: Path) -> tuple[Path, Path]:
    """A small split of which tables, windows and labels are known, written as the adapters read it."""
    rng = np.random.default_rng(0)
    paths = (folder / "train.npz", folder / "val.npz")
    for path, shift in zip(paths, (0.0, 0.5), strict=True):
        X3 = rng.normal(shift, size=(200, 8, 2)).cumsum(axis=1)
        np.savez(path, X=np.concatenate([X3.mean(axis=1), X3.std(axis=1)], axis=1), X3=X3, y=np.arange(200) % 2)
    return paths


def probe(step: str, peer: Peer, python: Path, files: tuple[Path, Path], timeout: float = LONGEST) -> dict[str, Any]:
    """Import a tool (``step="import"``) or ask it (``"call"``) in its environment.

    Returns
    -------
    dict
        ``error``, one sentence or None, and ``seconds``.
    """
    command = [str(python), "-c", PROBE, step, peer.adapter, *map(str, files), str(SCRIPT.parent)]
    ours = python == Path(sys.executable)
    theirs = {name: value for name, value in os.environ.items() if ours or name not in NOT_OURS}
    with tempfile.TemporaryDirectory() as folder:  # some tools write where they stand
        try:
            done = _run(command, timeout, cwd=folder, env=theirs | ONE_THREAD)
        except subprocess.TimeoutExpired:
            return {"error": f"no answer within {timeout:g} s", "seconds": None}
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        words = done.stderr.strip().splitlines() or ["it said nothing"]
        return {"error": f"ended with status {done.returncode}: {words[-1][:200]}", "seconds": None}


def question(record: Record, peer: Peer, python: Path, folder: Path) -> None:
    """Import the tool, twice, and ask it once."""
    files = sides(folder)
    once, again = (probe("import", peer, python, files) for _ in range(2))
    record.import_error = _plain(once["error"])
    record.import_seconds = again["seconds"]
    record.call_error = _plain(probe("call", peer, python, files)["error"])


def _plain(error: str | None) -> str:
    """Leave out where a module lies: the folder is gone when this is read."""
    return re.sub(r" \(/[^)]*\)?", "", error or "")


def _run(command: list[str], timeout: float, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, **more
    )


def pip(python: Path, *arguments: str) -> str:
    """Run one ``pip install``; return the last error in one line, ``""`` for none."""
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", *arguments]
    try:
        done = _run(command, LONGEST)
    except subprocess.TimeoutExpired:
        return f"not done within {LONGEST:g} s"
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    errors = [
        line.removeprefix("error: ").removeprefix("ERROR: ") for line in lines if re.match(r"\w*error:", line, re.I)
    ]
    return (errors or lines or ["no reason was given"])[-1][:300]


def look(python: Path) -> tuple[dict[str, str], float]:
    """What is installed beside an environment's python, pip's own things left out, and the size of it all in MB."""
    packages = {name: version for name, version in installed(python).items() if name not in TOOLING}
    (site,) = python.parent.parent.glob("lib/python*/site-packages")
    tooling = sum(size_mb(site / name) for name in (*TOOLING, "pkg_resources") if (site / name).is_dir())
    return packages, size_mb(site) - tooling


def base(version: str, folder: Path) -> Path | str:
    """The environment with the newest of the three, made once for each Python; or why there is none."""
    home = folder / version
    if home.exists():
        return home
    found = interpreter(version)
    if found is None:
        return f"no Python {version} was found"
    _run([str(found), "-m", "venv", str(home)], LONGEST)
    if error := pip(home / "bin" / "python", *FIRST):
        shutil.rmtree(home)
        return f"not even {', '.join(FIRST)}: {error}"
    return home


def install(peer: Peer, folder: Path, chosen: str | None = None) -> Record:
    """Install the tool into a copy of the base environment, ask it, and delete the copy again.

    Parameters
    ----------
    peer : Peer
        The tool.
    folder : Path
        Where base environments are kept between calls.
    chosen : str, optional
        The Python to install under.
    """
    version = python_of(peer, chosen)
    record = Record(tool=peer.name, asked="." if peer is OURS else asked_for(peer), python=version)
    ready = base(version, folder)
    if isinstance(ready, str):
        record.install_error = ready
        return record
    with tempfile.TemporaryDirectory(prefix="installability-") as name:
        own = Path(name)
        shutil.copytree(ready, own / "venv", symlinks=True)  # it finds itself by where it lies
        python = own / "venv" / "bin" / "python"
        record.pip = installed(python)["pip"]
        packages, record.mb_before = look(python)
        record.packages_before, record.before = len(packages), {name: packages[name] for name in FIRST}
        (own / "held.txt").write_text(HELD + "\n")
        start = time.perf_counter()
        record.install_error = pip(python, "--no-cache-dir", "-c", str(own / "held.txt"), asked_for(peer))
        record.install_seconds = time.perf_counter() - start
        if record.install_error:
            return record
        record.versions, record.mb = look(python)
        record.packages, record.version = len(record.versions), record.versions.get(peer.name)
        record.after = {name: record.versions.get(name, "none") for name in FIRST}
        question(record, peer, python, own)
    return record


def here() -> Record:
    """Ask splitaudit in the environment that runs this; nothing is installed."""
    record = Record(tool=OURS.name, asked="as it is here", python=platform.python_version())
    with tempfile.TemporaryDirectory() as name:
        question(record, OURS, Path(sys.executable), Path(name))
    return record


def tell(records: Sequence[Record], console: Console) -> None:
    """Print them as a table."""
    table = Table(
        "pip install", "python", "version", "pip changed", "import", "first question", "packages", "MB", "install s",
        "import s", title="into an environment with the newest numpy, pandas and scikit-learn",
        caption="packages and MB: in all, and what the tool added",
    )  # fmt: skip
    for column in table.columns[6:]:
        column.justify = "right"
    for record in records:
        row = [record.asked if record.asked != "." else "splitaudit (.)", record.python]
        if record.install_error:
            table.add_row(*row, "", f"fails: {record.install_error}")
            continue
        moved = ", ".join(f"{name} {old} → {new}" for name, (old, new) in record.moved.items())
        table.add_row(
            *row,
            record.version or "",
            moved or ("nothing" if record.after else ""),
            record.import_error or "ok",
            record.call_error or "ok",
            _both(record.packages, record.packages_before),
            _both(record.mb, record.mb_before),
            "" if record.install_seconds is None else f"{record.install_seconds:.0f}",
            "" if record.import_seconds is None else f"{record.import_seconds:.1f}",
        )
    console.print(table)


def _both(after: float | None, before: float | None) -> str:
    return "" if after is None or before is None else f"{after:.0f} ({after - before:+.0f})"


def main(argv: Sequence[str] | None = None) -> None:
    """Install, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.installability", description=__doc__)
    everything = [OURS.name, *PEERS]
    parser.add_argument("--tools", nargs="*", choices=everything, default=everything, metavar="TOOL")
    parser.add_argument("--python", help="major and minor version; 3.12, or that of the pins where torch is needed")
    parser.add_argument("--out", type=Path, help="write the records here, with the machine and all versions")
    parser.add_argument("--smoke", action="store_true", help="install nothing, ask splitaudit as it is here")
    arguments = parser.parse_args(argv)
    console = Console(width=None if sys.stdout.isatty() else 240)
    if arguments.smoke:
        record = here()
        tell([record], console)
        raise SystemExit(1 if record.import_error or record.call_error else 0)
    records = []
    with tempfile.TemporaryDirectory(prefix="installability-") as folder:
        for name in arguments.tools:
            with console.status(name):
                records.append(install({OURS.name: OURS, **PEERS}[name], Path(folder), arguments.python))
            if arguments.out is not None:  # after each: the next one may take long
                write(records, arguments.out)
    tell(records, console)


def write(records: Sequence[Record], path: Path) -> None:
    """Keep the records, with the machine they were made on."""
    content = {
        "machine": {"system": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count()},
        "held": HELD,
        "records": [asdict(record) for record in records],
    }
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
