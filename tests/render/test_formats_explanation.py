"""The explanation in Markdown, HTML and JUnit."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from splitaudit.render import html, junit, markdown
from splitaudit.render.svg import curve_svg
from tests.render import explanations, reports
from tests.render.test_formats import parsed

EVERY = [
    reports.explained(),
    reports.explained(explanations.undecided(), *reports.QUIET),
    reports.explained(explanations.nothing_known(), *reports.QUIET),
    reports.hostile_explained(),
]
FACTS = (
    "Validation stays at 76.1 % because gyro_z",
    "normalization_mismatch",
    "97 %",
    "multiplying gyro_z of val by 57.3",
    "41:1",
    "all val windows",
    "21.9 points of accuracy",
    "Multiply gyro_z of val by 57.3 (degrees",
    "you reported 76.0 %",
    "boosted trees",
    "Cohen's kappa 0.86",
    "label_noise",
    "inside val alone 98.5 %",
    "1:90",
    "One affine correction",
    "+21.9 points (+17.5 to +26.3)",
    "ValueError: too few windows",
    "class stairs",
    "SGD with momentum 0.9",
    "truncate: the budget of 5 min was spent",
)


def without_escapes(text):
    return re.sub(r"\\(.)", r"\1", text)


def text_of(form):
    report = EVERY[0]
    if form == "markdown":
        return without_escapes(markdown.render(report))
    if form == "html":
        return parsed(html.fragment(report)).text
    suite = ElementTree.fromstring(junit.render(report)).find("testsuite")
    return " ".join(suite.find("system-out").text.split())


@pytest.mark.parametrize("form", ["markdown", "html", "junit"])
def test_every_format_says_it_all(form):
    text = text_of(form)
    for fact in FACTS:
        assert fact in text


@pytest.mark.parametrize("report", EVERY)
def test_html_is_whole_loads_nothing_and_runs_nothing(report):
    text = html.fragment(report)
    assert text.isascii()
    tags = parsed(text)
    assert not tags.seen & {"script", "img", "link", "iframe", "style", "image", "use", "foreignobject"}
    assert "http" not in text
    assert "<script" not in text


def test_html_draws_bars_and_curves():
    text = html.fragment(EVERY[0])
    assert text.count("<svg") == 2
    assert "width:96.8%" in text
    assert "Interrupted" not in text
    stopped = html.fragment(EVERY[1])
    assert "Interrupted: a partial answer" in stopped
    assert "cannot be told apart" in stopped
    assert "<svg" not in stopped


def test_a_curve_as_svg():
    text = curve_svg(explanations.learning_curve())
    root = ElementTree.fromstring(text)
    assert [path.get("stroke-dasharray") for path in root.iter("path")] == ["4 3", None]
    labels = [label.text for label in root.iter("text")]
    assert "accuracy per epoch" in labels
    assert "val 76.6 %" in labels
    assert labels[:3] == ["50.0 %", "75.0 %", "100.0 %"]
    numbers = [float(n) for path in root.iter("path") for n in re.findall(r"[\d.]+", path.get("d"))]
    assert 0 <= min(numbers) <= max(numbers) <= 420


def test_a_curve_with_gaps_is_broken_there():
    gaps = (0.5, 0.6, math.nan, 0.7, math.nan, 0.8, 0.9)
    curve = explanations.learning_curve(n=7, val_accuracy=gaps, train_accuracy=())
    (path,) = ElementTree.fromstring(curve_svg(curve)).iter("path")
    assert path.get("d").count("M") == 3


def test_loss_is_drawn_where_no_accuracy_is_known_and_nothing_where_nothing_is():
    curve = explanations.learning_curve(train_accuracy=(), val_accuracy=(math.nan,) * 30)
    assert "loss per epoch" in curve_svg(curve)
    assert curve_svg(replace(curve, train_loss=(), val_loss=())) == ""
    assert curve_svg(replace(curve, epochs=(), train_loss=(), val_loss=())) == ""


def test_long_curves_stay_small():
    curve = explanations.learning_curve(n=100_000)
    assert len(curve_svg(curve)) < 100_000


def test_markdown_of_hostile_names_adds_no_markup():
    parser = MarkdownIt("commonmark").enable("table")
    text = markdown.render(reports.hostile_explained())
    assert "@team" not in text
    assert "\x1b" not in text
    clean, dirty = parser.parse(markdown.render(EVERY[0])), parser.parse(text)
    assert {token.type for token in dirty} <= {token.type for token in clean}
    html_blocks = {token.content.strip() for token in dirty if token.type == "html_block"}
    assert all(re.fullmatch(r"</?details>(<summary>[\w ()]+</summary>)?", block) for block in html_blocks)
    inline = {child.type for token in dirty for child in token.children or ()}
    assert inline <= {"text", "strong_open", "strong_close", "em_open", "em_close", "softbreak", "text_special"}


def test_markdown_tables_keep_their_columns():
    widths = []
    for line in markdown.render(reports.hostile_explained()).splitlines():
        if line.startswith("|"):
            widths.append(len(re.findall(r"(?<!\\)\|", line)))
        elif widths:
            assert len(set(widths)) == 1
            widths = []


def test_junit_counts_and_verdicts_are_those_of_the_audit():
    with_it = ElementTree.fromstring(junit.render(EVERY[0]))
    without = ElementTree.fromstring(junit.render(reports.report()))
    assert with_it.attrib == without.attrib
    properties = {p.get("name"): p.get("value") for p in with_it.iter("property")}
    assert properties["splitaudit.cause.normalization_mismatch"] == "0.968"
    assert properties["splitaudit.ceiling"] == "0.761"
    assert properties["splitaudit.answer"].startswith("Validation stays at 76.1 %")
    stopped = ElementTree.fromstring(junit.render(EVERY[1]))
    assert {"splitaudit.partial", "splitaudit.undecided"} <= {p.get("name") for p in stopped.iter("property")}


@pytest.mark.parametrize("report", EVERY)
def test_junit_is_xml_in_ascii(report):
    text = junit.render(report)
    assert text.isascii()
    ElementTree.fromstring(text)
