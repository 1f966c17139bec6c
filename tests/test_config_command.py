"""``splitaudit config`` and ``splitaudit completion``, and overrides where they are used."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from splitaudit.cli import main
from splitaudit.config import PARSERS, load
from splitaudit.config_command import SHELLS
from splitaudit.settling import COMMANDS, LIMITS, READING, SETTINGS, settle
from tests.test_cli import ERROR, FINE, WARNING, rules, run, sentence

__all__ = ["rules"]  # a fixture

FILE = """
[tool.splitaudit]
fail-on = "warning"
alpha = 1e-05
select = ["SA1", "SA2", "SA3"]
memory = "2GiB"

[tool.splitaudit.ignore]
SA205 = 'said "known" — 😀'

[tool.splitaudit.rules.duplicate-windows]
warn = 0.001
error = 0.02

[[tool.splitaudit.overrides]]
paths = ["legacy/*"]
fail-on = "never"
baseline = "old.json"

[tool.splitaudit.overrides.rules.SA301]
error = 0.5
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


def entries(*args: str) -> dict[str, tuple[object, str]]:
    content = json.loads(run("config", "--format", "json", *args).stdout)
    return {each["setting"]: (each["value"], each["origin"]) for each in content}


def test_where_each_setting_comes_from(here):
    table = f"{here / 'pyproject.toml'}: [tool.splitaudit]"
    override = f"{here / 'pyproject.toml'}: [[tool.splitaudit.overrides]] number 1 (legacy/*)"
    found = entries("legacy/train.npz", "val.npz", "--seed", "4", "--alpha", "0.01")
    assert found["fail-on"] == ("never", override)
    assert found["baseline"] == (str(here / "old.json"), override)
    assert found["alpha"] == (0.01, "command line")
    assert found["seed"] == (4, "command line")
    assert found["select"] == (["SA1", "SA2", "SA3"], table)
    assert found["ignore"] == ({"SA205": 'said "known" — 😀'}, table)
    assert found["permutations"] == (999, "default")
    assert found["scheduler"] == (None, "default")
    assert found["rules.SA301.warn"] == (0.001, table)  # the file calls the rule by its name
    assert found["rules.SA301.error"] == (0.5, override)
    assert entries("train.npz")["fail-on"] == ("warning", table)
    assert entries()["rules.SA301.error"] == (0.02, table)


def test_what_is_printed_is_a_file_that_says_the_same(here):
    text = run("config", "legacy/train.npz", "--jobs", "2").stdout
    assert "# in force: " in text
    assert "# not in force" not in text
    copied = here / "copy.toml"
    copied.write_text(text, encoding="utf-8")
    first, second = settle({"config": None, "jobs": 2}, "legacy/train.npz"), load(copied)
    for name in ("select", "ignore", "reasons", "fail_on", "alpha", "jobs", "baseline", "memory", "rules"):
        assert getattr(first, name) == getattr(second, name), name
    assert "# not in force: " in run("config", "train.npz").stdout


def test_it_says_which_commands_read_a_setting(here):
    content = json.loads(run("config", "--format", "json").stdout)
    readers = {each["setting"]: each["commands"] for each in content}
    assert readers["seed"] == readers["x-key"] == ["check", "explain", "split", "baseline"]
    assert readers["alpha"] == readers["rules.SA301.warn"] == ["check", "explain", "split"]
    assert readers["ignore"] == readers["fail-on"] == ["check", "explain"]
    assert readers["scheduler"] == ["check"]
    text = run("config", "--x-key", "signal").stdout
    for commands in (
        "check, explain, split and baseline",
        "check, explain and split",
        "check and explain",
        "check",
    ):
        assert text.count(f"# read by {commands}\n") == 1
    assert text.index('x-key = "signal"') < text.index("alpha = ") < text.index("fail-on = ") < text.index("engine = ")


def test_every_setting_has_commands_that_have_its_option():
    every = [name for names in COMMANDS.values() for name in names]
    assert sorted(every) == sorted([*SETTINGS, *LIMITS, *READING, "rules"])
    assert {name.replace("_", "-") for name in every} == PARSERS.keys()
    for commands, names in COMMANDS.items():
        for command, name in itertools.product(commands, {*names} - {"rules"}):
            if not (command == "split" and name in ("alpha", "permutations")):  # of its audit, in a file alone
                assert name in {parameter.name for parameter in main.commands[command].params}, (command, name)


def test_no_file_at_all(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = run("config").stdout
    assert tomllib.loads(text)["tool"]["splitaudit"]["fail-on"] == "error"
    assert text.startswith("# no pyproject.toml here or above has a table [tool.splitaudit]\n")
    assert {origin for _, origin in entries().values()} == {"default"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("select = ['label-shif']", "[tool.splitaudit]: there is no rule 'label-shif', did you mean label-shift?"),
        ("ignore = ['SA999']", "[tool.splitaudit]: there is no rule 'SA999'"),
        ("rules.duplicate-window.warn = 0.1", "did you mean duplicate-windows?"),
        ("rules.SA301.wran = 0.1", "[tool.splitaudit]: SA301 has no option 'wran'; it has warn, error"),
        ("memory = '4 pounds'", "memory is '4 pounds', expected a size such as 4GiB"),
    ],
)
@pytest.mark.parametrize("level", ["", "[[tool.splitaudit.overrides]]\npaths = ['nowhere/*']\n"])
def test_unknown_names_at_every_level_are_said_in_force_or_not(tmp_path, monkeypatch, level, text, wanted):
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(f"[tool.splitaudit]\n{level}{text}\n")
    if level:
        wanted = wanted.replace("[tool.splitaudit]", "[[tool.splitaudit.overrides]] number 1 (nowhere/*)")
    assert wanted in sentence(run("config"))
    assert wanted in sentence(run("check", "train.npz", "val.npz"))


def test_an_audit_follows_the_override_of_its_paths(split_files, rules):
    rules(FINE, ERROR, WARNING)
    Path("pyproject.toml").write_text(
        "[tool.splitaudit]\n[[tool.splitaudit.overrides]]\npaths = ['val.*']\nignore = ['SA205']\nfail-on = 'warning'\n"
    )
    assert run(*split_files, "--ignore", "SA3").exit_code == 1  # SA205 again
    assert run(*split_files, "--fail-on", "error").exit_code == 0
    assert run(*split_files).exit_code == 1  # SA301
    Path("val.npz").rename("other.npz")
    result = run("check", "train.npz", "other.npz", "--format", "json")
    assert {f["rule"]: f["severity"] for f in json.loads(result.stdout)["findings"]}["SA205"] == "error"


def test_limits_of_the_file_are_used(split_files, rules, monkeypatch):
    from splitaudit.engine import limits

    rules(FINE)
    seen = []
    real = limits.limits_of
    monkeypatch.setattr(limits, "limits_of", lambda *given: seen.append(given) or real(*given))
    Path("pyproject.toml").write_text("[tool.splitaudit]\nmemory = '3GiB'\n")
    assert run(*split_files).exit_code == 0
    assert set(seen) == {("3GiB", "local", None)}
    seen.clear()
    assert run(*split_files, "--memory", "1GiB").exit_code == 0
    assert set(seen) == {("1GiB", "local", None)}


def test_a_local_engine_asked_for_needs_no_scheduler(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool.splitaudit]\nscheduler = 'tcp://host:8786'\n")
    assert entries()["scheduler"][0] == "tcp://host:8786"
    assert entries("--engine", "local")["scheduler"] == (None, "default")
    assert entries("--engine", "local", "--scheduler", "tcp://b:1")["scheduler"] == ("tcp://b:1", "command line")


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts(shell):
    script = run("completion", shell).stdout
    assert "_SPLITAUDIT_COMPLETE" in script
    assert f"{shell}_complete" in script
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, "-n"], input=script, text=True, check=True)


def test_the_completion_of_commands(monkeypatch):
    monkeypatch.setenv("_SPLITAUDIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "splitaudit co")
    monkeypatch.setenv("COMP_CWORD", "1")
    from splitaudit.cli import main
    from tests.support import cli_runner

    result = cli_runner().invoke(main, [], prog_name="splitaudit")
    assert result.stdout.split() == ["plain,completion", "plain,config"]


def test_no_other_shell():
    assert "'bash', 'zsh', 'fish'" in sentence(run("completion", "tcsh"))
