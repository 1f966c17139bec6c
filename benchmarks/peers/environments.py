"""A virtual environment for each peer: ``python -m benchmarks.peers.environments [--tools ...] [--folder ...]``.

Made once, under ``$SPLITAUDIT_PEERS`` or the user's cache; a change of a pin makes a new one. A peer that cannot be had
is reported with its reason and stops nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.peers.registry import PEERS, Peer

LONGEST_INSTALL = 1800.0
# Compiling all of torch takes longer than fetching it; what is imported is compiled when it is.
INSTALL = ("--quiet", "--no-input", "--no-compile", "--prefer-binary", "--disable-pip-version-check")
READY = "ready"  # the file that is written last: without it, what lies there was interrupted


def default_folder() -> Path:
    """``$SPLITAUDIT_PEERS``, or a folder of the user's cache."""
    if named := os.environ.get("SPLITAUDIT_PEERS"):
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "splitaudit" / "peers"


def interpreter(version: str) -> Path | None:
    """An interpreter of this major and minor version that runs: ours, the one on ``PATH``, or one of pyenv's."""
    candidates = [Path(sys.executable)]
    if on_path := shutil.which(f"python{version}"):
        candidates.append(Path(on_path))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True)
    # A shim of pyenv is on PATH for every version and fails for those that are not selected, so each is tried.
    return next((candidate for candidate in candidates if _version(candidate) == version), None)


def _version(python: Path) -> str | None:
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        return _run([str(python), "-I", "-c", question], timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def _run(command: list[str], *, timeout: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=timeout, stdin=subprocess.DEVNULL
    )


def location(peer: Peer, folder: Path | None = None) -> Path:
    """Where the peer's environment is or would be: keyed by its Python and its requirements."""
    key = hashlib.sha256("\n".join((peer.python, *peer.requirements)).encode()).hexdigest()[:12]
    return (folder or default_folder()) / f"{peer.name}-{key}"


def environment(peer: Peer, folder: Path | None = None) -> Path | str:
    """Make the peer's environment unless it is there.

    Parameters
    ----------
    peer : Peer
        The tool.
    folder : Path, optional
        Where environments are kept; by default :func:`default_folder`.

    Returns
    -------
    Path or str
        The environment's python, or in one sentence why there is none.
    """
    home = location(peer, folder).absolute()
    python = home / "bin" / "python"
    if (home / READY).exists():
        return python
    base = interpreter(peer.python)
    if base is None:
        return f"{peer.name} needs Python {peer.python}, and none was found on PATH or under PYENV_ROOT."
    try:
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        _run([str(base), "-m", "venv", str(home)], timeout=300)
        _run([str(python), "-m", "pip", "install", *INSTALL, *peer.requirements], timeout=LONGEST_INSTALL)
    except subprocess.CalledProcessError as error:
        return f"{peer.name} cannot be installed: {_last_line(error.stderr)}"
    except subprocess.TimeoutExpired as error:
        return f"{peer.name} cannot be installed: not done within {error.timeout:g} s."
    except OSError as error:
        return f"{peer.name} cannot be installed: {error}."
    (home / READY).write_text("\n".join(peer.requirements) + "\n")
    return python


def _last_line(text: str) -> str:
    """The last error of pip, or the last thing said."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["no reason was given."])[-1][:300]


def installed(python: Path) -> dict[str, str]:
    """Name and version of each distribution beside an environment's python."""
    site = [str(path) for path in python.parent.parent.glob("lib/python*/site-packages")]
    return {found.metadata["Name"].lower(): found.version for found in distributions(path=site)}


def size_mb(folder: Path) -> float:
    """What the files under a folder take, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*")) / 2**20


def main() -> None:
    """Make them all and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", nargs="*", choices=list(PEERS), default=list(PEERS), metavar="TOOL")
    parser.add_argument("--folder", type=Path, default=None)
    arguments = parser.parse_args()
    console = Console()
    table = Table("tool", "python", "version", "packages", "MB", "state", title="the peers' environments")
    for column in table.columns[3:5]:
        column.justify = "right"
    for name in arguments.tools:
        peer = PEERS[name]
        with console.status(f"{name}"):
            made = environment(peer, arguments.folder)
        if isinstance(made, str):
            table.add_row(name, peer.python, "", "", "", made)
            continue
        packages = installed(made)
        size = size_mb(made.parent.parent)
        table.add_row(name, peer.python, packages[peer.distribution], str(len(packages)), f"{size:.0f}", "ready")
    console.print(table)


if __name__ == "__main__":
    main()
