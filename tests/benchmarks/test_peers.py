"""The peers' machinery with a toy in a peer's place: no peer is installed here."""

import ast
import importlib
import os
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import environments
from benchmarks.peers.client import SCRIPT, Worker
from benchmarks.peers.environments import environment, location
from benchmarks.peers.registry import PEERS, Peer
from benchmarks.peers.worker import read

TOY = """
import os, socket, sys, time

IMPORTS = ("json",)
DISTRIBUTIONS = ("numpy",)

def well(train, val, seed, **more):
    print("a tool that talks")
    os.system("echo so does its child")
    rows = [row for row in range(len(val)) if val[row].tolist() in train.tolist()]
    return {"flagged": len(rows) > 0, "p": 0.25, "told": f"seed {seed}, {sorted(more)}", "rows": rows[::-1]}

def raises(train, val, seed, **more):
    raise ValueError("two\\nlines")

def leaves(train, val, seed, **more):
    print("last words", file=sys.stderr, flush=True)
    os._exit(3)

def hangs(train, val, seed, **more):
    time.sleep(60)

def asks(train, val, seed, **more):
    return {"told": repr(sys.stdin.readline()) + repr(input())}

def calls_home(train, val, seed, **more):
    socket.create_connection(("192.0.2.1", 80), timeout=1)

def nothing(train, val, seed, **more):
    return {"p": float("nan")}

def writes(train, val, seed, **more):
    open("left_behind", "w").close()

def fills(train, val, seed, **more):
    return {"told": str(len(bytearray(2 * 2**30)))}

def threads(train, val, seed, **more):
    return {"told": os.environ["OMP_NUM_THREADS"]}

TOOLS = {name: {"shift": function} for name, function in list(globals().items()) if callable(function)}
"""
LIAR = "import sys\nfor line in sys.stdin: print('not json', flush=True)\n"


@pytest.fixture
def toy(tmp_path) -> Peer:
    folder = tmp_path / "adapters"
    folder.mkdir()
    shutil.copy(SCRIPT, tmp_path / "worker.py")
    (folder / "toy.py").write_text(TOY)
    return Peer("toy", "3.11", ("toy==1",), "toy")


@pytest.fixture
def worker(toy, tmp_path):
    with Worker(toy, Path(sys.executable), script=tmp_path / "worker.py") as worker:
        yield worker


@pytest.fixture
def question(tmp_path):
    X = np.arange(12.0).reshape(6, 2)
    np.savez(tmp_path / "train.npz", X=X, y=np.zeros(6), X3=X[:, :, None])
    np.savez(tmp_path / "val.npz", X=np.concatenate([X[:2], -X[1:]]), y=np.zeros(7))

    def asked(tool: str, job: str = "shift") -> dict:
        files = {"train": str(tmp_path / "train.npz"), "val": str(tmp_path / "val.npz")}
        return {"tool": tool, "job": job, "seed": 7, **files}

    return asked


def test_a_tool_that_prints_is_answered_for(worker, question):
    reply = worker.ask(question("well"), timeout=60)
    assert reply.pop("seconds") >= 0
    assert reply.pop("peak_mb") > 1
    assert reply == {"flagged": True, "p": 0.25, "told": "seed 7, ['y']", "rows": [0, 1], "error": None}


def test_what_a_tool_does_not_say_is_null(worker, question):
    reply = worker.ask(question("nothing"), timeout=60)
    assert [reply[key] for key in ("flagged", "p", "told", "rows", "error")] == [None, None, "", None, None]


def test_a_tool_that_reads_gets_no_request(worker, question):
    assert worker.ask(question("asks"), timeout=60)["error"] == "EOFError: EOF when reading a line"
    assert worker.ask(question("nothing"), timeout=60)["error"] is None


def test_windows_are_read_where_they_are_asked_for(question):
    request = question("well")
    train, val, more = read(request | {"val": request["train"], "view": "flat"})
    assert train.shape == val.shape == (6, 2)
    assert more["X3"][0].shape == (6, 2, 1)
    assert "X3" not in read(request | {"val": request["train"], "view": "flat"}, windows=False)[2]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do not keep such a limit")
def test_a_tool_that_takes_too_much_memory_fails_alone(worker, question):
    reply = worker.ask(question("fills") | {"memory_mb": 1000}, timeout=60)
    assert "Memory" in reply["error"]


def test_an_exception_becomes_one_sentence(worker, question):
    reply = worker.ask(question("raises"), timeout=60)
    assert reply["error"] == "ValueError: two lines"
    assert reply["flagged"] is None
    assert worker.ask(question("no such tool"), timeout=60)["error"].startswith("KeyError")


def test_a_tool_writes_into_a_folder_of_its_own(worker, question, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    relative = question("well") | {"train": "train.npz", "val": "val.npz"}
    assert worker.ask(relative, timeout=60)["error"] is None
    worker.ask(question("writes"), timeout=60)
    assert not (tmp_path / "left_behind").exists()


def test_versions(worker):
    assert worker.ask({"tool": "?", "job": "versions"}, timeout=60)["versions"] == {"numpy": np.__version__}


def test_no_network_and_one_thread(worker, question):
    assert worker.ask(question("calls_home"), timeout=60)["error"] == "OSError: a worker has no network"
    assert worker.ask(question("threads"), timeout=60)["told"] == "1"


def test_a_worker_that_ends_is_started_anew(worker, question):
    assert worker.ask(question("leaves"), timeout=60) == {"error": "the worker ended with status 3: last words"}
    assert worker.ask(question("well"), timeout=60)["error"] is None


def test_a_worker_that_hangs_is_killed(worker, question):
    assert worker.ask(question("nothing"), timeout=60)["error"] is None
    hanging = worker._process.pid
    assert worker.ask(question("hangs"), timeout=0.5) == {"error": "no answer within 0.5 s"}
    with pytest.raises(ProcessLookupError):
        os.kill(hanging, 0)
    assert worker.ask(question("well"), timeout=60)["error"] is None


def test_nonsense_is_not_an_answer(toy, tmp_path, question):
    (tmp_path / "worker.py").write_text(LIAR)
    with Worker(toy, Path(sys.executable), script=tmp_path / "worker.py") as worker:
        for _ in range(2):
            assert worker.ask(question("well"), timeout=60)["error"].startswith("the worker's reply cannot be read")


def test_no_interpreter_no_worker(toy, tmp_path, question):
    with Worker(toy, tmp_path / "python") as worker:
        assert worker.ask(question("well"), timeout=60)["error"].startswith("the worker cannot be started")


@pytest.mark.parametrize("peer", PEERS.values(), ids=str)
def test_requirements_are_pinned(peer):
    assert all(re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", requirement) for requirement in peer.requirements)
    assert re.fullmatch(r"3\.\d+", peer.python)
    assert peer is PEERS[peer.name]
    assert peer.distribution == peer.name


@pytest.mark.parametrize("peer", PEERS.values(), ids=str)
def test_adapters_import_no_peer(peer):
    adapter = importlib.import_module(f"benchmarks.peers.adapters.{peer.adapter}")
    assert {job for jobs in adapter.TOOLS.values() for job in jobs} <= {"shift", "copies"}
    assert peer.distribution in adapter.DISTRIBUTIONS
    top = ast.parse(Path(adapter.__file__).read_text()).body
    imported = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in top if isinstance(node, ast.ImportFrom) and not node.level}
    assert {name.partition(".")[0] for name in imported} - {"numpy"} <= sys.stdlib_module_names


def test_the_worker_stands_alone():
    tree = ast.parse(SCRIPT.read_text())
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.partition(".")[0] for module in modules} - {"numpy"} <= sys.stdlib_module_names


def test_a_missing_interpreter_is_a_reason(tmp_path):
    made = environment(Peer("odd", "3.99", ("odd==1",), "odd"), tmp_path)
    assert made == "odd needs Python 3.99, and none was found on PATH or under PYENV_ROOT."
    assert not list(tmp_path.iterdir())


def test_a_failed_installation_is_a_reason(tmp_path, monkeypatch):
    base = tmp_path / "base"
    base.write_text("#!/bin/sh\necho 'ERROR: No matching distribution' >&2\necho 'a hint' >&2\nexit 1\n")
    base.chmod(0o755)
    monkeypatch.setattr(environments, "interpreter", lambda version: base)
    made = environment(Peer("odd", "3.99", ("odd==1",), "odd"), tmp_path / "folder")
    assert made == "odd cannot be installed: No matching distribution"


def test_an_environment_is_made_once_per_pins(tmp_path):
    one, two = (Peer("odd", "3.99", (f"odd=={version}",), "odd") for version in (1, 2))
    assert location(one, tmp_path) != location(two, tmp_path)
    home = location(one, tmp_path)
    home.mkdir()
    assert isinstance(environment(one, tmp_path), str)
    (home / environments.READY).touch()
    assert environment(one, tmp_path) == home / "bin" / "python"


def test_environments_lie_where_they_are_told_to(tmp_path, monkeypatch):
    monkeypatch.setenv("SPLITAUDIT_PEERS", str(tmp_path / "named"))
    assert location(PEERS["scipy"]).parent == tmp_path / "named"
    monkeypatch.delenv("SPLITAUDIT_PEERS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert location(PEERS["scipy"]).parent == tmp_path / "cache" / "splitaudit" / "peers"


def test_an_interpreter_is_found_in_pyenv(tmp_path, monkeypatch):
    ours = "{}.{}".format(*sys.version_info)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert environments.interpreter(ours) is None
    folder = tmp_path / "versions" / f"{ours}.0" / "bin"
    folder.mkdir(parents=True)
    script = folder / "python"
    script.write_text(f"#!/bin/sh\necho {ours}\n")
    script.chmod(0o755)
    assert environments.interpreter(ours) == script
