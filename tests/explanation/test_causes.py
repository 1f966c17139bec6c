"""What every cause promises, and where it says it sits on the splits that plant it."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from splitaudit.explanation import catalog, causes
from splitaudit.explanation.cause import NOWHERE, Case
from splitaudit.explanation.cause_catalog import NAMES, all_causes
from splitaudit.explanation.experiments.put_back import put_back
from splitaudit.explanation.runner import run
from splitaudit.place import Place
from splitaudit.report import Finding
from splitaudit.zoo.cases import make_case
from splitaudit.zoo.world import Truth
from tests.explanation.support import changed, done, healthy, lab_of, level_split, people, relabelled
from tests.support import iid_split

CAUSES = list(all_causes().values())
by_name = pytest.mark.parametrize("cause", CAUSES, ids=NAMES)
EXPERIMENTS = {spec.name: spec for spec in catalog.all_experiments()}


def test_every_file_is_in_the_catalogue():
    folder = Path(causes.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(NAMES)
    assert list(all_causes()) == list(NAMES)
    assert len(NAMES) == 19


@by_name
def test_the_page_has_its_headings_and_what_to_do_is_said_in_sentences(cause):
    found = [line for line in cause.page.splitlines() if line.startswith("## ")]
    assert found == ["## Signature", "## What would decide", "## What to do"]
    assert all(len(section.strip()) > 10 for section in re.split(r"^## .*$", cause.page, flags=re.M)[1:])
    assert cause.title.endswith(".")
    for sentence in (cause.remedy, cause.decides):
        assert sentence.endswith(".")
        assert not sentence.endswith("..")
        assert "  " not in sentence
        assert sentence[0].isupper()


@by_name
def test_what_it_is_recognised_by_is_told_apart(cause):
    assert not {*cause.rises} & {*cause.falls}
    assert len({*cause.rises, *cause.falls}) == len(cause.rises) + len(cause.falls)
    assert cause.rises


def test_no_two_say_the_same():
    assert len({cause.title for cause in CAUSES}) == len(CAUSES)


@by_name
def test_nothing_sits_anywhere_on_a_healthy_split_that_no_rule_speaks_of(cause):
    lab = replace(healthy(), findings={})
    assert cause.locate(Case(lab=lab, experiments={})) == NOWHERE


@by_name
def test_a_place_is_found_whatever_was_asked(cause):
    done_all = {name: done(name, lost_channel=1, best_channel=2, flipped_channel=0) for name in EXPERIMENTS}
    for lab in (healthy(), lab_of(*iid_split(1, n_train=30, n_val=12, t=8, c=3), rules=("SA101", "SA207", "SA306"))):
        assert isinstance(cause.locate(Case(lab=lab, experiments={})), Place)
        assert isinstance(cause.locate(Case(lab=lab, experiments=done_all)), Place)


@cache
def located(name: str, cause: str, rules: tuple[str, ...], experiment: str = "") -> tuple[Place, Truth]:
    planted = make_case(name, 0)
    lab = lab_of(planted.train, planted.val, rules=rules)
    spec = EXPERIMENTS.get(experiment)
    found = {} if spec is None else {experiment: run(spec, lab)}
    return all_causes()[cause].locate(Case(lab=lab, experiments=found)), planted.truth


@pytest.mark.parametrize(
    ("case", "cause", "rules", "experiment"),
    [
        ("tones/target_leak/severe", "target_leak", ("SA306",), ""),
        ("tones/target_leak/severe", "target_leak", (), "drop-channel"),
        ("tones/shortcut_channel/severe", "shortcut_in_train", ("SA307",), ""),
        ("tones/shortcut_channel/severe", "shortcut_in_train", (), "drop-channel"),
        ("tones/rescaled_channels/moderate", "normalization_mismatch", ("SA201", "SA205"), ""),
        ("tones/other_unit/moderate", "normalization_mismatch", ("SA201", "SA205"), ""),
        ("tones/permuted_channels/moderate", "channel_mismatch", ("SA207",), ""),
        ("tones/flipped_channels/severe", "channel_mismatch", ("SA207",), ""),
        ("tones/smoothed_val/severe", "covariate_shift", ("SA101", "SA103"), ""),
    ],
)
def test_the_channels_are_those_that_were_spoiled(case, cause, rules, experiment):
    found, truth = located(case, cause, rules, experiment)
    assert set(found.channels) == set(truth.channels)


@pytest.mark.parametrize(
    ("case", "cause", "rules"),
    [
        ("tones/other_concept/severe", "concept_shift", ("SA503", "SA507")),
        ("tones/other_concept/severe", "concept_shift", ()),
        ("tones/strange_subject/severe", "unseen_group", ("SA105",)),
        ("tones/shared_subjects/moderate", "leakage_group", ("SA304",)),
    ],
)
def test_the_groups_are_those_that_were_spoiled(case, cause, rules):
    found, truth = located(case, cause, rules)
    assert set(found.groups) <= set(truth.groups)
    assert len(found.groups) >= 0.8 * len(truth.groups)
    assert np.isin(found.val_windows, truth.val_windows).mean() > 0.8


@pytest.mark.parametrize(
    ("case", "cause", "rules"),
    [
        ("tones/copied_windows/moderate", "leakage_duplicates", ("SA301",)),
        ("tones/near_copies/moderate", "leakage_near_duplicates", ("SA302",)),
        ("tones/overlapping_split/moderate", "leakage_overlap", ("SA303",)),
        ("tones/unseen_label/severe", "label_shift", ("SA501", "SA502")),
    ],
)
def test_the_windows_are_those_that_were_spoiled(case, cause, rules):
    found, truth = located(case, cause, rules)
    assert set(found.val_windows) == set(truth.val_windows.tolist())
    assert found.n_val_windows == len(truth.val_windows)


def test_wrong_labels_are_named_by_window():
    found, truth = located("tones/flipped_labels/severe", "label_noise", ("SA505",))
    assert np.isin(found.train_windows, truth.train_windows).mean() > 0.7
    assert np.isin(found.val_windows, truth.details["val_windows"]).mean() > 0.7
    assert found.n_train_windows > len(truth.train_windows) / 2


def test_one_flipped_channel_is_named_where_no_rule_saw_it():
    train, val = level_split(1)
    lab = lab_of(train, changed(val, val.X * np.array([1, -1, 1])))
    case = Case(lab=lab, experiments={"put-back": run(put_back, lab)})
    assert all_causes()["channel_mismatch"].locate(case) == Place(channels=(1,))


def finding(rule: str, severity: str, **where: object) -> Finding:
    return Finding(rule=rule, name=rule, family="x", severity=severity, message="", where=Place(**where))


def test_the_gravest_finding_that_has_a_place_gives_it():
    findings = [
        finding("SA1", "warning", channels=("a",)),
        finding("SA2", "error", channels=("b",)),
        finding("SA3", "error", channels=("c",)),
        finding("SA4", "skipped", channels=("d",)),
        finding("SA5", "error"),
    ]
    case = Case(lab=replace(healthy(), findings={f.rule: f for f in findings}), experiments={})
    assert case.place_of("SA1", "SA2", "SA3").channels == ("b",)
    assert case.place_of("SA3", "SA2").channels == ("c",)  # of equals the first that was asked for
    assert case.place_of("SA1", "SA5").channels == ("a",)
    assert case.place_of("SA4", "SA5", "SA9") == NOWHERE
    assert case.place_of() == NOWHERE


def test_a_channel_is_named_as_the_user_names_it():
    named = replace(people()[0], channels=("ax", "ay", "az")), replace(people()[1], channels=("ax", "ay", "az"))
    experiments = {"drop-channel": done("drop-channel", best_channel=2)}
    case = Case(lab=lab_of(*named), experiments=experiments)
    assert case.channel("drop-channel", "best_channel") == ("az",)
    assert case.channel("drop-channel", "nothing") == ()
    assert case.channel("align", "affine_channel") == ()
    assert Case(lab=healthy(), experiments=experiments).channel("drop-channel", "best_channel") == (2,)


def test_the_worst_groups_are_those_far_below_train():
    train, val = people()
    odd = val.groups == val.groups.max()
    spoiled = relabelled(val, np.where(odd, (val.y + 1) % 3, val.y))
    found = Case(lab=lab_of(train, spoiled), experiments={}).worst_groups()
    assert found.groups == (val.group_names[val.groups.max()],)
    assert found.val_windows == tuple(np.flatnonzero(odd).tolist())
    assert found.n_val_windows == odd.sum()
    assert Case(lab=lab_of(train, val), experiments={}).worst_groups() == NOWHERE
    assert Case(lab=lab_of(*iid_split(2, n_train=60, n_val=40, t=16)), experiments={}).worst_groups() == NOWHERE


def test_windows_of_the_worst_groups_are_rows_of_the_input():
    train, val = people()
    odd = val.groups == val.groups.max()
    X = val.X.copy()
    X[:7, 3] = np.nan  # set aside before the audit
    spoiled = relabelled(changed(val, X), np.where(odd, (val.y + 1) % 3, val.y))
    found = Case(lab=lab_of(train, spoiled), experiments={}).worst_groups()
    assert set(found.val_windows) == set(np.flatnonzero(odd & (np.arange(len(val)) >= 7)).tolist())
