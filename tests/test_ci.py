"""What runs in CI services: the action, the hook, reports shown again, baselines."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import splitaudit
from splitaudit import options
from splitaudit.cli import main
from splitaudit.readers.files import SUFFIXES
from splitaudit.render import write
from tests.test_cli import ERROR, FINE, WARNING, rules, run, sentence

yaml = pytest.importorskip("yaml")

__all__ = ["rules"]  # a fixture
ROOT = Path(splitaudit.__file__).parent.parent
FIXTURES = ROOT / "fixtures"


def test_every_format_can_be_asked_for():
    assert isinstance(options.FORMATS, click.Choice)
    assert tuple(options.FORMATS.choices) == write.FORMATS
    assert set(write.SUFFIXES.values()) <= set(write.FORMATS)


@pytest.mark.parametrize("format", write.FORMATS)
def test_a_report_is_shown_again_as_it_was(split_files, rules, format):
    rules(FINE, ERROR, WARNING)
    run(*split_files, "--output", "report.json", "--quiet")
    again = run("show", "report.json", "--format", format)
    assert again.exit_code == 0  # it shows, it does not judge
    if format != "terminal":  # which says how long it took
        assert "SA205" in again.stdout
        assert run("show", "report.json", "--output", f"again.{format}", "--format", format).stdout == ""
        assert Path(f"again.{format}").read_text(encoding="utf-8") == again.stdout
    else:
        assert "ERROR     SA205 finds" in again.stdout


def test_what_cannot_be_shown(split_files, rules):
    assert "no.json: the report cannot be read" in sentence(run("show", "no.json"))
    assert "train.npz: is not JSON" in sentence(run("show", "train.npz"))
    rules(FINE)
    run(*split_files, "--output", "report.json", "--quiet")
    assert "stands for no format" in sentence(run("show", "report.json", "--output", "x.pdf"))
    assert "cannot be written" in sentence(run("show", "report.json", "--output", "no/x.md"))


def test_only_new_findings_fail(split_files, rules):
    """What docs/ci.md says of baselines."""
    rules(FINE, ERROR)
    assert run(*split_files, "--exit-zero", "--output", "accepted.json", "--quiet").exit_code == 0
    Path("pyproject.toml").write_text('[tool.splitaudit]\nbaseline = "accepted.json"\nfail-on = "warning"\n')
    assert run(*split_files).exit_code == 0
    rules(FINE, ERROR, WARNING)
    lines = run(*split_files, "--format", "github").stdout.splitlines()
    assert [line.partition(",")[0] for line in lines[:-1]] == ["::warning title=SA301 finds"]
    assert run(*split_files).exit_code == 1
    found = json.loads(run(*split_files, "--format", "sarif").stdout)["runs"][0]["results"]
    assert [each["ruleId"] for each in found] == ["SA301"]


@pytest.fixture
def action():
    return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def test_the_action_hands_over_every_input_as_a_variable(action):
    install, audit = action["runs"]["steps"]
    assert action["runs"]["using"] == "composite"
    assert {name.upper(): f"${{{{ inputs.{name} }}}}" for name in action["inputs"]} == audit["env"]
    for step in (install, audit):
        assert "${{" not in step["run"]  # what a workflow is given never becomes part of a script
        assert step["shell"] == "bash"


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


def program(path, script):
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def step(action, number, tmp_path, **variables):
    """Run a step of the action as a runner does, with the programs in ``bin``."""
    given = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path / "temp of the runner"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_PATH": str(tmp_path / "path"),
        "GITHUB_ACTION_PATH": str(ROOT),
    }
    (tmp_path / "temp of the runner").mkdir(exist_ok=True)
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", action["runs"]["steps"][number]["run"]],
        env={**os.environ, **given, **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


@needs_bash
def test_the_action_installs_into_an_environment_of_its_own(tmp_path, action):
    """With a python3 that makes an environment of which pip writes down what it was asked for."""
    made = tmp_path / "made"
    program(made / "bin" / "python", f'echo "$@" >"{tmp_path}/asked"')
    program(made / "bin" / "splitaudit", "echo it runs")
    program(made / "bin" / "activate", "")
    program(tmp_path / "bin" / "python3", f'test "$1 $2" = "-m venv" && cp -r "{made}" "$3"')
    done = step(action, 0, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "asked").read_text() == f"-m pip install --quiet {ROOT}\n"
    (added,) = (tmp_path / "path").read_text().splitlines()
    assert [each.name for each in Path(added).iterdir()] == ["splitaudit"]  # no other python for later steps
    assert subprocess.run([f"{added}/splitaudit"], capture_output=True, text=True, check=True).stdout == "it runs\n"


@needs_bash
@pytest.mark.parametrize(
    ("case", "given", "code", "wanted"),
    [
        ("healthy", "--select SA301,SA6", 0, "::notice title=splitaudit pass::"),
        ("copied_windows", "--select SA301\n--seed 3\n", 1, "::error title=SA301 duplicate-windows,file="),
        ("copied_windows", "--select SA301 --fail-on never", 0, "::error title=SA301 duplicate-windows,file="),
        ("nowhere", "", 2, "::error title=splitaudit::The split could not be audited"),
    ],
)
def test_the_action_annotates_and_writes_a_summary(tmp_path, action, case, given, code, wanted):
    program(tmp_path / "bin" / "splitaudit", f'exec {shlex.quote(sys.executable)} -m splitaudit "$@"')
    sides = {side.upper(): str(FIXTURES / case / f"{side}.npz") for side in ("train", "val")}
    done = step(action, 1, tmp_path, **sides, OPTIONS=given, PYTHONPATH=str(ROOT))
    assert done.returncode == code, done.stderr
    assert any(line.startswith(wanted) for line in done.stdout.splitlines()), done.stdout
    if code == 2:
        assert "there is no such file" in done.stderr
        assert not (tmp_path / "summary").exists()
        assert not (tmp_path / "output").exists()
        return
    assert (tmp_path / "summary").read_text(encoding="utf-8").startswith("## splitaudit")
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert outputs.keys() == action["outputs"].keys()
    report, sarif = (json.loads(Path(outputs[name]).read_text()) for name in ("report", "sarif"))
    assert report["verdict"]["exit_code"] == code
    assert report["settings"]["random_state"] == (3 if "--seed" in given else 0)
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == (["SA301"] if case == "copied_windows" else [])


@needs_bash
def test_the_action_takes_one_file_with_both_sides(tmp_path, action):
    program(tmp_path / "bin" / "splitaudit", f'echo "$@" >>"{tmp_path}/asked"; exit 1')
    done = step(action, 1, tmp_path, TRAIN="-my data.npz", VAL="", OPTIONS="")
    assert done.returncode == 1
    assert (tmp_path / "asked").read_text().endswith("splitaudit-report.json -- -my data.npz\n")


def test_the_hook_runs_a_command_that_exists():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, command, *given = hook["entry"].split()
    assert (program, hook["language"], hook["pass_filenames"]) == ("splitaudit", "python", False)
    known = {name for parameter in main.commands[command].params for name in parameter.opts}
    assert set(given) <= known
    for name in (*(f"data/train{suffix}" for suffix in SUFFIXES), "val.zarr/X/c/0/0", "val.zarr/zarr.json"):
        assert re.search(hook["files"], name), name
    for name in ("npz.py", "train.npz.dvc", "a.tsx", "zarr.md", "my.zarrs/x"):
        assert not re.search(hook["files"], name), name


def test_the_hook_of_the_docs_audits_with_the_settings_of_the_repository(tmp_path, monkeypatch):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (shown,) = re.findall(r"```yaml\n(repos:.*?)```", (ROOT / "docs" / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
    (own,) = yaml.safe_load(shown)["repos"][0]["hooks"]
    assert own["id"] == hook["id"]
    assert all(re.search(own["files"], path) for path in own["args"])
    shutil.copytree(FIXTURES / "copied_windows", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    command = [*hook["entry"].split()[1:], *own["args"], "--jobs", "1"]

    def commit(settings):
        Path("pyproject.toml").write_text(f"[tool.splitaudit]\nselect = ['SA301']\n{settings}")
        return run(*command)

    refused = commit("")
    assert refused.exit_code == 1
    assert "duplicate-windows" in refused.stdout
    assert commit("ignore = ['SA3']\n[[tool.splitaudit.overrides]]\npaths = ['data/*']\nignore = []\n").exit_code == 1
    assert commit("[[tool.splitaudit.overrides]]\npaths = ['data/*']\nfail-on = 'never'\n").exit_code == 0


def test_what_is_cited_is_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == splitaudit.__version__
    assert cited["authors"] == [{"name": "The splitaudit developers"}]
    assert cited["cff-version"] == "1.2.0"
