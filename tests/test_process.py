"""The command as a process of its own: terminals, pipes, signals."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import splitaudit
from splitaudit.readers.files import EXPECTED


def command(*args: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "splitaudit", *args]


# a sitecustomize for the child: the catalogue is one rule that takes its time
SLOW = """
import time
from splitaudit.rules import catalog
from tests.test_cli import ERROR, FINE, made

def takes_long(train, val, ctx):
    open("asleep", "x").close()
    time.sleep(60)

catalog.all_rules = lambda: (FINE, ERROR, {last})
from splitaudit.cli import main
main(prog_name="splitaudit")
"""


def child(last: str, *args: str) -> list[str]:
    return [sys.executable, "-c", SLOW.format(last=last), *args]


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE")}
    root = str(Path(__file__).resolve().parents[1])
    return {**kept, "PYTHONPATH": root, "TERM": "xterm-256color", "COLUMNS": "80"}


def in_a_terminal(args: list[str]) -> tuple[int, str]:
    """Run a command with a terminal as its three streams; return the exit code and what the terminal got."""
    leader, follower = pty.openpty()
    with subprocess.Popen(args, stdin=follower, stdout=follower, stderr=follower, env=environment()) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the terminal is closed on the other side
                break
            if not part:
                break
            shown += part
        process.wait(30)
    os.close(leader)
    return process.returncode, shown.decode()


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom splitaudit.cli import main\nfrom click.testing import CliRunner\n"
        "assert CliRunner().invoke(main, ['check', '--help']).exit_code == 0\n"
        "print(sorted({'numpy', 'scipy', 'pandas', 'sklearn', 'lightgbm', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_module_is_the_command():
    done = subprocess.run(command("--version"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"splitaudit, version {splitaudit.__version__}\n")
    done = subprocess.run(command("check", "no.npz", "no.npz"), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"splitaudit: no.npz: there is no such file, {EXPECTED}\n"


def test_a_terminal_gets_colour_and_progress_a_pipe_gets_neither(split_files):
    args = child("FINE", *split_files)
    code, shown = in_a_terminal(args)
    assert code == 1
    assert "\x1b[1;31mERROR" in shown
    assert "reading and preparing" in shown or "SA205 finds" in shown
    piped = subprocess.run(args, capture_output=True, text=True, env=environment(), check=False)
    assert piped.returncode == 1
    assert "\x1b" not in piped.stdout
    assert piped.stderr == ""
    assert "ERROR     SA205 finds" in piped.stdout


def test_no_color_and_quiet_in_a_terminal(split_files):
    _, shown = in_a_terminal(child("FINE", *split_files, "--no-color", "--quiet"))
    assert "\x1b" not in shown
    assert shown.startswith("FAIL")


def test_a_reader_that_goes_away_is_no_fault(split_files):
    args = child("FINE", *split_files, "--format", "json")
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_control_c_reports_what_was_measured(split_files):
    args = child("made('SA301', takes_long)", *split_files, "--output", "report.json")
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        while process.poll() is None and not Path("asleep").exists():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == b""
    assert b"Interrupted after 2 of 3 rules" in out
    assert json.loads(Path("report.json").read_text())["verdict"]["exit_code"] == 130
