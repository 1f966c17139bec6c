"""The one policy: from a measurement to a severity."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitaudit.evidence import Evidence
from splitaudit.judge import UNGROUPED, judge
from splitaudit.rules import catalog

RULE = replace(catalog.find("SA201"), warn=0.1, error=0.5, effect="train sd")
RANK = {"ok": 0, "info": 1, "warning": 2, "error": 3}


def judged(effect, adjusted, visible=None, alpha=0.05, rule=RULE):
    return judge(rule, Evidence(effect=effect, summary="It is so", smallest_visible=visible), adjusted, alpha)


@pytest.mark.parametrize(
    ("effect", "adjusted", "severity"),
    [
        (0.5, 0.05, "error"),
        (0.499, 0.05, "warning"),
        (0.1, 1e-9, "warning"),
        (0.099, 1e-9, "info"),
        (0.0, 0.0, "info"),
        (math.inf, 0.01, "error"),
        (9.0, 0.051, "ok"),
        (0.1, 1.0, "ok"),
        (0.0, 1.0, "ok"),
        # facts need no p-value
        (0.5, None, "error"),
        (0.2, None, "warning"),
        (0.099, None, "ok"),
        (0.0, None, "ok"),
    ],
)
def test_large_and_beyond_chance(effect, adjusted, severity):
    found = judged(effect, adjusted)
    assert (found.severity, found.decidable) == (severity, True)
    assert bool(found.note) == (severity == "info")


def test_small_effects_beyond_chance_are_told_as_such():
    assert judged(0.05, 1e-6).note == "beyond chance, but too small to matter"


def test_the_level_is_that_of_the_run():
    assert judged(0.3, 0.04, alpha=0.01).severity == "ok"
    assert judged(0.3, 0.2, alpha=0.2).severity == "warning"


@pytest.mark.parametrize("effect", [0.0, 0.05, 9.0])
def test_a_blind_sample_cannot_tell_whatever_it_measured(effect):
    found = judged(effect, 0.3, visible=1.234)
    assert (found.severity, found.decidable) == ("info", False)
    assert found.note == "cannot tell: the smallest effect visible here is 1.2 train sd"


def test_a_sample_that_could_show_nothing_says_so():
    found = judged(0.0, 1.0, visible=math.inf)
    assert (found.severity, found.decidable) == ("info", False)
    assert found.note.startswith("cannot tell: no effect")
    assert "inf" not in found.note


def test_what_would_be_an_error_is_what_must_be_visible():
    assert judged(0.0, 0.3, visible=0.5) == judged(0.0, 0.3)
    assert judged(0.0, 0.3, visible=0.3).severity == "ok"
    assert not judged(0.0, 0.3, visible=0.51).decidable


@pytest.mark.parametrize("adjusted", [None, 0.01])
def test_what_was_found_is_judged_even_where_little_is_visible(adjusted):
    assert judged(0.7, adjusted, visible=5.0) == judged(0.7, adjusted)
    assert judged(0.7, adjusted).severity == "error"


@pytest.mark.parametrize(("effect", "pvalue"), [(math.nan, None), (0.1, math.nan), (0.1, -0.01), (0.1, 1.01)])
def test_what_is_no_measurement_cannot_be_judged(effect, pvalue):
    with pytest.raises(ValueError, match=r"the effect is NaN|expected a probability"):
        Evidence(effect=effect, summary="It is so", pvalue=pvalue)


def test_thresholds_of_the_rule_in_force_count():
    assert judged(0.3, 0.01, rule=RULE.tuned(warn=0.4)).severity == "info"
    assert judged(0.3, 0.01, rule=RULE.tuned(error=0.3)).severity == "error"


def test_an_error_takes_more_where_nothing_says_which_windows_belong_together():
    cautious = replace(RULE, error_ungrouped=0.9)

    def severities(rule, ungrouped):
        found = (
            judge(rule, Evidence(effect=e, summary="So"), 0.01, 0.05, ungrouped=ungrouped) for e in (0.3, 0.6, 0.9)
        )
        return [(each.severity, each.note) for each in found]

    plain = [("warning", ""), ("error", ""), ("error", "")]
    assert severities(cautious, False) == severities(RULE, True) == plain
    assert severities(cautious, True) == [("warning", ""), ("warning", UNGROUPED), ("error", "")]
    assert severities(cautious.tuned(error_ungrouped=0.5), True) == plain
    assert severities(cautious.tuned(error=1.0), True) == [("warning", "")] * 3


def test_a_large_share_of_a_slight_difference_is_no_error_of_units_that_were_guessed():
    slight = Evidence(effect=0.9, summary="It is so", slight=True)
    assert judge(RULE, slight, 0.01, 0.05).severity == "error"
    found = judge(RULE, slight, 0.01, 0.05, ungrouped=True)
    assert (found.severity, found.note) == ("warning", UNGROUPED)


effects = st.floats(0, 2)
chances = st.none() | st.floats(0, 1)


@given(first=effects, second=effects, adjusted=chances, visible=st.none() | st.floats(0, 2))
def test_a_larger_effect_is_never_judged_less_grave(first, second, adjusted, visible):
    low, high = (judged(effect, adjusted, visible) for effect in sorted((first, second)))
    assert RANK[low.severity] <= RANK[high.severity]


@given(effect=effects, first=st.floats(0, 1), second=st.floats(0, 1))
def test_less_chance_is_never_judged_less_grave(effect, first, second):
    likely, unlikely = (judged(effect, p) for p in (max(first, second), min(first, second)))
    assert RANK[likely.severity] <= RANK[unlikely.severity]
