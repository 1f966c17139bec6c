"""Markdown, JUnit and HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from splitaudit.render import html, junit, markdown
from tests.render import reports


def cases(report):
    return {case.get("name").split()[0]: case for case in ElementTree.fromstring(junit.render(report)).iter("testcase")}


def kind(case):
    return next((child.tag for child in case if child.tag != "system-out"), "passed")


def test_junit_has_a_case_for_every_rule():
    found = cases(reports.report())
    assert found.keys() == {finding.rule for finding in reports.report().findings}
    assert {code: kind(case) for code, case in found.items()} == {
        "SA101": "passed",
        "SA102": "failure",
        "SA103": "error",
        "SA105": "skipped",  # it could not tell, so it did not pass
        "SA205": "failure",
        "SA301": "passed",  # a warning, and only errors fail
        "SA304": "skipped",
        "SA305": "skipped",
        "SA402": "passed",
        "SA601": "skipped",
    }
    assert found["SA205"].get("classname") == "splitaudit.normalization"
    assert found["SA102"].get("time") == "0.800"
    assert "steps 32–49" in found["SA102"].find("failure").text
    assert found["SA304"].find("skipped").get("message") == "there are no groups in train"


@pytest.mark.parametrize(("fail_on", "expected"), [("error", {"SA102", "SA205"}), ("never", set())])
def test_junit_fails_what_fails_the_run(fail_on, expected):
    found = cases(reports.report(fail_on=fail_on))
    assert {code for code, case in found.items() if kind(case) == "failure"} == expected


def test_junit_fails_warnings_where_they_fail_the_run():
    assert kind(cases(reports.report(fail_on="warning"))["SA301"]) == "failure"


def test_junit_counts():
    suite = ElementTree.fromstring(junit.render(reports.report())).find("testsuite")
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["10", "2", "1", "4"]


def test_junit_of_names_that_are_not_xml():
    text = junit.render(reports.hostile())
    assert text.isascii()
    message = cases(reports.hostile())["SA205"].find("failure").get("message")
    assert "<script>" in message  # as text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", message)


def test_markdown_says_it_all():
    text = markdown.render(reports.report())
    assert text.startswith("## splitaudit ❌ fail\n")
    assert "### error: SA205 unit-change" in text
    assert text.index("SA205 unit-change\n") < text.index("SA102 feature-ks\n")
    for finding in reports.report().findings:
        assert finding.rule in text
    assert "<summary>Unclear (1)</summary>" in text


def test_markdown_of_hostile_names_adds_no_markup():
    text = markdown.render(reports.hostile())
    assert "@team" not in text
    assert "\x1b" not in text
    clean = MarkdownIt("commonmark").enable("table").parse(markdown.render(reports.report()))
    dirty = MarkdownIt("commonmark").enable("table").parse(text)
    assert {token.type for token in dirty} <= {token.type for token in clean}
    inline = {child.type for token in dirty for child in token.children or ()}
    assert inline <= {"text", "strong_open", "strong_close", "softbreak", "text_special"}
    assert "<script>alert(1)</script>" in "".join(
        child.content for token in dirty for child in token.children or () if "text" in child.type
    )


def test_markdown_tables_keep_their_columns():
    rows = [line for line in markdown.render(reports.hostile()).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}


class Tags(HTMLParser):
    VOID = ("meta",)

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def parsed(text):
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert not tags.open
    return tags


@pytest.mark.parametrize("report", [reports.report(), reports.report(*reports.QUIET), reports.hostile()])
def test_html_is_whole_loads_nothing_and_runs_nothing(report):
    text = html.fragment(report)
    assert text.isascii()
    tags = parsed(text)
    assert not tags.seen & {"script", "img", "link", "iframe", "style"}
    assert "http" not in text
    assert report.verdict.status.upper() in tags.text


def test_html_fragment_says_it_all():
    text = parsed(html.fragment(reports.report())).text
    for finding in reports.report().findings:
        assert finding.rule in text
    assert "57.3 times the spread of train" in text
    assert "worst statistics" in text
    assert "where the sides differ" in text


def test_html_shows_hostile_names_as_text():
    text = html.fragment(reports.hostile())
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert r"\x1b" in text


def test_html_stays_small():
    large = replace(reports.FEATURE_KS, exhibits=(reports.grid(2000, 16), reports.table()))
    assert len(html.fragment(reports.report(large))) < 300_000
