"""What of an earlier report is recognised, beyond the plain cases of test_verdict."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitaudit.accepted import accept, accepted_findings
from splitaudit.errors import ConfigError
from splitaudit.place import Place
from tests.render import reports
from tests.render.reports import finding

RANK = {"warning": 1, "error": 2}
graves = st.sampled_from(["warning", "error"])
channels = st.sets(st.sampled_from(["x", "y", 2])).map(lambda names: tuple(sorted(names, key=str)))
groups = st.sets(st.sampled_from(["s1", "s2"])).map(lambda names: tuple(sorted(names)))
places = st.builds(lambda c, g: Place(channels=c, groups=g), channels, groups)


def found(severity, place, rule="SA201"):
    return replace(finding(rule, "scale-mismatch", severity, "normalization"), where=place)


def within(new, old):
    return set(new) == set(old) or (bool(new) and set(new) <= set(old))


@given(severity=graves, before=graves, place=places, old=places)
def test_accepted_is_what_is_no_graver_and_no_wider(severity, before, place, old):
    now = found(severity, place)
    (judged,) = accept([now], [found(before, old)])
    known = RANK[severity] <= RANK[before]
    known = known and within(place.channels, old.channels) and within(place.groups, old.groups)
    assert judged == (replace(now, severity="accepted", accepted=severity) if known else now)


@given(severity=graves, place=places)
def test_accepted_stays_accepted_and_keeps_how_grave_it_was(severity, place):
    now = found(severity, place)
    once = accept([now], [now])
    assert once[0].accepted == severity
    assert accept([now], once) == once
    assert accept(once, once) == once


def test_one_earlier_finding_must_cover_all_of_it():
    parts = [found("error", Place(channels=(name,))) for name in ("x", "y")]
    both = found("error", Place(channels=("x", "y")))
    assert accept([both], parts) == [both]
    assert [f.severity for f in accept(parts, [both])] == ["accepted", "accepted"]
    mild, grave = found("warning", Place(channels=("x", "y"))), found("error", Place(channels=("x",)))
    assert accept([both], [mild, grave]) == [both]


def test_rows_effects_and_time_steps_may_change():
    old = found("error", Place(channels=("x",), val_windows=(1, 2), n_val_windows=2, timesteps=(0, 10)))
    place = Place(channels=("x",), train_windows=(7,), n_train_windows=7, timesteps=(5, 30))
    now = replace(found("error", place), effect=9.9, message="worse")
    (judged,) = accept([now], [old])
    assert (judged.severity, judged.where, judged.effect, judged.message) == ("accepted", place, 9.9, "worse")


def test_a_number_is_no_name():
    old, now = (found("error", Place(channels=(name,))) for name in (2, "2"))
    assert accept([now], [old]) == [now]


@pytest.mark.parametrize("before", ["ok", "crashed", "error"])
@pytest.mark.parametrize("now", ["ok", "info", "skipped", "crashed"])
def test_only_faults_are_accepted(now, before):
    there = found(now, Place())
    assert accept([there], [found(before, Place())]) == [there]


def test_order_and_number_of_findings_stay():
    now = [found("warning", Place(), rule=code) for code in ("SA301", "SA102", "SA205")]
    judged = accept(now, [now[1]])
    assert [f.rule for f in judged] == ["SA301", "SA102", "SA205"]
    assert [f.severity for f in judged] == ["warning", "accepted", "warning"]
    assert accept(now, []) == now


def test_a_report_with_accepted_findings_accepts_them_again_from_its_file(tmp_path):
    first = reports.report()
    again = replace(first, findings=tuple(accept(first.findings, first.findings)))
    path = tmp_path / "report.json"
    path.write_text(again.to_json(), encoding="utf-8")
    for baseline in (again, path, again.to_dict()):
        third = accept(first.findings, accepted_findings(baseline))
        assert [f.severity for f in third] == [f.severity for f in again.findings]
    assert "accepted" in {f.severity for f in again.findings}


def test_a_file_that_is_no_report_is_named(tmp_path):
    path = tmp_path / "old.json"
    for text in ("", "[]", '{"schema": "other/1"}', "no json"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match=r"old\.json"):
            accepted_findings(path)
