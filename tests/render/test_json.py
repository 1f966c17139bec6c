"""The JSON contract: what the schema says, what JSON cannot hold, and the way back."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import jsonschema
import pytest

from splitaudit.audit import Settings, audit
from splitaudit.errors import ConfigError
from splitaudit.evidence import Curve, Histogram
from splitaudit.render.json import from_dict, load, render, schema, to_dict
from splitaudit.report import SEVERITIES
from tests.render import reports
from tests.support import iid_split

EVERY = [reports.report(), reports.report(*reports.QUIET), reports.hostile()]


def valid(content: object) -> None:
    jsonschema.Draft202012Validator(schema()).validate(content)


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("report", EVERY)
def test_reports_built_by_hand_follow_the_schema(report):
    valid(to_dict(report))


@pytest.mark.parametrize("select", [(), ("SA102",)])
def test_a_real_report_follows_the_schema(select):
    train, val = iid_split(3, n_train=60, n_val=40, t=32)
    report = audit(train, val, Settings(select=select, n_permutations=19))
    valid(json.loads(render(report)))
    assert to_dict(from_dict(json.loads(render(report)))) == to_dict(report)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "splitaudit.report/2"),
        (("verdict", "status"), "maybe"),
        (("verdict", "exit_code"), 3),
        (("findings", 0, "severity"), "fatal"),
        (("findings", 0, "rule"), "101"),
        (("findings", 0, "effect"), 0.5),
        (("findings", 0, "p_value"), 1.5),
        (("findings", 0, "where", "val_windows"), list(range(1001))),
        (("inputs", "train", "n_windows"), -1),
        (("units", "kind"), "person"),
    ],
)
def test_the_schema_refuses_what_is_not_a_report(path, value):
    content = to_dict(reports.report())
    at = content
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        valid(content)


def test_the_schema_knows_every_severity():
    known = schema()["$defs"]["finding"]["properties"]["severity"]["enum"]
    assert sorted(known) == sorted(SEVERITIES)


def test_keys_and_nesting_of_the_contract():
    content = to_dict(reports.report())
    assert list(content) == [
        "schema", "tool", "inputs", "settings", "units", "verdict", "findings", "explanation", "timings"
    ]  # fmt: skip
    assert content["schema"] == "splitaudit.report/1"
    assert content["tool"] == {"name": "splitaudit", "version": "1.2.3"}
    assert content["inputs"]["val"]["n_windows"] == 200
    assert content["units"] == {"kind": "group", "train": 10, "val": 5, "how": "groups given", "floor": 1 / 3003}
    assert content["verdict"].keys() == {"status", "exit_code", "summary"}
    found = next(entry for entry in content["findings"] if entry["rule"] == "SA102")
    assert found["effect"] == {"value": 2.4, "unit": "Wasserstein distance in train sd"}
    assert found["where"]["channels"] == ["gyro_z"]
    assert found["where"]["timesteps"] == [32, 50]
    assert found["exhibits"][1]["kind"] == "grid"
    assert content["explanation"] is None


def test_what_json_cannot_hold():
    content = to_dict(reports.report())
    evidence = next(entry for entry in content["findings"] if entry["rule"] == "SA205")["evidence"]
    assert evidence == {"factor": 0.5, "rejected": True, "others": [1.0, None], "3": [1, 2]}
    assert type(evidence["rejected"]) is bool
    odd = replace(
        reports.UNIT_CHANGE,
        effect=math.inf,
        p_value=math.nan,
        statistic=-math.inf,
        evidence={"set": {"b", "a"}, "bytes": b"x", "deep": {"x": [math.nan, {"y": -math.inf}]}, "big": 10**30},
    )
    found = json.loads(render(reports.report(odd)))["findings"][0]
    assert (found["effect"]["value"], found["p_value"], found["statistic"]) == (None, None, None)
    assert found["evidence"]["set"] == ["a", "b"]
    assert found["evidence"]["deep"] == {"x": [None, {"y": None}]}
    assert found["evidence"]["big"] == 10**30


@pytest.mark.parametrize("report", EVERY)
def test_the_text_is_ascii_and_the_same_as_the_data(report):
    text = render(report)
    assert text.isascii()
    assert json.loads(text) == to_dict(report)
    assert "NaN" not in text
    assert "Infinity" not in text


def test_what_was_not_finite_in_an_exhibit_is_nan_again():
    curve = Curve(title="c", x_label="x", y_label="y", lines={"a": ((0.0, math.nan), (1.0, math.inf))})
    histogram = Histogram(title="h", x_label="x", edges=(0.0, 1.0, math.inf), counts={"val": (1.0, math.nan)})
    report = reports.report(replace(reports.DUPLICATES, exhibits=(curve, histogram)))
    first, second = from_dict(to_dict(report)).findings[0].exhibits
    assert first.lines["a"][0][0] == 0
    assert all(
        map(math.isnan, (first.lines["a"][0][1], first.lines["a"][1][1], second.edges[2], second.counts["val"][1]))
    )


def test_rows_stay_on_one_line():
    lines = render(reports.report()).splitlines()
    assert any('"val_windows": [0, 1, 2, 3,' in line for line in lines)
    assert len(lines) < 600


@pytest.mark.parametrize("report", EVERY)
def test_there_and_back(report, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(render(report), encoding="utf-8")
    back = load(path)
    assert to_dict(back) == to_dict(report)
    assert [len(f.exhibits) for f in back.findings] == [len(f.exhibits) for f in report.findings]
    assert back.findings[1].exhibits == report.findings[1].exhibits
    assert back.verdict == report.verdict
    assert back.train == report.train


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "is not JSON"),
        ("[1, 2", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a report"),
        ('{"schema": 1}', "is not a report"),
        ('{"schema": "splitaudit.report/2"}', "has the schema 'splitaudit.report/2', expected"),
        ('{"schema": "splitaudit.report/1"}', "lacks the key 'tool'"),
        ('{"schema": "splitaudit.report/1", "tool": []}', "cannot be read"),
    ],
)
def test_files_that_are_no_reports(tmp_path, text, wanted):
    path = tmp_path / "old.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=wanted) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_report_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "no.json")


def test_keys_that_a_later_version_adds_are_ignored():
    content = to_dict(reports.report())
    content["findings"][0]["where"]["colour"] = content["units"]["weight"] = content["inputs"]["val"]["age"] = 3
    assert to_dict(from_dict(content)) == to_dict(reports.report())


def test_keys_that_are_missing_are_named():
    content = to_dict(reports.report())
    del content["inputs"]["val"]["dtype"]
    with pytest.raises(ConfigError, match="dtype"):
        from_dict(content)
