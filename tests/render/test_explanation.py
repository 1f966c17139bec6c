"""The explanation in a terminal."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from splitaudit.explained import Outcome
from splitaudit.render import measures
from splitaudit.render.layout import MAX_WIDTH, Scale, bar
from splitaudit.render.terminal import renderables
from tests.render import explanations, reports

EVERY = {
    "full": reports.explained(),
    "undecided": reports.explained(explanations.undecided(), *reports.QUIET),
    "nothing": reports.explained(explanations.nothing_known(), *reports.QUIET),
    "hostile": reports.hostile_explained(),
}


def lines(report=None, width=80, **options):
    return [line.plain for line in renderables(report or EVERY["full"], width, **options)]


def said(report=None, **options):
    return " ".join(" ".join(lines(report, **options)).split())


def row(found, start):
    return next(line for line in found if line.strip().startswith(start))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_lines_fit_and_do_not_trail(name, width, ascii_only):
    for line in lines(EVERY[name], width, ascii_only=ascii_only):
        assert cell_len(line) <= min(width, MAX_WIDTH), line
        assert line == line.rstrip()
        assert line.isascii() or not ascii_only


def test_the_answer_comes_first_then_the_audit():
    text = "\n".join(lines())
    order = ["splitaudit 1.2.3", "units  ", "ANSWER  ", "CAUSE  ", "CEILING  ", "CURVES  ", "CAUSES  ", "RULED OUT "]
    order += [
        "MEASURED  ",
        "SLICES  ",
        "LADDER  ",
        "NOT RUN  ",
        "BUDGET  ",
        "\nFAIL  ",
        "ERROR  ",
        "WARNING  ",
        "TIME  ",
    ]
    places = [text.index(label) for label in order]
    assert places == sorted(places)


def test_a_named_cause_is_shown_with_what_speaks_for_and_against_it():
    found = lines(width=110)
    assert row(found, "CAUSE ").split()[1:] == ["normalization_mismatch", "█" * 23 + "▎", "97", "%"]
    text = said(width=110)
    assert "for 41:1 multiplying gyro_z of val by 57.3 lifts val from 76.1 to 98.0 %" in text
    assert "3.1:1 inside train 98.9 % are reached, on val 76.1 % (train-cv)" in text
    assert "against 1:1.4 drawn again, the split still leaves 4.1 points (reshuffle)" in text
    assert "where gyro_z · all val windows costs 21.9 points of accuracy remedy Multiply gyro_z" in text


def test_the_ceiling_says_interval_observed_chance_and_where_each_learner_stops():
    text = said()
    assert (
        "76.1 % of val (95 % interval 71.3 to 80.4 %); you reported 76.0 %; always the most frequent class: 52.0 %"
        in text
    )
    assert "The learners err on the same windows (Cohen's kappa 0.86)" in text
    found = lines()
    rows = [row(found, name) for name in explanations.CEILING.learners]
    assert all(line.count("●") == 1 and "┊" in line and line.endswith(" %") for line in rows)
    assert len({line.index("●") for line in rows}) == 1  # within a column of this width they stop at one place


def test_every_cause_is_accounted_for():
    text = said()
    for cause in explanations.explanation().causes:
        assert cause.name in text
    assert "1:90 label_noise: inside val alone 98.5 % are reached" in text
    found = lines()
    assert [line.split()[0] for line in found if line.endswith("possible")] == [
        "covariate_shift", "channel_mismatch", "model_fault"
    ]  # fmt: skip


def test_what_was_measured_and_what_was_not():
    text = said(width=110)
    assert (
        "align One affine correction brings accuracy back 4.9 s with gyro_z rescaled: +21.9 points (+17.5 to +26.3)"
        in text
    )
    assert "scale of gyro_z: 57.3 times (47.1 to 68.9)" in text
    assert "on train: 99.4 %" not in text  # the summary says so, and it has no interval
    assert "permuted-labels crashed: ValueError: too few windows" in text
    assert "NOT RUN truncate: the budget of 5 min was spent attention: torch is not installed drop-leaked: no" in text
    assert text.count("truncate") == 1
    assert "1 min 20 s of 5 min spent on experiments" in text


def test_slices_and_the_ladder():
    found = lines(width=100)
    assert row(found, "class stairs").split() == ["class", "stairs", "96", "46.0", "%", "23.9", "%", "2e-06"]
    assert "regime highest 10% log roughness of gyro_z" in row(found, "regime")
    assert row(found, "capacity").split()[-2:] == ["96.2", "%"]
    dots = [line.index("●") for line in found if "6 units " in line or "spectrogram" in line]
    assert dots[2] < dots[0] < dots[1]  # 74.5, 75.5, 76.5 %
    assert "no more than drawing that many val windows does (1.5)" in said(width=100)
    wild = replace(explanations.LADDER, spread=0.05)
    report = reports.explained(explanations.explanation(ladder=wild))
    assert "5.0 points (standard deviation), more than drawing" in said(report, width=100)


def test_what_cannot_be_decided_is_told_and_so_is_an_interruption():
    found = lines(EVERY["undecided"])
    assert row(found, "PARTIAL") == "PARTIAL   interrupted: a partial answer"
    assert row(found, "UNDECIDED").startswith("UNDECIDED covariate_shift and unseen_group cannot be told apart")
    assert not [line for line in found if line.startswith(("CAUSE ", "CEILING", "CURVES", "LADDER", "SLICES"))]
    assert row(found, "NOT RUN") == "NOT RUN   align: interrupted"
    assert "PARTIAL" not in "\n".join(lines())


def test_quiet_keeps_the_answer():
    found = lines(width=300, quiet=True)
    labels = [line.split()[0] for line in found if not line.startswith(" ")]
    assert labels == ["ANSWER", "CAUSE", "FAIL", "CRASHED", "ERROR", "ERROR", "WARNING"]
    assert "normalization_mismatch 97 %: A channel of val" in found[1]
    assert [line.split()[0] for line in lines(EVERY["undecided"], 300, quiet=True) if line[0] != " "] == [
        "PARTIAL", "ANSWER", "UNDECIDED", "PASS"
    ]  # fmt: skip


def test_a_split_without_faults_is_not_called_a_cause():
    healthy = replace(explanations.NAMED, name="healthy", evidence=())
    found = lines(reports.explained(explanations.explanation(causes=(healthy,)), *reports.QUIET))
    assert row(found, "HEALTHY").split()[1] == "healthy"
    assert not [line for line in found if line.startswith("CAUSE ")]


def test_without_a_summary_the_named_causes_are_the_answer():
    assert row(lines(reports.explained(explanations.explanation(summary=""))), "ANSWER").endswith(
        "normalization_mismatch"
    )
    nameless = explanations.explanation(summary="", causes=explanations.POSSIBLE)
    assert row(lines(reports.explained(nameless)), "ANSWER").endswith("No cause could be named")


def test_of_many_runs_and_causes_the_first_are_shown():
    runs = tuple(explanations.learning_curve(f"run{i}", "x") for i in range(5))
    causes = tuple(replace(explanations.POSSIBLE[0], name=f"cause_{i}", probability=0.1) for i in range(7))
    text = said(reports.explained(explanations.explanation(curves=runs, causes=causes)))
    assert "run2" in text
    assert "run3" not in text
    assert "and 2 more runs" in text
    assert "less probable: cause_5, cause_6" in text


def test_nothing_from_the_data_steers_the_terminal():
    stream = io.StringIO()
    Console(file=stream, force_terminal=True, color_system=None, width=80).print(EVERY["hostile"])
    text = stream.getvalue()
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(text)
    assert "[bold" in text


def test_colour_only_where_it_is_wanted(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = io.StringIO()
    Console(file=stream, force_terminal=True, color_system="standard", width=80).print(EVERY["full"])
    assert "\x1b[1;31mCAUSE" in stream.getvalue()
    assert "\x1b" not in str(EVERY["full"])


@pytest.mark.parametrize(
    ("share", "drawn"), [(0, ""), (1, "█" * 8), (0.5, "████"), (1 / 64, "▏"), (math.nan, ""), (7, "█" * 8), (-1, "")]
)
def test_bars(share, drawn):
    assert bar(share, 8) == drawn
    assert len(bar(share, 8, ascii_only=True)) <= 8


def test_scales():
    assert Scale(11).draw(0.5, 0.3, 0.6, 0.0).plain == "┊··━━●━····"
    assert Scale(11, 0.5, 1.0, ascii_only=True).draw(0.5, None, None).plain == "o.........."
    assert Scale(11).draw(math.nan, math.nan, 1.0, math.nan).plain == "·" * 11
    assert Scale(11, 0.5, 1.0).ends() == "50 %  100 %"


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (41.0, "41:1"),
        (6.23, "6.2:1"),
        (1.0, "1:1"),
        (1 / 90, "1:90"),
        (0.0, "1:>999"),
        (1e9, ">999:1"),
        (math.nan, "?"),
    ],
)
def test_odds(ratio, text):
    assert measures.odds(ratio) == text


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Outcome(value=0.5, low=0.25, high=0.75, unit="accuracy"), "a: 50.0 % (25.0 to 75.0)"),
        (Outcome(value=-0.021, unit="difference of accuracy", text="lost"), "lost: −2.1 points"),
        (Outcome(value=0.1, low=0.05, high=0.15, unit="difference of accuracy"), "a: +10.0 points (+5.0 to +15.0)"),
        (Outcome(value=1234.5, low=1000, high=2000, unit="windows"), "a: 1,234 windows (1,000 to 2,000)"),
        (Outcome(value=math.nan, low=math.nan, high=1.0, unit="accuracy"), "a: unknown"),
        (Outcome(value=3), "a: 3"),
        (
            Outcome(value=0.5, low=0.4, high=0.6, unit="accuracy", text="50% of s1"),
            "50% of s1 (95 % interval 40.0 to 60.0)",
        ),
        (Outcome(value=0.5, unit="accuracy", text="50% of s1"), "50% of s1"),
    ],
)
def test_outcomes(outcome, text):
    assert measures.outcome(outcome, "a") == text


def test_probabilities_are_never_certain():
    assert [measures.probability(p) for p in (0, 0.004, 0.5, 0.994, 1)] == [
        "< 1 %",
        "< 1 %",
        "50 %",
        "> 99 %",
        "> 99 %",
    ]
    assert [measures.budget(s) for s in (0.5, 90, 300, 59.8, 3600)] == [
        "0.5 s",
        "1 min 30 s",
        "5 min",
        "1 min",
        "60 min",
    ]


def test_what_rules_several_causes_out_is_told_once_with_the_odds_of_each():
    proof = explanations.ruled_out("label_noise").evidence
    shared = [replace(explanations.ruled_out(name), evidence=proof) for name in ("label_noise", "concept_shift")]
    alone = explanations.ruled_out("unseen_group")
    text = said(reports.explained(explanations.explanation(causes=(explanations.NAMED, *shared, alone))), width=200)
    assert "label_noise 1:90, concept_shift 1:90: inside val alone 98.5 % are reached" in text
    assert text.count("inside val alone 98.5 % are reached") == 1
    assert "1:22 unseen_group: errors are spread" in text
