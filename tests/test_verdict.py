"""The verdict, and what was accepted before."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from splitaudit.accepted import accept, accepted_findings
from splitaudit.errors import ConfigError
from splitaudit.place import Place
from splitaudit.verdict import INTERRUPTED, verdict
from tests.render import reports
from tests.render.reports import CRASH, DUPLICATES, FEATURE_KS, QUIET, UNIT_CHANGE, finding

STOPPED = finding("SA601", "non-finite", "skipped", "data", message=INTERRUPTED)
OK, UNCLEAR, INFO, SKIPPED = QUIET[0], QUIET[1], QUIET[2], QUIET[3]


@pytest.mark.parametrize(
    ("findings", "fail_on", "status", "code"),
    [
        ((OK, INFO), "error", "pass", 0),
        ((OK, INFO), "warning", "pass", 0),
        ((OK, DUPLICATES), "error", "warn", 0),
        ((OK, DUPLICATES), "warning", "warn", 1),
        ((OK, DUPLICATES, UNIT_CHANGE), "error", "fail", 1),
        ((OK, DUPLICATES, UNIT_CHANGE), "never", "fail", 0),
        ((OK, CRASH), "never", "fail", 2),
        ((UNIT_CHANGE, CRASH), "error", "fail", 2),
        ((SKIPPED,), "error", "warn", 2),  # nothing ran, so nothing passed
        ((), "error", "warn", 2),
        ((OK, STOPPED), "error", "warn", 130),
        ((UNIT_CHANGE, STOPPED), "never", "fail", 130),
    ],
)
def test_status_and_exit_code(findings, fail_on, status, code):
    found = verdict(findings, fail_on)
    assert (found.status, found.exit_code) == (status, code)
    assert found.summary.endswith(".")


def summary(*findings):
    return verdict(findings, "error").summary


def test_sentences():
    assert summary(OK, INFO, SKIPPED) == "Nothing is wrong with this split as far as 2 rules can tell."
    assert summary(OK, UNCLEAR) == (
        "Nothing is wrong with this split as far as 2 rules can tell; 1 rule could not tell at this sample size."
    )
    assert summary(SKIPPED) == "No rule could be run on this split."
    assert summary(UNIT_CHANGE, DUPLICATES) == "1 error, 1 warning: unit-change in gyro_z."
    assert summary(OK, DUPLICATES) == "1 warning: duplicate-windows in 9 groups."
    assert summary(OK, CRASH) == "Nothing is wrong with this split as far as 1 rule can tell; 1 rule crashed."
    accepted = replace(DUPLICATES, severity="accepted")
    assert (
        summary(OK, accepted) == "Nothing new is wrong with this split as far as 2 rules can tell; 1 accepted before."
    )
    assert summary(OK, STOPPED) == (
        "Interrupted after 1 of 2 rules; nothing is wrong with this split as far as 1 rule can tell."
    )
    assert summary(OK, UNIT_CHANGE, STOPPED) == "Interrupted after 2 of 3 rules; 1 error: unit-change in gyro_z."


def test_causes_are_named_before_symptoms_and_the_rest_is_counted():
    many = [replace(FEATURE_KS, rule=f"SA10{i}", name=f"shift-{i}") for i in range(1, 5)]
    assert summary(*many, UNIT_CHANGE) == (
        "5 errors: unit-change in gyro_z, shift-1 in gyro_z, shift-2 in gyro_z and 2 more."
    )
    assert summary(replace(UNIT_CHANGE, where=Place(groups=("s1",)))) == "1 error: unit-change in group s1."
    assert summary(replace(UNIT_CHANGE, where=Place())) == "1 error: unit-change."
    many = replace(UNIT_CHANGE, where=Place(channels=(0, 1, 2)))
    assert summary(many) == "1 error: unit-change in 3 channels."
    assert (
        summary(replace(UNIT_CHANGE, where=Place(channels=(0, 2))))
        == "1 error: unit-change in channel 0 and channel 2."
    )


def severities(now, before):
    return [f.severity for f in accept(now, before)]


def test_what_was_known_is_accepted():
    found = accept([UNIT_CHANGE, DUPLICATES, OK], [UNIT_CHANGE, DUPLICATES])
    assert [f.severity for f in found] == ["accepted", "accepted", "ok"]
    assert [f.accepted for f in found] == ["error", "warning", ""]


def test_what_got_graver_is_not():
    graver = replace(DUPLICATES, severity="error")
    assert severities([graver], [DUPLICATES]) == ["error"]
    assert severities([DUPLICATES], [graver]) == ["accepted"]


def test_what_spread_is_not():
    wider = replace(UNIT_CHANGE, where=Place(channels=("gyro_z", "accel_x")))
    assert severities([wider], [UNIT_CHANGE]) == ["error"]
    assert severities([UNIT_CHANGE], [wider]) == ["accepted"]
    elsewhere = replace(UNIT_CHANGE, where=Place(channels=("accel_x",)))
    assert severities([elsewhere], [UNIT_CHANGE]) == ["error"]
    nowhere = replace(UNIT_CHANGE, where=Place())
    assert severities([nowhere], [UNIT_CHANGE]) == ["error"]
    assert severities([UNIT_CHANGE], [nowhere]) == ["error"]
    assert severities([nowhere], [nowhere]) == ["accepted"]
    groups = replace(DUPLICATES, where=Place(groups=("s99",)))
    assert severities([groups], [DUPLICATES]) == ["warning"]


def test_other_rules_and_findings_that_were_no_faults_accept_nothing():
    assert severities([UNIT_CHANGE], [FEATURE_KS, replace(UNIT_CHANGE, severity="info")]) == ["error"]
    assert severities([CRASH], [CRASH]) == ["crashed"]


def test_an_accepted_finding_stays_accepted_in_the_next_report():
    once = accept([DUPLICATES], [DUPLICATES])
    assert severities([DUPLICATES], once) == ["accepted"]
    assert severities([replace(DUPLICATES, severity="error")], once) == ["error"]


def test_the_baseline_may_be_a_file_a_mapping_or_a_report(tmp_path):
    report = reports.report()
    path = tmp_path / "old.json"
    path.write_text(json.dumps(report.to_dict()))
    for baseline in (report, report.to_dict(), path, str(path)):
        found = accept(report.findings, accepted_findings(baseline))
        assert {f.rule for f in found if f.severity == "accepted"} == {"SA102", "SA205", "SA301"}
    assert accepted_findings(None) == ()
    with pytest.raises(ConfigError, match="baseline: is not a report"):
        accepted_findings({})
