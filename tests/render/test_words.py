"""Words and numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitaudit.place import Place
from splitaudit.render import words
from splitaudit.report import Units
from tests.render import reports


@given(st.text(st.characters(), max_size=60))
def test_nothing_visible_steers_a_terminal(text):
    shown = words.visible(text)
    assert "\x1b" not in shown
    assert "\n" not in shown
    shown.encode("utf-8")  # no lone surrogate is left
    assert words.visible(text, ascii_only=True).isascii()


def test_what_is_hidden_is_shown_as_an_escape():
    assert words.visible("a\x1b[31m\n\u202eb\x00") == r"a\x1b[31m\n\u202eb\x00"
    assert words.visible("Größe 3 × 4 … µ", ascii_only=True) == r"Gr\xf6\xdfe 3 x 4 ... u"
    assert words.visible("Größe ☃") == "Größe ☃"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (7352, "7,352"),
        (0.123456, "0.123"),
        (1234.5, "1,234"),
        (1.5e9, "1.5e+09"),
        (2e-7, "2e-07"),
    ],
)
def test_numbers(value, text):
    assert words.number(value) == text


def test_effects_carry_their_unit_and_the_threshold_they_crossed():
    assert words.effect(reports.FEATURE_KS) == "2.4 Wasserstein distance in train sd (error from 0.6)"
    assert words.effect(reports.DUPLICATES) == "1.5 % of validation windows (warning from 0.01 %)"
    assert words.effect(replace(reports.DUPLICATES, severity="ok")) == "1.5 % of validation windows"
    accepted = replace(reports.DUPLICATES, severity="accepted", accepted="warning")
    assert words.effect(accepted).endswith("(warning from 0.01 %)")
    assert words.effect(replace(reports.FEATURE_KS, effect=None)) == ""
    any_at_all = replace(reports.DUPLICATES, thresholds=(1e-9, 0.05))
    assert words.effect(any_at_all) == "1.5 % of validation windows (warning however little)"


def test_p_values():
    assert words.p_value(reports.FEATURE_KS) == "p = 2e-05 (adjusted)"
    assert words.p_value(replace(reports.FEATURE_KS, p_value=0.0)) == "p < 1e-12 (adjusted)"
    assert words.p_value(reports.DUPLICATES) == ""


def where(**place):
    return words.place(replace(reports.UNIT_CHANGE, where=Place(**place)), reports.report())


def test_places():
    assert where() == ""
    assert where(channels=("x", "y"), timesteps=(0, 8)) == "x, y · steps 0–7"
    assert where(channels=(3,), timesteps=(5, 6)) == "channel 3 · step 5"
    assert where(channels=tuple(range(9))) == "channels 0, 1, 2, 3, 4, 5, … (9 in all)"
    assert where(groups=("s1",)) == "group s1"
    assert where(val_windows=(4,), n_val_windows=1) == "val window 4"
    assert where(train_windows=(1, 2, 3, 9), n_train_windows=4) == "train windows 1–3, 9"
    assert where(val_windows=tuple(range(200)), n_val_windows=200) == "all val windows"
    assert where(val_windows=tuple(range(90)), n_val_windows=90) == "val windows 0–89 (90)"


def test_places_that_no_rule_makes():
    assert where(channels=(), timesteps=(), groups=()) == ""
    assert where(timesteps=(4, 4)) == ""
    assert where(n_val_windows=1) == "1 val window"
    assert where(n_train_windows=3) == "3 train windows"
    assert where(val_windows=(4, 5)) == "val windows 4–5"
    assert where(val_windows=(4,), n_val_windows=0) == "val window 4"


def test_of_many_windows_the_first_and_how_many():
    many = where(train_windows=tuple(range(0, 300, 3)), n_train_windows=100)
    assert many == "train windows 0, 3, 6, 9, 12, … (100 in all)"
    cut = where(train_windows=tuple(range(50)), n_train_windows=77)
    assert cut == "train windows 0–49, … (77 in all)"


def test_runs_ignore_order_and_repetition():
    assert list(words.runs([5, 1, 2, 2, 3, 9])) == [(1, 3), (5, 5), (9, 9)]
    assert list(words.runs([])) == []


def test_classes_are_compact():
    assert words.contents(reports.side("train")) == "2 classes (level: 210, stairs: 190); 10 groups; with time"
    many = reports.side("train", classes={f"c{i}": 3 + i for i in range(30)}, n_groups=None, has_time=False)
    assert words.contents(many) == "30 classes of 3 to 32 windows (largest: c29); no groups; no time"
    assert words.contents(reports.side("train", label_kind="none", classes={})).startswith("no labels")
    absent = reports.side("train", classes={"a": 5, "b": 0}, n_groups=1)
    assert words.contents(absent) == "1 class (a: 5); 1 group; with time"


def test_images_have_their_size():
    assert "images of 8 × 6 × 3" in words.size(reports.side("train", image=(8, 6, 3)))


def test_few_units_say_what_they_cannot():
    few = words.units(Units(kind="group", train=5, val=3, how="groups given", floor=1 / 56))
    assert few == "5 + 3 groups (groups given); exchanging so few cannot give p below 0.0179"
    assert "below" not in words.units(Units(kind="window", train=500, val=300, how="x", floor=1e-200))


def test_the_three_slowest_rules():
    assert words.timing(reports.report()) == "2.5 s; slowest: SA101 1.2 s, SA102 0.80 s, SA301 0.05 s"
    assert words.timing(replace(reports.report(), timings={})) == ""


def test_long_names_are_shortened_in_the_middle():
    assert len(words.short("x" * 500)) == words.MAX_NAME
    assert words.short("accel_x") == "accel_x"
