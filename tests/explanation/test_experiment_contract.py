"""What every experiment promises, whatever it changes."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from splitaudit.data.split import Split
from splitaudit.data.training import Training
from splitaudit.errors import NotApplicable
from splitaudit.explained import STATUSES, Experiment
from splitaudit.explanation import catalog, experiments
from splitaudit.explanation.cause_catalog import all_causes
from splitaudit.explanation.experiment import ExperimentSpec, experiment
from splitaudit.explanation.lab import Lab
from splitaudit.explanation.outcomes import flatten
from splitaudit.explanation.runner import run
from splitaudit.models import probe
from splitaudit.rules import catalog as rules
from tests.explanation.support import LEAKS, SHIFTS, image_split, lab_of, relabelled
from tests.support import grouped_split, iid_split

EXPERIMENTS = catalog.all_experiments()
RULES = (*LEAKS, *SHIFTS, "SA207", "SA505")
by_name = pytest.mark.parametrize("spec", EXPERIMENTS, ids=[spec.name for spec in EXPERIMENTS])


def small(**settings: int) -> tuple[Split, Split]:
    return iid_split(1, **{"n_train": 60, "n_val": 40, "t": 16, **settings})


def named_split() -> tuple[Split, Split]:
    return grouped_split(2, n_train=6, n_val=3, per_group=14, t=16)


def without_a_class() -> tuple[Split, Split]:
    train, val = small()
    return train.take(train.y < 2), val.take(val.y > 0)


ODD = {
    "groups": named_split,
    "one group in val": lambda: grouped_split(3, n_train=5, n_val=1, per_group=16, t=16),
    "images": image_split,
    "one channel of six steps": lambda: small(t=6, c=1),
    "one step": lambda: small(t=1),
    "thirty windows": lambda: small(n_train=20, n_val=10),
    "each side lacks a class": without_a_class,
    "constant": lambda: tuple(side.with_X(np.zeros_like(side.X)) for side in small()),
}


@pytest.fixture(scope="module", autouse=True)
def _small_probe():
    """What is promised here is promised of any probe, so a quick one will do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "N_TREES", 8)
        yield


def lab(sides: tuple[Split, Split]) -> Lab:
    return lab_of(*sides, rules=RULES, training=Training(observed=0.6))


@cache
def ran(name: str) -> dict[str, Experiment]:
    """Every experiment on one lab, in the order of the catalogue."""
    shared = lab(ODD[name]())
    return {spec.name: run(spec, shared) for spec in EXPERIMENTS}


def test_every_file_is_in_the_catalogue():
    folder = Path(experiments.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(catalog.MODULES)
    assert [spec.name.replace("-", "_") for spec in EXPERIMENTS] == list(catalog.MODULES)
    assert len(set(catalog.MODULES)) == len(catalog.MODULES)


def test_the_first_tells_how_things_stand():
    assert EXPERIMENTS[0].name == "cross-validation"


@by_name
def test_the_page_opens_with_a_question_and_has_its_headings(spec):
    opening = spec.page.split("\n\n")[0]
    assert opening.endswith("?")
    assert spec.question == opening.splitlines()[0]
    found = [line for line in spec.page.splitlines() if line.startswith("## ")]
    assert found in (["## How", "## Outcomes", "## Limits"], ["## How", "## Outcomes", "## Limits", "## References"])
    assert all(len(section.strip()) > 20 for section in re.split(r"^## .*$", spec.page, flags=re.M)[1:])


@by_name
def test_outcomes_are_those_of_the_page_and_speak_for_themselves(spec):
    done = ran("groups")[spec.name]
    assert done.status == "done", done.reason
    section = spec.page.split("## Outcomes")[1].split("## ")[0]
    promised = set(re.findall(r"``(\w+)``", section))
    assert promised
    assert promised <= set(done.outcomes)
    assert done.summary
    for name, outcome in done.outcomes.items():
        assert outcome.unit, name
        assert outcome.text or outcome.unit in ("channel", "accuracy"), name
        assert "nan" not in outcome.text


@by_name
@pytest.mark.parametrize("name", ODD)
def test_odd_splits_give_finite_numbers_or_a_reason(spec, name):
    done = ran(name)[spec.name]
    assert done.status in ("done", "not applicable"), done.reason
    assert bool(done.reason) == (done.status == "not applicable")
    assert bool(done.outcomes) == (done.status == "done")
    for key, outcome in done.outcomes.items():
        numbers = [outcome.value] + [bound for bound in (outcome.low, outcome.high) if bound is not None]
        assert np.isfinite(numbers).all(), key
        assert numbers == [float(number) for number in numbers]
        if outcome.low is not None and outcome.high is not None:
            assert outcome.low <= outcome.value <= outcome.high, key
        if outcome.unit == "accuracy":
            assert 0 <= outcome.value <= 1, key


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("groups", set()),
        ("one group in val", {"separation"}),
        ("images", {"put-back"}),
        ("one channel of six steps", {"truncate", "drop-channel"}),
        ("thirty windows", set()),
    ],
)
def test_what_can_be_done_is_done(name, left_out):
    assert {key for key, done in ran(name).items() if done.status != "done"} == left_out


def test_causes_are_recognised_by_outcomes_that_are_measured():
    codes = {f"audit.{rule.code}" for rule in rules.all_rules()}
    known = codes | set(flatten([], ran("groups").values()))
    for cause in all_causes().values():
        assert {*cause.rises, *cause.falls, *filter(None, [cause.costs])} <= known, cause.name


def one_class(train: Split, val: Split) -> tuple[Split, Split]:
    return relabelled(train, np.zeros(len(train))), val


@by_name
@pytest.mark.parametrize("sides", [one_class(*small()), one_class(*small())[::-1], small(n_train=4, n_val=4)])
def test_what_cannot_be_classified_is_not_applicable(spec, sides):
    done = run(spec, lab_of(*sides, training=Training(observed=0.6)))
    if spec.name == "separation":  # which looks at signals alone
        assert done.status in ("done", "not applicable")
        return
    assert done.status == "not applicable"
    assert "of which nothing can be learned" in done.reason


@by_name
def test_alone_an_experiment_finds_the_same_and_the_input_is_untouched(spec):
    train, val = named_split()
    before = [(side.X.copy(), side.y.copy()) for side in (train, val)]
    alone, among_others = run(spec, lab((train, val))), ran("groups")[spec.name]
    assert alone.status == "done"
    assert alone.outcomes == among_others.outcomes
    assert alone.summary == among_others.summary
    for side, (X, y) in zip((train, val), before, strict=True):
        assert np.array_equal(side.X, X)
        assert np.array_equal(side.y, y)


def test_costs_are_what_a_plan_needs():
    assert all(spec.fits >= 0 and spec.passes >= 0 for spec in EXPERIMENTS)
    assert sum(spec.fits for spec in EXPERIMENTS) < 100


def broken(_: Lab):
    """Is this a question?"""
    raise RuntimeError("out\nof  luck")


def unfit(_: Lab):
    """Is this one?"""
    raise NotApplicable("there is no moon")


def test_one_that_breaks_is_crashed_and_one_that_does_not_fit_says_why():
    shared = lab_of(*small())
    crashed = run(experiment()(broken), shared)
    assert (crashed.name, crashed.status) == ("broken", "crashed")
    assert crashed.reason == "RuntimeError: out of luck"
    left = run(experiment(fits=2)(unfit), shared)
    assert (left.status, left.reason) == ("not applicable", "there is no moon")
    assert crashed.outcomes == left.outcomes == {}
    assert {crashed.status, left.status} <= set(STATUSES)
    assert min(crashed.seconds, left.seconds) >= 0


def test_the_decorator_makes_the_name_and_takes_the_costs():
    def two_words(_: Lab):
        raise NotApplicable("never run")

    spec = experiment(fits=2, passes=1)(two_words)
    assert isinstance(spec, ExperimentSpec)
    assert (spec.name, spec.fits, spec.passes) == ("two-words", 2, 1)
    assert replace(spec, page="One?\n\nTwo.").question == "One?"


def test_every_experiment_has_a_stream_of_its_own():
    shared = lab_of(*small())
    draws = [shared.of(f"experiment {name}").rng.random() for name in ("align", "panel", "align")]
    assert draws[0] == draws[2] != draws[1]
