"""The plugin for pytest, run by pytest itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points

import numpy as np
import pytest

import splitaudit

pytest_plugins = ["pytester"]

MAKE = """
import numpy as np, pytest
X, y = np.random.default_rng(0).normal(size=(60, 16, 2)), np.arange(60) % 2
CLEAN = (X[:40], y[:40]), (X[40:], y[40:])
COPIED = (X[:40], y[:40]), (X[30:], y[30:])
"""
LINE = "SA301 duplicate-windows: 10 of 30 val windows (33.3%) are exact copies of train windows*"


@pytest.fixture(scope="module")
def loaded():
    """What an audit loads: pytester forgets what a run in this process was the first to load, numpy loads once only."""
    X, y = np.random.default_rng(0).normal(size=(60, 16, 2)), np.arange(60) % 2
    splitaudit.check((X[:40], y[:40]), (X[40:], y[40:]), select="SA301")


@pytest.fixture
def project(loaded, pytester):
    """An empty project with two splits in files."""
    X, y = np.random.default_rng(0).normal(size=(60, 16, 2)), np.arange(60) % 2
    folder = pytester.mkdir("data")
    for name, part in (("train", slice(0, 40)), ("val", slice(40, 60)), ("copied", slice(30, 60))):
        np.savez(folder / f"{name}.npz", X=X[part], y=y[part])
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:cacheprovider")
    return pytester


def run(project, body, *args):
    project.makepyfile(MAKE + body)
    return project.runpytest_inprocess(*args)


def test_the_fixture_gives_the_report_or_fails_readably(project):
    found = run(
        project,
        """
def test_clean(splitaudit_check):
    assert splitaudit_check(*CLEAN, select="SA301").finding("SA301").severity == "ok"

def test_copied(splitaudit_check):
    splitaudit_check(*COPIED, select="SA301")

def test_tolerant(splitaudit_check):
    assert splitaudit_check(*COPIED, select="SA301", fail_on="never").passed
""",
    )
    found.assert_outcomes(passed=2, failed=1)
    found.stdout.fnmatch_lines(["splitaudit: 1 error: duplicate-windows.", LINE])
    found.stdout.no_fnmatch_line("*api.py*")
    found.stdout.no_fnmatch_line("*Traceback*")
    found.stdout.no_fnmatch_line("*def check*")


def test_the_marker_audits_before_the_test(project):
    found = run(
        project,
        """
@pytest.mark.splitaudit(train="data/train.npz", val="data/val.npz", select="SA301")
def test_clean():
    pass

@pytest.mark.splitaudit(train="data/train.npz", val="data/copied.npz", select="SA301")
def test_copied():
    raise AssertionError("the test ran")

@pytest.mark.splitaudit("data/train.npz", "data/copied.npz", select="SA301", fail_on="never")
def test_tolerant():
    pass
""",
    )
    found.assert_outcomes(passed=2, failed=1)
    found.stdout.fnmatch_lines(["splitaudit: 1 error: duplicate-windows.", LINE])
    found.stdout.no_fnmatch_line("*the test ran*")
    found.stdout.no_fnmatch_line("*Traceback*")


def test_paths_are_those_of_the_project_wherever_it_is_run(project, monkeypatch):
    body = """
@pytest.mark.splitaudit(train="data/train.npz", val="data/val.npz", select="SA301")
def test_clean():
    pass
"""
    project.makepyfile(MAKE + body)
    root = project.path
    monkeypatch.chdir(project.mkdir("elsewhere"))
    project.runpytest_inprocess(f"--rootdir={root}", f"-c{root}/tox.ini", str(root)).assert_outcomes(passed=1)


def test_one_marker_on_many_tests_is_one_audit(project):
    found = run(
        project,
        """
import splitaudit.api
N = []

@pytest.fixture(autouse=True, scope="module")
def counted():
    check = splitaudit.api.check
    splitaudit.api.check = lambda *args, **options: N.append(1) or check(*args, **options)
    yield
    splitaudit.api.check = check

@pytest.mark.splitaudit("data/train.npz", "data/val.npz", select="SA301")
class TestOfSplit:
    @pytest.mark.parametrize("i", range(3))
    def test_first(self, i):
        assert len(N) == 1

    def test_second(self):
        assert len(N) == 1
""",
    )
    found.assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ('train="data/nothing.npz", val="data/val.npz"', "splitaudit: *nothing.npz*"),
        ('train="data/train.npz", val="data/val.npz", select="SA999"', "splitaudit: *SA999*"),
        ('train="data/train.npz", val="data/val.npz", slect="SA3"', "splitaudit: check() got an unexpected*slect*"),
        ('val="data/val.npz"', "the marker splitaudit names no train, expected splitaudit(train=..., val=...)"),
    ],
)
def test_wrong_usage_is_one_sentence(project, marker, words):
    found = run(project, f"@pytest.mark.splitaudit({marker})\ndef test_it():\n    pass\n")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines([words])
    found.stdout.no_fnmatch_line("*Traceback*")


def test_the_marker_is_listed(project):
    project.runpytest_inprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.splitaudit(train, val=None*"])


def test_it_costs_nothing_where_it_is_not_used(tmp_path):
    """A run of pytest that only has the plugin loaded loads neither numpy nor more of the package than the plugin."""
    test = tmp_path / "test_nothing.py"
    test.write_text(
        "def test_it():\n    import json, sys\n    json.dump(sorted(sys.modules), open('modules.json', 'w'))\n"
    )
    plugin = ["-p", "splitaudit.integrations.pytest_plugin"]
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, str(test)],
        cwd=tmp_path,
        env={**os.environ, **alone},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    loaded = set(json.loads((tmp_path / "modules.json").read_text()))
    assert not {"numpy", "scipy", "sklearn", "lightgbm", "pandas", "torch", "joblib", "rich", "click"} & loaded
    assert {name for name in loaded if name.startswith("splitaudit")} == {
        "splitaudit",
        "splitaudit.integrations",
        "splitaudit.integrations.pytest_plugin",
    }


def test_the_plugin_is_found_by_its_entry_point():
    found = entry_points(group="pytest11", name="splitaudit")
    assert {point.value for point in found} == {"splitaudit.integrations.pytest_plugin"}
