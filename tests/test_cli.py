"""The command line: exit codes, formats, settings, and never a traceback.

Most tests put a small catalogue of rules in place of the real one, so that each outcome can be had at will.
"""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result

import splitaudit
from splitaudit.cli import main
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import Context, Rule
from splitaudit.rules import catalog

PAGE = "Something is wrong.\n\n## What it measures\nThis.\n\n## What to do\nThat."


def finds(train: Any, val: Any, ctx: Context, *, size: float = 1.0) -> Evidence:
    return Evidence(effect=size, summary="Val is off", where=Where(channels=(1,)))


def finds_nothing(train: Any, val: Any, ctx: Context) -> Evidence:
    return Evidence(effect=0.0, summary="Nothing is off", pvalue=float(ctx.rng.uniform(0.5, 1.0)))


def crashes(train: Any, val: Any, ctx: Context) -> Evidence:
    raise ZeroDivisionError("division\nby zero")


def is_interrupted(train: Any, val: Any, ctx: Context) -> Evidence:
    raise KeyboardInterrupt


def does_not_apply(train: Any, val: Any, ctx: Context) -> Evidence:
    raise NotApplicable("there are too few windows")


def made(code: str, measure: Any, *, warn: float = 0.1, error: float = 0.5, **params: Any) -> Rule:
    return Rule(
        code=code,
        name=measure.__name__.replace("_", "-"),
        family="shift",
        page=PAGE,
        effect="share of windows",
        warn=warn,
        error=error,
        remedy="Repair it.",
        needs=(),
        fires_on=(),
        measure=measure,
        params=params,
    )


FINE, ERROR, WARNING = made("SA101", finds_nothing), made("SA205", finds, size=0.9), made("SA301", finds, size=0.2)
CRASH, STOP, SKIP = made("SA401", crashes), made("SA501", is_interrupted), made("SA601", does_not_apply)


@pytest.fixture
def rules(monkeypatch):
    def put(*chosen: Rule) -> None:
        monkeypatch.setattr(catalog, "all_rules", lambda: chosen)

    return put


@pytest.fixture
def split(tmp_path, monkeypatch):
    """Two small files in an empty folder, which is where the command is typed."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    rng = np.random.default_rng(0)
    for name, n in (("train", 40), ("val", 20)):
        np.savez(f"{name}.npz", X=rng.normal(size=(n, 16, 2)), y=np.arange(n) % 2, channel_names=["ax", "ay"])
    return ["check", "train.npz", "val.npz"]


def run(*args: str) -> Result:
    result = CliRunner().invoke(main, list(args))
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def sentence(result: Result, code: int = 2) -> str:
    """What is said on standard error, which is one line, and nothing else is said."""
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith("splitaudit: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.mark.parametrize(
    ("chosen", "options", "code"),
    [
        ((FINE,), (), 0),
        ((FINE, SKIP), (), 0),
        ((FINE, WARNING), (), 0),
        ((FINE, WARNING), ("--fail-on", "warning"), 1),
        ((FINE, ERROR), (), 1),
        ((FINE, ERROR), ("--fail-on", "never"), 0),
        ((FINE, ERROR), ("--exit-zero",), 0),
        ((FINE, CRASH), (), 2),
        ((FINE, CRASH), ("--exit-zero", "--fail-on", "never"), 2),
        ((SKIP,), (), 2),
        ((FINE, ERROR, STOP, WARNING), (), 130),
        ((STOP, ERROR), ("--exit-zero",), 130),
    ],
)
def test_exit_codes(split, rules, chosen, options, code):
    rules(*chosen)
    result = run(*split, *options)
    assert result.exit_code == code
    assert result.stdout.startswith("splitaudit")


def test_an_interrupted_run_reports_what_it_has(split, rules):
    rules(FINE, ERROR, STOP, WARNING)
    content = json.loads(run(*split, "--format", "json").stdout)
    assert {f["rule"]: f["severity"] for f in content["findings"]} == {
        "SA101": "ok",
        "SA205": "error",
        "SA301": "skipped",
        "SA501": "skipped",
    }
    assert [f["message"] for f in content["findings"][2:]] == ["interrupted", "interrupted"]
    assert content["verdict"]["exit_code"] == 130
    assert content["verdict"]["summary"].startswith("Interrupted after 2 of 4 rules;")


def test_a_crash_is_told_and_the_others_go_on(split, rules):
    rules(CRASH, ERROR)
    text = run(*split).stdout
    assert "CRASHED   SA401 crashes" in text
    assert "ZeroDivisionError: division by zero" in text
    assert "ERROR     SA205 finds" in text


def test_formats(split, rules):
    rules(FINE, ERROR)
    assert json.loads(run(*split, "--format", "json").stdout)["tool"]["version"] == splitaudit.__version__
    assert run(*split, "--format", "markdown").stdout.startswith("## splitaudit")
    assert run(*split, "--format", "html").stdout.startswith("<!DOCTYPE html>")
    suite = ElementTree.fromstring(run(*split, "--format", "junit").stdout)
    assert [case.get("name") for case in suite.iter("testcase")] == ["SA101 finds-nothing", "SA205 finds"]


def test_a_file_beside_the_terminal_report(split, rules):
    rules(FINE, ERROR)
    result = run(*split, "--output", "report.json")
    assert result.exit_code == 1
    assert "ERROR     SA205 finds" in result.stdout
    assert json.loads(Path("report.json").read_text())["verdict"]["status"] == "fail"
    quiet = run(*split, "--output", "report.xml", "--quiet")
    assert (quiet.exit_code, quiet.output) == (1, "")
    assert Path("report.xml").read_text().startswith("<?xml")
    run(*split, "--output", "report.dat", "--format", "markdown")
    assert Path("report.dat").read_text().startswith("## splitaudit")


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--output", "no/report.json"), "there is no folder no"),
        (("--output", "report.pdf"), "the suffix '.pdf' stands for no format"),
        (("--output", "."), "is a folder"),
        (("--select", "SA999"), "there is no rule 'SA999'"),
        (("--ignore", "finds-nothin"), "did you mean finds-nothing?"),
        (("--baseline", "old.json"), "old.json: the report cannot be read: No such file"),
        (("--config", "no.toml"), "no.toml: cannot be read"),
        (("--alpha", "1"), "--alpha"),
        (("--alpha", "nan"), "alpha"),
        (("--permutations", "3"), "--permutations"),
        (("--jobs", "0"), "0 threads do no work"),
        (("--seed", "-1"), "--seed"),
        (("--fail-on", "info"), "--fail-on"),
        (("--format", "pdf"), "--format"),
        (("--layout", "tnc"), "--layout"),
        (("--selct", "SA1"), "--select"),
        (("third.npz",), "third.npz"),
        (("--x-key", "windows"), "windows"),
    ],
)
def test_wrong_usage_is_one_sentence_before_any_work(split, rules, options, wanted):
    rules(FINE)
    assert wanted in sentence(run(*split, *options))


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (("chek",), "Did you mean 'check'"),
        (("check",), "Missing argument 'TRAIN'"),
        (("check", "nothing.npz", "train.npz"), "nothing.npz: there is no such file"),
        (("check", "train.npz"), "train.npz: "),
        (("check", "broken.npz", "train.npz"), "broken.npz: "),
        (("rule", "SA999"), "there is no rule 'SA999', did you mean"),
        (("rule",), "Missing argument 'CODE'"),
    ],
)
def test_unreadable_input_is_one_sentence(split, rules, args, wanted):
    rules(FINE)
    Path("broken.npz").write_bytes(b"PK\x03\x04 not an archive")
    assert wanted in sentence(run(*args))


def test_names_on_standard_error_are_made_visible(split):
    assert r"\x1b[31m" in sentence(run("check", "\x1b[31mtrain.npz", "val.npz"))


def test_no_command_shows_the_help():
    result = run()
    assert result.exit_code == 2
    assert "Commands:" in result.stderr
    assert run("--help").exit_code == 0
    assert run("--version").stdout == f"splitaudit, version {splitaudit.__version__}\n"


def test_selection(split, rules):
    rules(FINE, ERROR, WARNING, SKIP)
    for options, ran in (
        (("--select", "SA1,SA3"), {"SA101", "SA301"}),
        (("--select", "SA1", "--select", "does-not-apply"), {"SA101", "SA601"}),
        (("--ignore", "SA2, SA6"), {"SA101", "SA301"}),
        (("--select", "SA", "--ignore", "SA205"), {"SA101", "SA301", "SA601"}),
    ):
        found = json.loads(run(*split, "--format", "json", *options).stdout)["findings"]
        left = {f["rule"] for f in found if f["message"] in ("not selected", "ignored")}
        assert {f["rule"] for f in found} - left == ran


def test_settings_of_the_file(split, rules):
    rules(FINE, ERROR, WARNING)
    Path("pyproject.toml").write_text(
        '[tool.splitaudit]\nfail-on = "warning"\nseed = 5\n[tool.splitaudit.ignore]\nSA205 = "known since May"\n'
        "[tool.splitaudit.rules.SA301]\nwarn = 0.15\nsize = 0.17\n"
    )
    result = run(*split, "--format", "json")
    content = json.loads(result.stdout)
    found = {f["rule"]: f for f in content["findings"]}
    assert result.exit_code == 1
    assert (found["SA205"]["severity"], found["SA205"]["message"]) == ("skipped", "ignored (known since May)")
    assert found["SA301"]["effect"]["value"] == 0.17
    assert found["SA301"]["thresholds"] == {"warning": 0.15, "error": 0.5}
    assert content["settings"]["random_state"] == 5
    assert content["settings"]["reasons"] == {"SA205": "known since May"}
    assert run(*split, "--fail-on", "error").exit_code == 0
    again = json.loads(run(*split, "--format", "json", "--seed", "6", "--ignore", "SA301").stdout)
    assert again["settings"]["random_state"] == 6
    assert [f["severity"] for f in again["findings"]] == ["ok", "error", "skipped"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[tool.splitaudit]\nsede = 3\n", "did you mean 'seed'?"),
        ("[tool.splitaudit.rules.SA999]\nwarn = 3\n", "there is no rule 'SA999'"),
        ("[tool.splitaudit.rules.SA301]\nsiz = 3\n", "did you mean 'size'?"),
        ("[tool.splitaudit.rules.SA301]\nwarn = 'x'\n", "option 'warn' of SA301 is 'x'"),
    ],
)
def test_wrong_settings_in_the_file(split, rules, text, wanted):
    rules(FINE, WARNING)
    Path("pyproject.toml").write_text(text)
    assert wanted in sentence(run(*split))


def test_accepted_findings(split, rules):
    rules(FINE, ERROR, WARNING)
    assert run(*split, "--output", "old.json", "--quiet").exit_code == 1
    result = run(*split, "--baseline", "old.json", "--fail-on", "warning")
    assert result.exit_code == 0
    assert "ACCEPTED  SA205 finds" in result.stdout
    rules(FINE, ERROR, made("SA301", finds, size=0.8))  # the warning became an error
    assert run(*split, "--baseline", "old.json").exit_code == 1


def test_the_same_seed_gives_the_same_report(split, rules):
    rules(FINE, ERROR)
    first, second, other = (
        json.loads(run(*split, "--format", "json", "--seed", seed).stdout) for seed in ("1", "1", "2")
    )
    for content in (first, second, other):
        assert content.pop("timings")["total"] > 0
    assert first == second
    assert first["findings"] != other["findings"]


def test_quiet_says_the_verdict_and_what_is_wrong(split, rules):
    rules(FINE, ERROR, WARNING)
    lines = run(*split, "--quiet").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["FAIL", "ERROR", "WARNING"]


def test_rule_pages_and_the_table(rules):
    rules(FINE, ERROR)
    page = run("rule", "sa205").stdout
    assert page.startswith("# SA205 finds\n\nSomething is wrong.\n")
    assert "## What to do\nThat." in page
    assert "[tool.splitaudit.rules.SA205]\nwarn = 0.1\nerror = 0.5\nsize = 0.9" in page
    assert run("rule", "finds-nothing").stdout.startswith("# SA101")
    text = run("rules").stdout
    assert "SA101  finds-nothing" in text
    assert "SHIFT" in text
    assert "Something is wrong." in text
    assert json.loads(run("rules", "--format", "json").stdout)[1]["options"] == {"warn": 0.1, "error": 0.5, "size": 0.9}


# in a process of its own: terminals, pipes, signals


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
    assert done.stderr == "splitaudit: no.npz: there is no such file, expected an .npz or .npy file\n"


def test_a_terminal_gets_colour_and_progress_a_pipe_gets_neither(split):
    args = child("FINE", *split)
    code, shown = in_a_terminal(args)
    assert code == 1
    assert "\x1b[1;31mERROR" in shown
    assert "reading and preparing" in shown or "SA205 finds" in shown
    piped = subprocess.run(args, capture_output=True, text=True, env=environment(), check=False)
    assert piped.returncode == 1
    assert "\x1b" not in piped.stdout
    assert piped.stderr == ""
    assert "ERROR     SA205 finds" in piped.stdout


def test_no_color_and_quiet_in_a_terminal(split):
    _, shown = in_a_terminal(child("FINE", *split, "--no-color", "--quiet"))
    assert "\x1b" not in shown
    assert shown.startswith("FAIL")


def test_a_reader_that_goes_away_is_no_fault(split):
    args = child("FINE", *split, "--format", "json")
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_control_c_reports_what_was_measured(split):
    args = child("made('SA301', takes_long)", *split, "--output", "report.json")
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        while process.poll() is None and not Path("asleep").exists():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == b""
    assert b"Interrupted after 2 of 3 rules" in out
    assert json.loads(Path("report.json").read_text())["verdict"]["exit_code"] == 130


def test_a_demo_tells_its_story_and_is_audited(rules):
    from splitaudit.zoo import demo

    rules(FINE, ERROR)
    name = next(iter(demo.CASES))
    result = run("demo", name)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{name}: ")
    assert "ERROR     SA205 finds" in result.stdout
    assert json.loads(run("demo", name, "--format", "json").stdout)["verdict"]["status"] == "fail"
    assert all(case in run("demo", "--list").stdout for case in demo.CASES)
    assert "no-such-case" in sentence(run("demo", "no-such-case"))
