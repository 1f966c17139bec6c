"""The explanation in the JSON contract, there and back."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitaudit import explained
from splitaudit.errors import ConfigError
from splitaudit.explained import STATUSES, Cause, Ceiling, Outcome, Proof
from splitaudit.place import Place
from splitaudit.render.json import from_dict, render, schema, to_dict
from tests.render import explanations, reports

EVERY = [
    reports.explained(),
    reports.explained(explanations.undecided()),
    reports.explained(explanations.nothing_known()),
    reports.hostile_explained(),
]
SHARES = st.floats(0, 1) | st.just(math.nan)
MAYBE = st.none() | st.floats(-1, 1)


def valid(content: object) -> None:
    jsonschema.Draft202012Validator(schema()).validate(content)


@pytest.mark.parametrize("report", EVERY)
def test_explanations_built_by_hand_follow_the_schema(report):
    valid(to_dict(report))


def test_keys_of_the_contract():
    content = to_dict(reports.explained())["explanation"]
    assert content.keys() == {
        "ceiling", "causes", "experiments", "curves", "slices", "parts", "ladder", "not_run",
        "summary", "undecided", "partial", "budget",
    }  # fmt: skip
    assert content["ceiling"].keys() == {
        "value", "low", "high", "observed", "chance", "learners", "agreement", "text"
    }  # fmt: skip
    cause = content["causes"][0]
    assert list(cause) == ["cause", "title", "probability", "status", "where", "evidence", "remedy", "effect"]
    assert cause["cause"] == "normalization_mismatch"
    assert cause["where"]["channels"] == ["gyro_z"]
    assert cause["evidence"][0].keys() == {"experiment", "outcome", "likelihood_ratio", "text"}
    experiment = content["experiments"][1]
    assert experiment.keys() == {"name", "status", "seconds", "outcomes", "summary", "reason"}
    assert experiment["outcomes"]["gap"] == {
        "value": 0.228, "low": 0.18, "high": 0.275, "unit": "difference of accuracy", "text": "above val"
    }  # fmt: skip
    assert content["curves"][0]["epochs"][:3] == [1, 2, 3]
    assert content["ladder"]["rows"][0]["configuration"] == "16 units"
    assert to_dict(reports.explained(replace(explanations.explanation(), ladder=None)))["explanation"]["ladder"] is None


def test_keys_that_the_contract_promises_are_the_fields():
    defined = schema()["$defs"]
    for name, kind in (
        ("explanation", explained.Explanation),
        ("ceiling", explained.Ceiling),
        ("experiment", explained.Experiment),
        ("learning_curve", explained.LearningCurve),
        ("slice", explained.ErrorSlice),
        ("ladder", explained.Ladder),
    ):
        assert set(defined[name]["properties"]) == set(kind.__dataclass_fields__)
    assert set(defined["cause"]["properties"]) == set(Cause.__dataclass_fields__) - {"name"} | {"cause"}
    assert tuple(defined["experiment"]["properties"]["status"]["enum"]) == STATUSES


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("causes", 0, "probability"), 1.2),
        (("causes", 0, "status"), "likely"),
        (("causes", 0, "cause"), "Label Noise"),
        (("causes", 0, "where"), {}),
        (("causes", 0, "evidence", 0, "likelihood_ratio"), -1),
        (("experiments", 0, "status"), "ok"),
        (("experiments", 0, "outcomes", "val"), 0.5),
        (("ceiling", "value"), 76.0),
        (("ceiling",), 0.76),
        (("slices", 0, "kind"), "colour"),
        (("curves", 0, "val_accuracy"), [76.0]),
        (("ladder", "rows", 0, "epochs"), -1),
        (("partial",), None),
    ],
)
def test_the_schema_refuses_what_is_no_explanation(path, value):
    content = to_dict(reports.explained())
    at = content["explanation"]
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        valid(content)


@pytest.mark.parametrize("report", EVERY)
def test_there_and_back(report):
    content = json.loads(render(report))
    back = from_dict(content)
    assert to_dict(back) == to_dict(report) == content


def test_what_comes_back_is_the_same_data():
    for explanation in (explanations.explanation(), explanations.undecided()):
        assert from_dict(json.loads(render(reports.explained(explanation)))).explanation == explanation


def test_numbers_that_are_not_known_are_null_and_come_back():
    ceiling = Ceiling(value=math.nan, low=0.1, high=math.nan, observed=None, learners={"lstm": math.nan})
    curve = explanations.learning_curve(n=2, val_accuracy=(math.nan, 0.5))
    content = to_dict(reports.explained(explanations.explanation(ceiling=ceiling, curves=(curve,))))
    assert content["explanation"]["ceiling"]["value"] is None
    assert content["explanation"]["ceiling"]["learners"] == {"lstm": None}
    assert content["explanation"]["curves"][0]["val_accuracy"] == [None, 0.5]
    back = from_dict(content).explanation
    assert math.isnan(back.ceiling.value)
    assert math.isnan(back.ceiling.high)
    assert back.ceiling.observed is None
    assert math.isnan(back.ceiling.learners["lstm"])
    assert math.isnan(back.curves[0].val_accuracy[0])


@settings(deadline=None, max_examples=40)  # a busy machine is no failure
@given(
    st.builds(
        Cause,
        name=st.from_regex(r"[a-z0-9_]+", fullmatch=True),
        title=st.text(),
        probability=SHARES,
        status=st.sampled_from(["named", "possible", "ruled out"]),
        where=st.builds(Place, channels=st.lists(st.text() | st.integers(0, 9)).map(tuple)),
        evidence=st.lists(
            st.builds(
                Proof, experiment=st.text(), outcome=st.text(), likelihood_ratio=st.floats(0, 1e9), text=st.text()
            ),
            max_size=2,
        ).map(tuple),
        effect=MAYBE,
    ),
    st.builds(Outcome, value=MAYBE.map(lambda v: math.nan if v is None else v), low=MAYBE, high=MAYBE, unit=st.text()),
)
def test_any_cause_and_outcome_come_back(cause, outcome):
    experiment = replace(explanations.EXPERIMENTS[0], outcomes={"a": outcome})
    report = reports.explained(explanations.explanation(causes=(cause,), experiments=(experiment,)))
    content = json.loads(render(report))
    valid(content)
    assert to_dict(from_dict(content)) == content


def test_keys_that_a_later_version_adds_are_ignored():
    content = to_dict(reports.explained())
    explanation = content["explanation"]
    for at in (explanation, explanation["ceiling"], explanation["causes"][0], explanation["ladder"]["rows"][0]):
        at["colour"] = 3
    assert to_dict(from_dict(content)) == to_dict(reports.explained())


@pytest.mark.parametrize("change", [{"causes": 3}, {"causes": [{}]}, {"ceiling": [1]}, {"experiments": [{"name": 1}]}])
def test_what_is_no_explanation_is_refused_in_a_sentence(change):
    content = to_dict(reports.explained())
    content["explanation"].update(change)
    with pytest.raises(ConfigError, match=r"^report: "):
        from_dict(content)
