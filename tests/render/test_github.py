"""Workflow commands, which become annotations."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from splitaudit.render import github
from tests.render import reports

COMMAND = re.compile(r"::(error|warning|notice) (title=[^,:\n]*)(?:,file=[^,:\n]*)?::[^\n]*")


def unescaped(text):
    for code, char in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_a_line_for_what_is_wrong_and_one_for_the_verdict():
    lines = github.render(reports.report()).splitlines()
    assert [line.partition(",file")[0].partition("::n")[0] for line in lines[:3]] == [
        "::error title=SA103 spectrum-shift crashed::ValueError: array is too short",
        "::error title=SA205 unit-change",
        "::error title=SA102 feature-ks",
    ]
    assert lines[3].startswith("::warning title=SA301 duplicate-windows,file=val.npz::3 of 200 val windows")
    assert lines[4].startswith("::notice title=splitaudit fail::")
    assert len(lines) == 5


def test_where_and_what_to_do_follow_in_lines_of_their_own():
    (line, _) = github.render(reports.report(reports.UNIT_CHANGE)).splitlines()
    assert unescaped(line.rpartition("::")[2]).splitlines() == [
        reports.UNIT_CHANGE.message,
        "where: gyro_z · all val windows",
        "remedy: Multiply gyro_z of val by 57.3.",
    ]


@pytest.mark.parametrize(
    ("text", "in_message", "in_property"),
    [
        ("100 %", "100 %25", "100 %25"),
        ("a\nb", "a%0Ab", "a%0Ab"),
        ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
        ("a, b: c", "a, b: c", "a%2C b%3A c"),
        ("%0A", "%250A", "%250A"),  # what looks escaped is shown as it is
        ("::error::x", "::error::x", "%3A%3Aerror%3A%3Ax"),
    ],
)
def test_escapes(text, in_message, in_property):
    assert github.data(text) == in_message
    assert github.value(text) == in_property
    assert unescaped(in_property) == text


def test_names_cannot_add_commands_or_properties():
    side = reports.side("val", source="x,line=3::error::y\n::stop-commands::z.npz")
    crash = replace(reports.CRASH, name="a,file=b:c\n::add-mask::d")
    for report in (reports.hostile(), reports.report(crash, reports.UNIT_CHANGE, val=side)):
        for line in github.render(report).split("\n")[:-1]:
            assert COMMAND.fullmatch(line), line


def test_a_healthy_split_has_no_annotation_but_the_verdict():
    assert github.render(reports.report(*reports.QUIET)).startswith("::notice title=splitaudit pass::")
