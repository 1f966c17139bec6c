"""SARIF 2.1.0."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from splitaudit.place import Place
from splitaudit.render import sarif
from splitaudit.rules.catalog import find
from tests.render import reports


def log(report):
    return json.loads(sarif.render(report))


def check_structure(content):
    """What the standard requires of the objects that are used, and of references among them."""
    assert content["version"] == "2.1.0"
    assert content["$schema"].endswith("/sarif-schema-2.1.0.json")
    for run in content["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"] == "splitaudit"
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(set(ids)) == len(ids)
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"]
            assert rule["help"]["text"]
        for invocation in run["invocations"]:
            assert isinstance(invocation["executionSuccessful"], bool)
            for notification in invocation["toolExecutionNotifications"]:
                assert notification["message"]["text"]
                assert notification["associatedRule"]["id"] in ids
        for result in run["results"]:
            assert result["message"]["text"]
            assert result["level"] in ("error", "warning")
            assert ids[result["ruleIndex"]] == result["ruleId"]
            assert result["locations"]
            for location in result["locations"]:
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                assert re.fullmatch(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", uri)
                assert not re.search("%(?![0-9A-F]{2})", uri)


@pytest.mark.parametrize(
    "report", [reports.report(), reports.hostile(), reports.explained(), reports.hostile_explained()]
)
def test_the_structure(report):
    assert sarif.render(report).isascii()
    check_structure(log(report))


def test_a_result_for_every_error_and_warning():
    (run,) = log(reports.report())["runs"]
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("SA205", "error"),
        ("SA102", "error"),
        ("SA301", "warning"),
    ]
    assert run["results"][0]["message"]["text"].splitlines() == [
        reports.UNIT_CHANGE.message,
        "Where: gyro_z · all val windows",
        "Effect: 57.3 times the spread of train (error from 3); p < 1e-12 (adjusted)",
        "Remedy: Multiply gyro_z of val by 57.3.",
    ]


def test_a_crash_is_no_result_and_no_success():
    (run,) = log(reports.report())["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [n["associatedRule"]["id"] for n in invocation["toolExecutionNotifications"]] == ["SA103"]
    (run,) = log(reports.report(reports.UNIT_CHANGE))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_nothing_found_is_an_empty_list_of_results():
    (run,) = log(reports.report(*reports.QUIET))["runs"]
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


def test_help_is_the_page_of_the_rule():
    (run,) = log(reports.report(reports.DUPLICATES))["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    page = find("SA301")
    assert rule["name"] == "duplicate-windows"
    assert rule["shortDescription"]["text"] == page.title
    assert page.remedy in rule["fullDescription"]["text"]
    assert "## How it is decided" in rule["help"]["markdown"]


def test_a_rule_of_another_version_is_described_by_what_it_found():
    (run,) = log(reports.report(reports.finding("SA199", "of-later", "error", message="x", remedy="Mend it.")))["runs"]
    assert run["tool"]["driver"]["rules"][0]["help"]["text"] == "Mend it."


def where(**place):
    finding = reports.finding("SA301", "duplicate-windows", "error", message="x", where=Place(**place))
    (run,) = log(reports.report(finding))["runs"]
    return [each["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"][0]["locations"]]


def test_the_location_is_the_file_of_the_side():
    assert where() == ["val.npz", "train.npz"]
    assert where(n_val_windows=2) == ["val.npz"]
    assert where(n_train_windows=2) == ["train.npz"]
    assert where(n_val_windows=2, n_train_windows=3) == ["val.npz", "train.npz"]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("data/my val:1.npz", "data/my%20val%3A1.npz"),
        ("./val.npz", "val.npz"),
        ("../ä.npz", "../%C3%A4.npz"),
        ("100%.npz", "100%25.npz"),
        ("https://host/a b/val.zarr?x=%20", "https://host/a%20b/val.zarr?x=%20"),
        ("val", "val"),
    ],
)
def test_uris(name, uri):
    assert sarif.uri(name) == uri


def test_full_paths_are_file_uris():
    path = Path("/data/a b.npz").absolute()
    assert sarif.uri(str(path)) == path.as_uri()


def test_what_stays_the_same_from_run_to_run():
    def fingerprint(**changes):
        finding = reports.finding("SA205", "unit-change", "error", message=changes.pop("message", "x"), **changes)
        return log(reports.report(finding))["runs"][0]["results"][0]["partialFingerprints"]["ruleAndPlace/v1"]

    first = fingerprint(where=Place(channels=("a", "b")))
    assert fingerprint(where=Place(channels=("a", "b"), n_val_windows=3), message="y") == first
    assert fingerprint(where=Place(channels=("a",))) != first
    assert fingerprint(where=Place(channels=("ab",))) != first
