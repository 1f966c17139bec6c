"""The report as a library object."""

from __future__ import annotations

import json
import math

import pytest

from splitaudit.errors import ConfigError, FindingsError
from splitaudit.report import FAMILIES
from splitaudit.results import Report
from splitaudit.rules.catalog import MODULES
from tests.render import reports


def test_findings_are_found_by_code_and_name():
    report = reports.report()
    assert report.finding("SA205") is report.finding("unit-change")
    with pytest.raises(KeyError):
        report.finding("SA999")


def test_a_saved_report_can_be_loaded(tmp_path):
    report = reports.explained()
    report.save(tmp_path / "report.json")
    loaded = Report.load(tmp_path / "report.json")
    assert loaded.to_dict() == report.to_dict()
    assert (repr(loaded), str(loaded)) == (repr(report), str(report))
    with pytest.raises(ConfigError, match=r"nothing\.json: the report cannot be read"):
        Report.load(tmp_path / "nothing.json")


def test_by_severity_keeps_the_order_of_the_codes_and_ranked_puts_causes_first():
    report = reports.report()
    assert [f.rule for f in report.by_severity("warning", "error")] == ["SA301", "SA102", "SA205"]
    assert [f.rule for f in report.ranked("error", "warning")] == ["SA205", "SA102", "SA301"]


def test_every_family_has_its_rank():
    assert {path.split(".")[0] for path in MODULES} <= set(FAMILIES)


def test_passing():
    assert reports.report(*reports.QUIET).passed
    reports.report(*reports.QUIET).raise_for_findings()
    assert reports.report(reports.DUPLICATES).passed
    assert not reports.report(reports.DUPLICATES, fail_on="warning").passed


def test_raising_lists_what_is_wrong():
    with pytest.raises(FindingsError) as caught:
        reports.report().raise_for_findings()
    text = str(caught.value)
    assert text.startswith("2 errors, 1 warning")
    assert "SA205 unit-change: gyro_z of val" in text
    assert "SA301" not in text
    with pytest.raises(FindingsError, match="SA301"):
        reports.report(fail_on="warning").raise_for_findings()


def test_the_frame_has_a_row_per_rule():
    frame = reports.report().to_frame()
    assert len(frame) == len(reports.report().findings)
    row = frame.set_index("rule").loc["SA205"]
    assert (row["severity"], row["effect"]) == ("error", 57.3)
    assert math.isnan(frame.set_index("rule").loc["SA601", "effect"])


def test_one_line_in_a_prompt_and_the_whole_report_when_printed():
    report = reports.report()
    assert repr(report).startswith("<Report fail: 2 errors")
    assert "\n" not in repr(reports.hostile())
    assert "\x1b" not in repr(reports.hostile()) + str(reports.hostile())
    assert "ERROR     SA205 unit-change" in str(report)


def test_json_and_html():
    report = reports.report()
    assert json.loads(report.to_json()) == report.to_dict()
    assert report._repr_html_().startswith("<div")
    assert isinstance(report, Report)
