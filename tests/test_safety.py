"""No network, no code from data, no clock that somebody may set: what the whole program does, seen by an audit hook."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import splitaudit
from tests.test_process import environment

PACKAGE = Path(splitaudit.__file__).parent
WATCHED = """
import json, sys
seen = []
forbidden = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "pickle.find_class", "os.system")

def watch(event, args):
    if event.startswith(forbidden):
        seen.append([event, repr(args)[:200]])

sys.addaudithook(watch)
from splitaudit.cli import main
codes = []
for args in json.loads(sys.argv[1]):
    try:
        main(args, prog_name="splitaudit")
    except SystemExit as end:
        codes.append(end.code)
with open("seen.json", "w") as file:
    json.dump([codes, seen], file)
"""
RUNS_DATA = {
    *(("", name) for name in ("eval", "exec", "__import__")),
    *(("pickle", name) for name in ("load", "loads")),
    *((library, "load") for library in ("joblib", "torch", "yaml")),
    ("os", "system"),
    ("pd", "read_pickle"),
}
SETTABLE = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}


@pytest.mark.usefixtures("split_files")
def test_nothing_is_asked_of_a_network_and_nothing_in_a_file_is_run():
    sides = ["train.npz", "val.npz"]
    commands = [
        ["check", *sides, "--output", "report.json"],
        ["check", *sides, "--output", "report.html"],
        ["explain", *sides, "--budget", "5s"],
        ["split", "train.npz", "--output", "rows.npz"],
        ["show", "report.json", "--format", "sarif"],
        ["plot", "report.json", "--output", "figures"],
        ["rule", "SA301"],
        ["config"],
    ]
    args = [sys.executable, "-c", WATCHED, json.dumps(commands)]
    done = subprocess.run(args, capture_output=True, text=True, env=environment(), check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    codes, seen = json.loads(Path("seen.json").read_text())
    assert len(codes) == len(commands)
    assert set(codes) <= {0, 1}, (codes, done.stderr)
    assert seen == []


def calls(path: Path) -> set[tuple[str, str]]:
    """Names of what a module calls as ``a.b(...)`` or ``b(...)``, the last two parts."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                base = node.func.value
                name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
                found.add((name, node.func.attr))
            elif isinstance(node.func, ast.Name):
                found.add(("", node.func.id))
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_module_runs_data_or_trusts_a_clock_that_can_be_set(path):
    found = calls(path)
    assert not found & RUNS_DATA
    assert not found & SETTABLE
