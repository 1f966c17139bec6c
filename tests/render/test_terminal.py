"""The report in a terminal, a pipe and a log."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from splitaudit.evidence import Table
from splitaudit.render.html import fragment
from splitaudit.render.json import from_dict, to_dict
from splitaudit.render.layout import MAX_WIDTH
from splitaudit.render.terminal import renderables
from splitaudit.render.write import render
from tests.render import reports


def lines(report=None, width=80, **options):
    return [line.plain for line in renderables(report or reports.report(), width, **options)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200, 400])
@pytest.mark.parametrize("report", [reports.report(), reports.hostile(), reports.report(*reports.QUIET)])
def test_lines_fit_and_do_not_trail(report, width):
    for line in lines(report, width):
        assert cell_len(line) <= min(width, MAX_WIDTH)
        assert line == line.rstrip()


def test_a_narrow_terminal_gets_lines_of_forty():
    assert max(map(cell_len, lines(width=10))) <= 40


def test_the_order_is_verdict_crashes_errors_warnings_and_the_rest():
    text = "\n".join(lines())
    order = [
        "train",
        "val",
        "units",
        "FAIL",
        "CRASHED",
        "ERROR",
        "WARNING",
        "MAP",
        "UNCLEAR",
        "INFO",
        "OK",
        "SKIPPED",
        "TIME",
    ]
    places = [text.index(f"\n{word.ljust(10)}") for word in order]
    assert places == sorted(places)


def test_causes_come_before_symptoms():
    text = "\n".join(lines())
    assert text.index("ERROR     SA205") < text.index("ERROR     SA102")


def test_a_finding_says_what_where_how_much_and_what_to_do():
    text = " ".join(" ".join(lines()).split())
    for part in (
        "SA205 unit-change",
        "the factor from degrees to radians",
        "where gyro_z · all val windows",
        "effect 57.3 times the spread of train (error from 3); p < 1e-12 (adjusted)",
        "remedy Multiply gyro_z of val by 57.3.",
        "where gyro_z · steps 32–49",
        "groups s00, s01, s02, s03, s04, s05, … (9 in all)",
        "val windows 3, 20–21",
    ):
        assert part in text


def test_every_rule_is_accounted_for():
    text = "\n".join(lines())
    for finding in reports.report().findings:
        assert finding.rule in text or finding.message == "not selected"


def test_skipped_rules_are_grouped_by_reason():
    text = "\n".join(lines())
    assert "there are no groups in train: SA304 SA305" in text
    assert "not selected: 1 rule" in text


def test_what_was_set_aside_and_decided_is_said():
    train = reports.side("train", set_aside="7 of 400 windows with NaN or infinity", notes=("data is taken for X",))
    text = "\n".join(lines(reports.report(*reports.QUIET, train=train)))
    assert "set aside: 7 of 400 windows with NaN or infinity" in text
    assert "data is taken for X" in text


def test_the_map_shows_where_the_sides_differ():
    text = lines()
    row = next(line for line in text if line.strip().startswith("gyro_z  ·"))
    assert row.rstrip().endswith("█")
    assert "·" in row
    assert "2 channels below 0.1 train sd everywhere" in "\n".join(text)
    assert any("█ 1.6+" in line for line in text)


def test_a_map_of_chance_is_called_that():
    chance = replace(reports.FEATURE_KS, severity="ok")
    assert "(not beyond chance)" in "\n".join(lines(reports.report(reports.UNIT_CHANGE, chance)))
    assert "chance" not in "\n".join(lines(reports.report(reports.UNIT_CHANGE, reports.FEATURE_KS)))


@pytest.mark.parametrize("value", [math.nan, math.inf, 0.0, 1e300])
@pytest.mark.parametrize("unit", ["train sd", "windows"])
def test_odd_values_in_the_map_do_no_harm(value, unit):
    odd = replace(reports.grid(2, 3), values=((value, 0.5, 1.0), (value, value, value)), unit=unit)
    report = reports.report(replace(reports.FEATURE_KS, exhibits=(odd,)))
    assert "MAP" in "\n".join(lines(report))
    back = from_dict(to_dict(report))
    assert "MAP" in "\n".join(lines(back))
    assert "where the sides differ" in fragment(back)


def test_faults_of_labels_and_leaks_need_no_map():
    assert "MAP" not in "\n".join(lines(reports.report(reports.DUPLICATES, replace(reports.FEATURE_KS, severity="ok"))))


def test_a_split_without_faults_needs_no_map():
    assert "MAP" not in "\n".join(lines(reports.report(*reports.QUIET, replace(reports.FEATURE_KS, severity="ok"))))


def test_the_map_of_many_channels_is_short_and_counts_the_rest():
    wide = replace(reports.FEATURE_KS, exhibits=(reports.grid(90, 64),))
    text = lines(reports.report(wide))
    assert "89 channels below 0.1 train sd everywhere" in "\n".join(text)
    assert len(text) < 40


def test_accepted_findings_are_listed_but_not_loud():
    accepted = replace(reports.DUPLICATES, severity="accepted", accepted="warning")
    text = "\n".join(lines(reports.report(accepted, *reports.QUIET)))
    assert "PASS" in text
    assert "ACCEPTED  SA301 duplicate-windows" in text


def test_quiet_is_the_verdict_and_a_line_per_fault():
    text = lines(width=300, quiet=True)
    assert [line.split()[0] for line in text if not line.startswith(" ")] == [
        "FAIL",
        "CRASHED",
        "ERROR",
        "ERROR",
        "WARNING",
    ]
    assert lines(reports.report(*reports.QUIET), 300, quiet=True)[0].startswith("PASS")


@pytest.mark.parametrize("report", [reports.report(), reports.hostile()])
def test_ascii_is_enough(report):
    text = "\n".join(lines(report, ascii_only=True))
    assert text.isascii()
    assert "@" in text  # the last block of the map


def test_nothing_from_the_data_steers_the_terminal():
    stream = Terminal()
    Console(file=stream, force_terminal=True, color_system=None, width=80).print(reports.hostile())
    text = stream.getvalue()
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "[bold" in text  # not taken for markup
    assert r"\x1b" in text


def test_colour_only_where_it_is_wanted(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for report in (reports.report(), reports.report(*reports.QUIET)):
        stream = Terminal()
        Console(file=stream, force_terminal=True, color_system="standard", width=80).print(report)
        assert "\x1b[" in stream.getvalue()
        assert "\x1b" not in render(report, "terminal")


def test_a_stream_that_knows_ascii_gets_ascii():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    Console(file=stream, width=80).print(reports.report())
    assert b"@ 1.6+" in raw.getvalue()


def test_long_messages_are_cut():
    long = replace(reports.UNIT_CHANGE, message="word " * 5000)
    assert len("\n".join(lines(reports.report(long)))) < 4000


def test_errors_show_the_first_rows_of_their_table():
    rows = tuple((f"c{i}", i / 7, None) for i in range(9))
    shown = replace(reports.FEATURE_KS, exhibits=(Table(title="t", columns=("channel", "shift", "note"), rows=rows),))
    text = lines(reports.report(shown))
    at = text.index("  detail  channel  shift  note")
    assert text[at + 1 : at + 5] == [
        "          c0           0",
        "          c1       0.143",
        "          c2       0.286",
        "          …",
    ]
    assert "  detail" not in "\n".join(lines(reports.report(replace(shown, severity="warning"))))


def test_columns_of_a_table_that_do_not_fit_are_left_out():
    wide = Table(title="t", columns=tuple(f"column {i:02d}" for i in range(20)), rows=(tuple(range(20)),))
    text = lines(reports.report(replace(reports.FEATURE_KS, exhibits=(wide,))), 60)
    row = next(line for line in text if line.startswith("  detail"))
    assert "column 03" in row
    assert "column 05" not in row
