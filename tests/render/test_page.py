"""The page: whole, escaped, self-contained, small, and with a place for everything that a report holds."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from splitaudit.errors import MissingExtraError
from splitaudit.evidence import Curve
from splitaudit.render import write
from tests.render import explanations, odd, reports

page = pytest.importorskip("splitaudit.render.page")
pytest.importorskip("jinja2")

VOID = {"meta", "input"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Page(HTMLParser):
    """What a page holds: elements with their attributes, texts by the element that they stand in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script", "desc"):
            self.text += data.replace("\N{NO-BREAK SPACE}", " ")

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def pages():
    return {name: page.render(report) for name, report in odd.EVERY.items()}


@pytest.mark.parametrize("name", odd.EVERY)
def test_it_is_whole_small_and_loads_nothing(pages, name):
    text = pages[name]
    assert text.isascii()
    assert len(text) < 1_500_000
    found = Page(text)
    for tag, attributes in found.elements:
        assert tag not in ("img", "link", "iframe", "image", "use", "foreignobject", "object", "embed", "base")
        assert not any(key.startswith("on") or key in ("src", "srcset", "style") for key in attributes), attributes
        assert (attributes.get("href") or "#").startswith("#")
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    assert "@import" not in text
    assert len(found.all("script")) == len(found.all("style")) == 1


@pytest.mark.parametrize("name", odd.EVERY)
def test_links_and_labels_lead_somewhere(pages, name):
    found = Page(pages[name])
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in found.elements:
        for key in ("href", "aria-labelledby"):
            if attributes.get(key):
                assert attributes[key].removeprefix("#") in ids


@pytest.mark.parametrize("name", odd.EVERY)
def test_headings_step_down_one_by_one_and_figures_have_words(pages, name):
    found = Page(pages[name])
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for drawing in found.all("svg"):
        assert drawing.get("aria-hidden") == "true" or (drawing["role"] == "img" and drawing["aria-label"])
    assert len(found.all("figure")) == found.text.count("How to read it.") - found.text.count("Tests exchange") - (
        found.text.count("One entry per rule") + found.text.count("Each row changes one thing")
    )


@pytest.mark.parametrize("name", odd.EVERY)
def test_drawings_hold_numbers_that_can_be_drawn(pages, name):
    text = pages[name]
    for attribute in re.findall(r' (?:x|y|x1|x2|y1|y2|cx|cy|width|height|fill-opacity)="([^"]*)"', text):
        assert NUMBER.fullmatch(attribute) or attribute == ""
    for path in re.findall(r' d="([^"]*)"', text):
        assert not re.search("nan|inf", path)
    assert "nan" not in re.sub(r"<[^>]*>", " ", text.partition("<main")[2]).lower().split()


def test_names_from_the_data_are_text(pages):
    for name in ("hostile", "hostile, explained"):
        text = pages[name]
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert len(re.findall("<script", text)) == 1
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)


def test_a_policy_forbids_what_is_not_ours(pages):
    (policy,) = [a["content"] for a in Page(pages["explained"]).all("meta") if "http-equiv" in a]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_the_first_screen_says_what_matters(pages):
    head = Page(pages["explained"]).text.partition("Skip to the report")[2]
    facts = (
        "Validation stays at 76.1 % because gyro_z",
        "71.3 to 80.4",
        "normalization_mismatch, 97 %",
        "41:1",
        "6.2:1",
        "What to do",
        "Multiply gyro_z of val by 57.3",
    )
    places = [head.index(fact) for fact in facts]
    assert places == sorted(places)
    assert "3.1:1" not in head[: places[-1]]  # two pieces of evidence, not all
    plain = Page(pages["one of each"]).text
    assert plain.index("2 errors, 1 warning") < plain.index("First: ") < plain.index("What to do")
    assert "Nothing: no finding asks" in Page(pages["nothing wrong"]).text
    stopped = Page(pages["undecided and interrupted"]).text
    assert "This is a partial answer" in stopped
    assert "cannot be told apart with 3 val groups" in stopped


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("explained", "ceiling training ladder causes experiments errors map leaks units findings"),
        ("leak", "leaks map distributions adversary units findings"),
        ("50 classes", "ceiling training ladder causes experiments errors labels units findings"),
        ("no labels", "units findings"),
        ("undecided and interrupted", "causes experiments units findings"),
    ],
)
def test_sections_are_those_that_there_is_something_to_show_in(pages, name, sections):
    found = Page(pages[name])
    links = [a["href"] for a in found.all("a")][1:]
    assert links == [f"#{section}" for section in sections.split()]


def test_every_rule_has_an_entry_with_family_and_severity(pages):
    found = Page(pages["one of each"])
    entries = {a["id"]: a for a in found.all("details") if "data-severity" in a}
    assert entries.keys() == {f.rule for f in odd.EVERY["one of each"].findings}
    assert (entries["SA205"]["data-severity"], entries["SA205"]["data-family"]) == ("error", "normalization")
    assert entries["SA105"]["data-severity"] == "unclear"
    values = {a["value"] for a in found.all("input")}
    assert values == {a["data-severity"] for a in entries.values()} | {a["data-family"] for a in entries.values()}
    assert "hidden" in found.all("form")[0]  # without scripts everything is shown, and nothing to click


def test_curves_of_the_reference_and_of_the_user_share_axes():
    text = page.render(reports.explained())
    training = text[text.index('id="training"') : text.index('id="ladder"')]
    accuracy = re.search(r'<svg role="img".*?</svg>', training, re.DOTALL).group()
    assert re.findall(r'class="line (train|val) dash(\d)"', accuracy) == [
        ("train", "0"), ("val", "0"), ("train", "1"), ("val", "1")
    ]  # fmt: skip
    assert 'class="band"' in accuracy


def _charts(text):
    training = text[text.index('id="training"') :]
    return re.findall(r'<svg role="img".*?</svg>', training, re.DOTALL)[:2]


def test_plateau_and_divergence_that_rules_found_are_marked():
    plateau = reports.finding("SA702", "fixed-plateau", "warning", "training", message="m", evidence={"since_epoch": 9})
    turns = reports.finding(
        "SA701", "overfitting", "warning", "training", message="m", evidence={"epoch_of_lowest_val_loss": 4}
    )
    curves = tuple(
        Curve(title=kind, x_label="epoch", y_label=kind, lines={"val": ((1.0, 20.0), (0.5, 0.7))})
        for kind in ("accuracy", "loss")
    )
    accuracy, loss = _charts(page.render(reports.report(replace(plateau, exhibits=curves), turns)))
    assert ("plateau, epoch 9" in accuracy, "diverges" in accuracy) == (True, False)
    assert ("diverges, epoch 4" in loss, "plateau" in loss) == (True, False)
    odd_one = replace(plateau, evidence={"since_epoch": None}, exhibits=curves)
    assert "plateau, epoch" not in page.render(reports.report(odd_one))


def test_plateau_and_divergence_of_the_reference_and_of_the_user_are_marked():
    runs = (
        explanations.learning_curve(),
        explanations.learning_curve(name="mine", source="history", plateau_epoch=17, divergence_epoch=None),
    )
    accuracy, loss = _charts(page.render(reports.explained(explanations.explanation(curves=runs))))
    assert "bilstm plateau, epoch 9" in accuracy
    assert "mine plateau, epoch 17" in accuracy
    assert "bilstm diverges, epoch 4" in loss
    assert "mine diverges" not in loss
    alone = _charts(page.render(reports.explained(explanations.explanation(curves=runs[:1]))))
    assert ">plateau, epoch 9<" in alone[0]


def test_accuracy_stands_beside_the_persistent_errors():
    text = page.render(reports.explained())
    drawn = text[text.index('id="errors"') :]
    assert "55 %; errors 46 % of 96, else 24 %" in drawn
    assert "accuracy of the learners" in drawn
    assert "20 %; errors 80 % of 60, else 18 %" in drawn  # of the regime, which is among no list of parts
    assert drawn.count('class="fill other"') == 2  # the other part has no accuracy


def test_many_channels_are_shown_in_part(pages):
    assert "152 more rows are not shown" in pages["200 channels"]
    assert pages["200 channels"].count('class="cell"') == 48 * 16 + 6
    assert pages["one channel"].count('class="cell"') == 16 + 6


def test_a_long_run_stays_small():
    curves = tuple(explanations.learning_curve(name=f"run {i}", n=50_000) for i in range(6))
    assert len(page.render(reports.explained(explanations.explanation(curves=curves)))) < 300_000


def test_without_jinja2_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"splitaudit\[report\]"):
        write.ready("html")
    assert write.ready("json") == "json"
    assert reports.report()._repr_html_().startswith("<div")


def test_save_html(tmp_path):
    reports.report().save_html(tmp_path / "any.name")
    assert (tmp_path / "any.name").read_text().startswith("<!DOCTYPE html>")


def test_labels_of_lines_become_no_markup():
    evil = '"><script>alert(2)</script>'
    curve = replace(
        odd.EVERY["leak"].finding("SA101").exhibits[0], lines={evil: ((0.0, 1.0), (0.0, 1.0))}, y_label=evil
    )
    own = replace(reports.finding("SA702", "fixed-plateau", "warning", "training", message="m"), exhibits=(curve,))
    roc = replace(odd.EVERY["leak"].finding("SA101"), exhibits=(curve,))
    other = reports.finding("SA505", "label-noise", "warning", "labels", message="m", exhibits=(curve,))
    text = page.render(reports.report(own, roc, other))
    assert text.count("<script") == 1
    assert text.count('<svg role="img"') == 3


def test_what_to_do_does_not_pass_over_an_error_that_costs_nothing():
    healthy = replace(explanations.NAMED, name="healthy", remedy="Nothing has to be mended.")
    leak = reports.finding("SA303", "overlapping-windows", "error", "leakage", message="m", remedy="Split first.")
    found = explanations.explanation(causes=(healthy,))
    head = Page(page.render(reports.explained(found, leak))).text.partition("What to do")[2][:200]
    assert "SA303 overlapping-windows is wrong: Split first." in head
    assert "Nothing has to be mended." not in head
    sound = Page(page.render(reports.explained(found, *reports.QUIET))).text.partition("What to do")[2][:200]
    assert "Nothing has to be mended." in sound
