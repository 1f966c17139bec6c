"""The commands that explain: what they hand on, what they refuse, how they end.

What explains is put in place of the real thing, so that these tests are about the command line alone.
"""

from __future__ import annotations

import json
import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from splitaudit.audit import audit
from tests.render import explanations
from tests.test_cli import CRASH, ERROR, FINE, WARNING, rules, run, sentence  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("rules")


@pytest.fixture
def calls(monkeypatch):
    """What was asked to explain; the answer is an audit with an explanation made by hand."""
    seen: list[dict[str, Any]] = []

    def explain_report(train, val, settings, *, training, budget, ladder, **rest):
        seen.append({"training": training, "budget": budget, "ladder": ladder, "val": val, **rest})
        rest.pop("live", None)
        report = audit(train, val, settings, **rest)
        return replace(report, explanation=explanations.explanation())

    module = types.ModuleType("splitaudit.explanation.explain")
    module.explain_report = explain_report
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return seen


@pytest.fixture
def explain(split_files, calls, rules):  # noqa: F811
    rules(FINE, ERROR)
    return lambda *args: run("explain", *split_files[1:], *args)


def test_the_answer_is_shown_and_the_audit_decides_the_exit_code(explain, split_files, rules):  # noqa: F811
    result = explain()
    assert result.exit_code == 1
    assert "ANSWER    Validation stays at 76.1 %" in result.stdout
    assert "ERROR     SA205 finds" in result.stdout
    assert result.stderr == ""
    assert explain("--exit-zero").exit_code == 0
    for chosen, code in (((FINE,), 0), ((FINE, WARNING), 0), ((FINE, CRASH), 2)):
        rules(*chosen)
        assert explain().exit_code == code


def test_what_is_handed_on(explain, calls):
    explain()
    given = calls[-1]
    assert (given["budget"], given["ladder"], given["partial"]) == (300.0, False, True)
    assert given["training"].histories == ()
    assert given["training"].predictions is None
    assert given["training"].observed is None
    Path("log.csv").write_text("epoch,accuracy,val_accuracy\n0,0.6,0.55\n1,0.9,0.76\n")
    Path("other.csv").write_text("epoch,accuracy,val_accuracy\n0,0.7,0.65\n")
    np.save("predictions.npy", np.arange(20) % 2)
    files = ("--history", "log.csv", "--history", "other.csv", "--predictions", "predictions.npy")
    explain(*files, "--observed", "76 %", "--budget", "1m30s", "--ladder")
    given = calls[-1]
    assert (given["budget"], given["ladder"]) == (90.0, True)
    assert [h.val_accuracy.tolist() for h in given["training"].histories] == [[0.55, 0.76], [0.65]]
    assert given["training"].predictions.labels.tolist() == (np.arange(20) % 2).tolist()
    assert given["training"].observed == 0.76


def test_check_explains_on_demand(split_files, calls, rules):  # noqa: F811
    rules(FINE)
    assert "ANSWER" not in run(*split_files).stdout
    assert not calls
    result = run(*split_files, "--explain", "--budget", "10", "--observed", "0.5")
    assert (result.exit_code, calls[0]["budget"], calls[0]["training"].observed) == (0, 10.0, 0.5)
    assert "ANSWER" in result.stdout
    assert "--budget says how to explain, add --explain" in sentence(run(*split_files, "--budget", "10"))
    assert "--ladder says how to explain, add --explain" in sentence(run(*split_files, "--ladder"))
    assert run(*split_files, "--observed", "76%").exit_code == 0  # the rules of training want it as well


def test_formats(explain):
    content = json.loads(explain("--format", "json").stdout)
    assert content["explanation"]["causes"][0]["cause"] == "normalization_mismatch"
    assert "normalization" in explain("--format", "markdown").stdout
    assert "normalization_mismatch" in explain("--format", "html").stdout
    assert "normalization_mismatch" in explain("--format", "junit").stdout
    assert explain("--output", "report.json", "--quiet").output == ""
    assert json.loads(Path("report.json").read_text()) | {"timings": 0} == content | {"timings": 0}


def test_quiet(explain):
    labels = [line.split()[0] for line in explain("--quiet").stdout.splitlines() if line[0] != " "]
    assert labels == ["ANSWER", "CAUSE", "FAIL", "ERROR"]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--observed", "76"), "'76' is no accuracy, expected a share such as 0.76 or a percentage such as 76%"),
        (("--observed", "101%"), "is no accuracy"),
        (("--observed", "-0.1"), "is no accuracy"),
        (("--observed", "nan"), "is no accuracy"),
        (("--observed", ""), "is no accuracy"),
        (("--budget", "soon"), "the budget is 'soon', expected a time"),
        (("--budget", "0"), "the budget is '0'"),
        (("--history", "no.csv"), "no.csv"),
        (("--predictions", "no.npy"), "no.npy"),
        (("--predictions", "short.npy"), "short.npy"),
        (("--output", "no/report.json"), "there is no folder no"),
        (("--explain",), "--explain"),
    ],
)
def test_wrong_usage_is_one_sentence(explain, calls, options, wanted):
    np.save("short.npy", np.zeros(3, int))
    assert wanted in sentence(explain(*options))
    assert not calls


@pytest.mark.parametrize(
    ("text", "share"), [("0.76", 0.76), ("76%", 0.76), (".5", 0.5), ("1", 1), ("0", 0), ("0.5%", 0.005)]
)
def test_observed_accuracies(explain, calls, text, share):
    explain("--observed", text)
    assert calls[-1]["training"].observed == pytest.approx(share)


def test_an_interrupted_explanation_is_reported(split_files, rules, monkeypatch):  # noqa: F811
    rules(FINE)

    def explain_report(train, val, settings, *, training, budget, ladder, **rest):
        rest.pop("live", None)
        report = audit(train, val, settings, **rest)
        verdict = replace(report.verdict, exit_code=130)
        return replace(report, explanation=explanations.undecided(), verdict=verdict)

    module = types.ModuleType("splitaudit.explanation.explain")
    module.explain_report = explain_report
    monkeypatch.setitem(sys.modules, module.__name__, module)
    result = run("explain", *split_files[1:], "--exit-zero")
    assert result.exit_code == 130
    assert "PARTIAL   interrupted: a partial answer" in result.stdout
