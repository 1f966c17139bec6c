"""The command line: exit codes, formats, settings, and never a traceback.

Most tests put a small catalogue of rules in place of the real one, so that each outcome can be had at will.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result

import splitaudit
from splitaudit.cli import main
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import Context, Rule
from splitaudit.rules import catalog
from tests.support import cli_runner

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


def run(*args: str) -> Result:
    result = cli_runner().invoke(main, list(args))
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
def test_exit_codes(split_files, rules, chosen, options, code):
    rules(*chosen)
    result = run(*split_files, *options)
    assert result.exit_code == code
    assert result.stdout.startswith("splitaudit")


def test_an_interrupted_run_reports_what_it_has(split_files, rules):
    rules(FINE, ERROR, STOP, WARNING)
    content = json.loads(run(*split_files, "--format", "json").stdout)
    assert {f["rule"]: f["severity"] for f in content["findings"]} == {
        "SA101": "ok",
        "SA205": "error",
        "SA301": "skipped",
        "SA501": "skipped",
    }
    assert [f["message"] for f in content["findings"][2:]] == ["interrupted", "interrupted"]
    assert content["verdict"]["exit_code"] == 130
    assert content["verdict"]["summary"].startswith("Interrupted after 2 of 4 rules;")


def test_a_crash_is_told_and_the_others_go_on(split_files, rules):
    rules(CRASH, ERROR)
    text = run(*split_files).stdout
    assert "CRASHED   SA401 crashes" in text
    assert "ZeroDivisionError: division by zero" in text
    assert "ERROR     SA205 finds" in text


def test_formats(split_files, rules):
    rules(FINE, ERROR)
    assert json.loads(run(*split_files, "--format", "json").stdout)["tool"]["version"] == splitaudit.__version__
    assert run(*split_files, "--format", "markdown").stdout.startswith("## splitaudit")
    assert run(*split_files, "--format", "html").stdout.startswith("<!DOCTYPE html>")
    suite = ElementTree.fromstring(run(*split_files, "--format", "junit").stdout)
    assert [case.get("name") for case in suite.iter("testcase")] == ["SA101 finds-nothing", "SA205 finds"]


def test_a_file_beside_the_terminal_report(split_files, rules):
    rules(FINE, ERROR)
    result = run(*split_files, "--output", "report.json")
    assert result.exit_code == 1
    assert "ERROR     SA205 finds" in result.stdout
    assert json.loads(Path("report.json").read_text())["verdict"]["status"] == "fail"
    quiet = run(*split_files, "--output", "report.xml", "--quiet")
    assert (quiet.exit_code, quiet.output) == (1, "")
    assert Path("report.xml").read_text().startswith("<?xml")
    run(*split_files, "--output", "report.dat", "--format", "markdown")
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
def test_wrong_usage_is_one_sentence_before_any_work(split_files, rules, options, wanted):
    rules(FINE)
    assert wanted in sentence(run(*split_files, *options))


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (("chek",), "No such command 'chek'"),
        (("check",), "Missing argument 'TRAIN'"),
        (("check", "nothing.npz", "train.npz"), "nothing.npz: there is no such file"),
        (("check", "train.npz"), "train.npz: "),
        (("check", "broken.npz", "train.npz"), "broken.npz: "),
        (("rule", "SA999"), "there is no rule 'SA999', did you mean"),
        (("rule",), "Missing argument 'CODE'"),
    ],
)
def test_unreadable_input_is_one_sentence(split_files, rules, args, wanted):
    rules(FINE)
    Path("broken.npz").write_bytes(b"PK\x03\x04 not an archive")
    assert wanted in sentence(run(*args))


def test_names_on_standard_error_are_made_visible(split_files):
    assert r"\x1b[31m" in sentence(run("check", "\x1b[31mtrain.npz", "val.npz"))


def test_no_command_shows_the_help():
    result = run()
    assert result.exit_code == 2
    assert "Commands:" in result.stderr
    assert run("--help").exit_code == 0
    assert run("--version").stdout == f"splitaudit, version {splitaudit.__version__}\n"


def test_selection(split_files, rules):
    rules(FINE, ERROR, WARNING, SKIP)
    for options, ran in (
        (("--select", "SA1,SA3"), {"SA101", "SA301"}),
        (("--select", "SA1", "--select", "does-not-apply"), {"SA101", "SA601"}),
        (("--ignore", "SA2, SA6"), {"SA101", "SA301"}),
        (("--select", "SA", "--ignore", "SA205"), {"SA101", "SA301", "SA601"}),
    ):
        found = json.loads(run(*split_files, "--format", "json", *options).stdout)["findings"]
        left = {f["rule"] for f in found if f["message"] in ("not selected", "ignored")}
        assert {f["rule"] for f in found} - left == ran


def test_settings_of_the_file(split_files, rules):
    rules(FINE, ERROR, WARNING)
    Path("pyproject.toml").write_text(
        '[tool.splitaudit]\nfail-on = "warning"\nseed = 5\n[tool.splitaudit.ignore]\nSA205 = "known since May"\n'
        "[tool.splitaudit.rules.SA301]\nwarn = 0.15\nsize = 0.17\n"
    )
    result = run(*split_files, "--format", "json")
    content = json.loads(result.stdout)
    found = {f["rule"]: f for f in content["findings"]}
    assert result.exit_code == 1
    assert (found["SA205"]["severity"], found["SA205"]["message"]) == ("skipped", "ignored (known since May)")
    assert found["SA301"]["effect"]["value"] == 0.17
    assert found["SA301"]["thresholds"] == {"warning": 0.15, "error": 0.5}
    assert content["settings"]["random_state"] == 5
    assert content["settings"]["reasons"] == {"SA205": "known since May"}
    assert run(*split_files, "--fail-on", "error").exit_code == 0
    again = json.loads(run(*split_files, "--format", "json", "--seed", "6", "--ignore", "SA301").stdout)
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
def test_wrong_settings_in_the_file(split_files, rules, text, wanted):
    rules(FINE, WARNING)
    Path("pyproject.toml").write_text(text)
    assert wanted in sentence(run(*split_files))


def test_accepted_findings(split_files, rules):
    rules(FINE, ERROR, WARNING)
    assert run(*split_files, "--output", "old.json", "--quiet").exit_code == 1
    result = run(*split_files, "--baseline", "old.json", "--fail-on", "warning")
    assert result.exit_code == 0
    assert "ACCEPTED  SA205 finds" in result.stdout
    rules(FINE, ERROR, made("SA301", finds, size=0.8))  # the warning became an error
    assert run(*split_files, "--baseline", "old.json").exit_code == 1


def test_the_same_seed_gives_the_same_report(split_files, rules):
    rules(FINE, ERROR)
    first, second, other = (
        json.loads(run(*split_files, "--format", "json", "--seed", seed).stdout) for seed in ("1", "1", "2")
    )
    for content in (first, second, other):
        assert content.pop("timings")["total"] > 0
    assert first == second
    assert first["findings"] != other["findings"]


def test_quiet_says_the_verdict_and_what_is_wrong(split_files, rules):
    rules(FINE, ERROR, WARNING)
    lines = run(*split_files, "--quiet").stdout.splitlines()
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
