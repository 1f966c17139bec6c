"""What is said of an installation; nothing is installed here."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import installability
from benchmarks.installability import FIRST, Record, asked_for, pip, probe, python_of, sides, tell
from benchmarks.peers.registry import OURS, PEERS, Peer

NOWHERE = ("a.npz", "b.npz")


def printed(*records: Record) -> str:
    console = Console(width=300, record=True, file=io.StringIO())
    tell(records, console)
    return console.export_text()


def test_no_pin_is_handed_to_pip():
    assert asked_for(PEERS["cleanlab"]) == "cleanlab[datalab]"
    assert all("==" not in asked_for(peer) for peer in PEERS.values())
    assert (Path(asked_for(OURS)) / "pyproject.toml").is_file()


def test_what_needs_torch_keeps_its_python():
    assert python_of(PEERS["deepchecks"], None) == "3.12"
    assert python_of(PEERS["torchdrift"], None) == PEERS["torchdrift"].python
    assert python_of(PEERS["torchdrift"], "3.13") == "3.13"


def test_only_what_pip_exchanged_has_moved():
    before = dict.fromkeys(FIRST, "2.0")
    record = Record(tool="odd", asked="odd", python="3.12", before=before, after=before | {"pandas": "1.5"})
    assert record.moved == {"pandas": ("2.0", "1.5")}
    assert Record(tool="odd", asked="odd", python="3.12", before=before).moved == {}


def test_the_table_says_what_failed_and_what_was_added():
    text = printed(
        Record(tool="odd", asked="odd", python="3.12", install_error="no matching distribution"),
        Record(
            tool="even", asked="even", python="3.12", install_error="", import_error="ImportError: gone", call_error="",
            before={"numpy": "2.0"}, after={"numpy": "1.9"}, packages=12, packages_before=10, mb=250.2, mb_before=200.1,
            install_seconds=3.2, version="1.0",
        ),
    )  # fmt: skip
    for words in ("fails: no matching distribution", "ImportError: gone", "numpy 2.0 → 1.9", "12 (+2)", "250 (+50)"):
        assert words in text


def test_ours_is_imported_and_asked(tmp_path):
    files = sides(tmp_path)
    for step in ("import", "call"):
        reply = probe(step, OURS, Path(sys.executable), files)
        assert reply["error"] is None
        assert reply["seconds"] >= 0


def test_a_tool_that_is_not_there_is_a_sentence():
    reply = probe("import", Peer("torchdrift", "3.11", ("torchdrift==1",), "torchdrift"), Path(sys.executable), NOWHERE)
    assert reply == {"error": "ModuleNotFoundError: No module named 'torchdrift'", "seconds": None}


def test_a_probe_that_dies_or_hangs_is_a_sentence(monkeypatch):
    monkeypatch.setattr(installability, "PROBE", "import sys; sys.exit('last words')")
    assert probe("import", OURS, Path(sys.executable), NOWHERE)["error"] == "ended with status 1: last words"
    monkeypatch.setattr(installability, "PROBE", "import time; time.sleep(60)")
    assert probe("import", OURS, Path(sys.executable), NOWHERE, timeout=0.3)["error"] == "no answer within 0.3 s"


@pytest.mark.parametrize(
    ("stderr", "error"),
    [
        ("ERROR: No matching distribution found\na hint\n", "No matching distribution found"),
        ("  error: subprocess-exited-with-error\n  ╰─> see above\n", "subprocess-exited-with-error"),
        ("", "no reason was given"),
    ],
)
def test_the_last_error_of_pip(monkeypatch, stderr, error):
    monkeypatch.setattr(
        installability, "_run", lambda command, timeout: subprocess.CompletedProcess(command, 1, "", stderr)
    )
    assert pip(Path(sys.executable), "odd") == error


def test_folders_are_left_out_of_errors():
    assert installability._plain("ImportError: no 'x' from 'a.b' (/tmp/e/a/b.py)") == "ImportError: no 'x' from 'a.b'"
    assert installability._plain(None) == ""


def test_a_missing_interpreter_is_a_record(monkeypatch, tmp_path):
    monkeypatch.setattr(installability, "interpreter", lambda version: None)
    installability.main(["--tools", "scipy", "--out", str(tmp_path / "out.json")])
    (record,) = json.loads((tmp_path / "out.json").read_text())["records"]
    assert record["install_error"] == "no Python 3.12 was found"


def test_smoke_installs_nothing(monkeypatch, capsys):
    monkeypatch.setattr(installability, "install", lambda *_: pytest.fail("it installs"))
    with pytest.raises(SystemExit) as ended:
        installability.main(["--smoke"])
    assert ended.value.code == 0
    assert "as it is here" in capsys.readouterr().out
