"""Faults of the system around a run: what was measured is told, an old report stays, and one sentence says why.

Every fault is a real one, met by the command in a process of its own.
"""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from tests.test_process import SLOW, child, command, environment

FULL = Path("/dev/full")
SIDES = ("train.npz", "val.npz")
OLD = '{"an": "old report"}'
STUBBORN = """
import time
from splitaudit.render import write
real = write.render_for

def dawdles(*args, **options):
    open("writing", "x").close()
    time.sleep(60)
    return real(*args, **options)

write.render_for = dawdles
"""


def ended(args: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    given = {"capture_output": True, "text": True, "env": environment(), "timeout": 120, **options}
    return subprocess.run(args, check=False, **given)


def no_larger_than(n: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n, n))


def once_there(name: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None and not Path(name).exists():
        time.sleep(0.02)


@pytest.fixture
def old() -> Path:
    path = Path("report.json")
    path.write_text(OLD)
    return path


def test_no_room_for_the_report_leaves_the_old_one_and_shows_the_new_one(split_files, old):
    done = ended(
        [*child("FINE", *split_files), "--quiet", "--output", str(old)], preexec_fn=partial(no_larger_than, 1000)
    )
    assert done.returncode == 2
    assert done.stderr == "splitaudit: report.json: cannot be written: File too large\n"
    assert "ERROR     SA205" in done.stdout
    assert old.read_text() == OLD
    assert {path.name for path in Path().iterdir()} == {"report.json", *SIDES}


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_no_room_behind_standard_output(split_files, unbuffered):
    env = {**environment(), "PYTHONUNBUFFERED": unbuffered}
    with FULL.open("w") as full:
        done = ended(child("FINE", *split_files), env=env, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr == "splitaudit: standard output cannot be written: No space left on device\n"


def test_closed_standard_output(split_files):
    done = ended(child("FINE", *split_files), preexec_fn=partial(os.close, 1))
    assert (done.returncode, done.stderr) == (
        2,
        "splitaudit: standard output is closed, expected a terminal, a file or a pipe\n",
    )
    done = ended(child("FINE", *split_files, "--output", "report.json"), preexec_fn=partial(os.close, 1))
    assert (done.returncode, done.stderr) == (1, "")
    assert Path("report.json").is_file()


def test_closed_standard_error(split_files):
    done = ended(child("FINE", *split_files), preexec_fn=partial(os.close, 2))
    assert done.returncode == 1
    assert "ERROR     SA205" in done.stdout
    assert ended(command("check", "no.npz", "no.npz"), preexec_fn=partial(os.close, 2)).returncode == 2


@pytest.mark.usefixtures("split_files")
def test_a_current_folder_that_is_gone(tmp_path):
    gone = tmp_path / "gone"
    paths = [str(tmp_path / name) for name in SIDES]
    code = f"import os; os.mkdir({str(gone)!r}); os.chdir({str(gone)!r}); os.rmdir({str(gone)!r})\n"
    program = "from splitaudit.cli import main; main(prog_name='splitaudit')"
    done = ended([sys.executable, "-c", code + program, "check", *paths])
    assert (done.returncode, done.stderr) == (2, "splitaudit: the current folder is not there any more\n")


@pytest.mark.parametrize("format", ["terminal", "json", "html"])
def test_a_home_that_cannot_be_written(split_files, format):
    env = {**environment(), "HOME": "/proc/1", "XDG_CACHE_HOME": "/proc/1", "XDG_CONFIG_HOME": "/proc/1"}
    done = ended([*child("FINE", *split_files), "--format", format], env=env)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_asked_to_end_reports_what_it_has(split_files, old, number):
    args = child("made('SA301', takes_long)", *split_files, "--output", str(old))
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        once_there("asleep", process)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"")
    assert b"Interrupted after 2 of 3 rules" in out
    assert "Interrupted after 2 of 3 rules" in old.read_text()


def test_a_second_interruption_stops_at_once(split_files, old):
    last = "made('SA301', takes_long)"
    args = [sys.executable, "-c", STUBBORN + SLOW.format(last=last), *split_files]
    args = [*args, "--format", "json", "--output", str(old)]
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        once_there("asleep", process)
        process.send_signal(signal.SIGINT)
        once_there("writing", process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, b"", b"splitaudit: interrupted")


def test_a_run_that_is_killed_leaves_the_old_report(split_files, old):
    args = child("made('SA301', takes_long)", *split_files, "--output", str(old))
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        once_there("asleep", process)
        process.kill()
        process.communicate(timeout=60)
    assert old.read_text() == OLD
    assert {path.name for path in Path().iterdir()} == {"report.json", "asleep", *SIDES}


@pytest.mark.usefixtures("split_files")
def test_inputs_are_never_touched():
    def state() -> list[tuple[str, int]]:
        return [(hashlib.sha256(Path(p).read_bytes()).hexdigest(), Path(p).stat().st_mtime_ns) for p in SIDES]

    before = state()
    for path in SIDES:
        Path(path).chmod(0o444)
    for args in (["check", *SIDES, "--output", "a.html"], ["explain", *SIDES, "--budget", "5s"]):
        assert ended(command(*args)).returncode in (0, 1)
    assert state() == before
