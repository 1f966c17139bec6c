import numpy as np
import pytest

from splitaudit.explained import Experiment, Outcome
from splitaudit.explanation.outcomes import Seen, flatten, values
from splitaudit.report import Finding
from tests.explanation.support import done


def finding(severity: str, **more: object) -> Finding:
    return Finding(rule="SA102", name="feature-ks", family="shift", severity=severity, message="m", **more)


@pytest.mark.parametrize(("severity", "grade"), [("ok", 0), ("info", 1), ("warning", 2), ("error", 3)])
def test_a_rule_counts_by_its_severity(severity, grade):
    assert values(flatten([finding(severity)], [])) == {"audit.SA102": grade}


def test_three_times_the_effect_of_an_error_is_graver():
    grades = [
        values(flatten([finding("error", effect=effect)], []))["audit.SA102"] for effect in (0.6, 1.79, 1.81, 5.0)
    ]
    assert grades == [3, 3, 4, 4]


def test_a_warning_for_want_of_groups_counts_by_its_effect():
    grades = [values(flatten([finding("warning", effect=e)], []))["audit.SA102"] for e in (0.3, 0.7, 1.9)]
    assert grades == [2, 3, 4]


def test_what_was_accepted_counts_as_what_it_would_be():
    assert values(flatten([finding("accepted", accepted="warning")], [])) == {"audit.SA102": 2}


@pytest.mark.parametrize("silent", [finding("skipped"), finding("crashed"), finding("ok", decidable=False)])
def test_rules_that_cannot_tell_say_nothing(silent):
    assert flatten([silent], []) == {}


def test_experiments_are_told_by_outcome_and_places_are_left_out():
    align = Experiment(
        name="align",
        status="done",
        outcomes={
            "affine": Outcome(value=0.2, unit="difference of accuracy", text="it comes back"),
            "affine_channel": Outcome(value=1.0, unit="channel"),
        },
    )
    crashed = Experiment(name="panel", status="crashed", reason="no")
    seen = flatten([finding("ok")], [align, crashed, done("relabel", map=0.5)])
    assert list(seen)[:3] == ["audit.SA102", "align.affine", "relabel.map"]
    assert all(key.startswith("repairs.") for key in list(seen)[3:])
    assert seen["align.affine"] == Seen(experiment="align", outcome="affine", value=0.2, text="it comes back")
    assert seen["audit.SA102"].text == "SA102 feature-ks: m"
    assert seen["align.affine"].key == "align.affine"


def test_numbers_are_plain():
    found = values(flatten([], [done("a", x=np.float64(1.5))]))
    assert found == {"a.x": 1.5}
