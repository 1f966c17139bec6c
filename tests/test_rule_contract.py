"""What every rule promises, whatever it measures."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import splitaudit
from splitaudit.audit import Settings, audit
from splitaudit.data.split import make_split
from splitaudit.errors import ConfigError
from splitaudit.rules import catalog
from tests.rules.training.runs import healthy
from tests.support import grouped_split, iid_split, run

RULES = catalog.all_rules()
HEADINGS = [
    "## What it measures",
    "## Why it matters",
    "## How it is decided",
    "## What to do",
    "## Limits",
    "## References",
]
by_code = pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])


def test_codes_and_names_are_unique_and_sorted():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(codes)
    assert len(set(codes)) == len(codes)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_file_is_in_the_catalogue():
    folder = Path(splitaudit.__file__).parent / "rules"
    files = {f"{path.parent.name}.{path.stem}" for path in folder.glob("*/*.py") if not path.stem.startswith("_")}
    assert files == set(catalog.MODULES)


@by_code
def test_page_has_its_headings_in_order(rule):
    found = [line for line in rule.page.splitlines() if line.startswith("## ")]
    assert found == HEADINGS
    assert rule.title.endswith(".")
    sections = re.split(r"^## .*$", rule.page, flags=re.M)[1:]
    assert all(len(section.strip()) > 20 for section in sections[:-1])


@by_code
def test_thresholds_and_words(rule):
    assert 0 < rule.warn <= rule.error
    assert rule.remedy.endswith(".")
    assert rule.effect
    assert rule.fires_on


@by_code
def test_unknown_options_are_refused(rule):
    with pytest.raises(ConfigError, match="has no option 'wrong'"):
        rule.tuned(wrong=1)


@by_code
@pytest.mark.parametrize("make", [iid_split, grouped_split])
def test_quiet_on_clean_data_and_the_input_is_untouched(rule, make):
    train, val = make(11)
    before = train.X.copy(), val.X.copy()
    found = run(rule, train, val, training=healthy(val))
    # alone, a rule that infers may say 0.04 once in twenty; errors need what is left after Holm over the run
    assert found.severity in ("ok", "info", "skipped") or (found.p_value or 0) > 0.002, found.message
    assert found.message
    assert np.array_equal(before[0], train.X)
    assert np.array_equal(before[1], val.X)


@by_code
def test_same_seed_same_finding(rule):
    train, val = grouped_split(12)
    training = healthy(val)
    assert run(rule, train, val, seed=4, training=training) == run(rule, train, val, seed=4, training=training)


@by_code
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 16, 2), (2, 3, 1), (4, 40, 2)])
def test_tiny_input_never_crashes_a_rule(rule, shape):
    rng = np.random.default_rng(13)
    train, val = (
        make_split(
            rng.normal(size=shape),
            rng.integers(0, 2, shape[0]),
            groups=np.arange(shape[0]) + k,
            time=np.arange(shape[0]),
        )
        for k in (0, 100)
    )
    found = run(rule, train, val, training=healthy(val))
    assert found.severity != "crashed", found.message


@by_code
def test_needs_unmet_are_skipped_with_the_reason(rule):
    train, val = iid_split(14)
    bare = [replace(side, y=None, classes=(), label_kind="none") for side in (train, val)]
    found = run(rule, *bare, training=healthy(val))
    assert found.severity != "crashed", found.message
    if "labels" in rule.needs or "groups" in rule.needs or "time" in rule.needs:
        assert found.severity == "skipped"
        assert "there is no" in found.message or "there are no" in found.message


def test_rules_on_the_training_are_skipped_with_one_reason_where_nothing_is_known_of_it():
    found = [run(rule, *iid_split(14)) for rule in RULES if rule.code.startswith("SA7")]
    assert {each.severity for each in found} == {"skipped"}
    (reason,) = {each.message for each in found}
    assert reason == "no history or predictions given"


def test_a_whole_report_is_json_and_the_same_twice():
    train, val = grouped_split(15)
    first, second = (audit(train, val, Settings(random_state=1), training=healthy(val)).to_dict() for _ in range(2))
    first.pop("timings"), second.pop("timings")
    assert json.dumps(first, allow_nan=False) == json.dumps(second, allow_nan=False)
    assert len(first["findings"]) == len(RULES)


def test_other_seeds_keep_the_verdict():
    train, val = grouped_split(16)
    assert {audit(train, val, Settings(random_state=seed)).verdict.status for seed in range(3)} == {"pass"}


def test_a_rule_keeps_its_numbers_when_others_are_left_out():
    train, val = grouped_split(17)
    whole, alone = (audit(train, val, Settings(select=select)) for select in ((), ("SA101",)))
    assert whole.finding("SA101").statistic == alone.finding("SA101").statistic


def test_a_crashing_rule_is_reported_and_the_others_go_on():
    def broken(train, val, ctx):
        raise RuntimeError("out of luck")

    train, val = iid_split(18)
    found = run(replace(RULES[0], measure=broken, params={}), train, val)
    assert found.severity == "crashed"
    assert "RuntimeError: out of luck" in found.message
