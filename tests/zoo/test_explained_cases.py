from collections import Counter

import numpy as np
import pytest

from splitaudit.data.split import comparable
from splitaudit.errors import ConfigError
from splitaudit.zoo import explained_cases as zoo
from splitaudit.zoo.bases import BASES
from splitaudit.zoo.cases import SEVERITIES
from splitaudit.zoo.world import Planted

CAUSES = {
    "healthy",
    "label_noise",
    "uninformative_window",
    "insufficient_data",
    "unseen_group",
    "covariate_shift",
    "normalization_mismatch",
    "channel_mismatch",
    "concept_shift",
    "label_shift",
    "unshuffled_split",
    "leakage_duplicates",
    "leakage_near_duplicates",
    "leakage_overlap",
    "leakage_group",
    "shortcut_in_train",
    "target_leak",
    "majority_ceiling",
    "model_fault",
}
NAMES = zoo.explained_cases()
SINGLES = [name for name in NAMES if name.split("/")[0] in BASES]
# every flaw once, at bases and severities in turn
EACH = [
    found[number % len(found)]
    for number, flaw in enumerate(zoo.explained_flaws())
    for found in [[name for name in SINGLES if f"/{flaw}/" in name]]
]


def same(first: Planted, second: Planted) -> bool:
    pairs = [(first.train, second.train), (first.val, second.val)]
    arrays = [(getattr(a, key), getattr(b, key)) for a, b in pairs for key in ("X", "y", "groups", "time")]
    return all((a is None) == (b is None) and (a is None or a.tobytes() == b.tobytes()) for a, b in arrays)


def test_every_cause_is_planted_on_many_bases_and_in_three_severities():
    assert len(NAMES) == len(set(NAMES))
    assert len(BASES) >= 12
    where = {cause: {zoo.base_of(name) for name in SINGLES if zoo.cause_of(name) == (cause,)} for cause in CAUSES}
    assert {cause for each in zoo.explained_flaws().values() for cause in [each.cause]} == CAUSES
    for cause, bases in where.items():
        assert len(bases) >= 8, (cause, bases)
        assert {name.split("/")[2] for name in SINGLES if zoo.cause_of(name) == (cause,)} == set(SEVERITIES)


def test_names_say_their_base_and_their_causes():
    assert zoo.base_of("chaos/other_gains/mild") == "chaos"
    assert zoo.base_of("pair/chaos/other_gains+confused_neighbours/mild") == "chaos"
    assert zoo.base_of("healthy/forty_windows") == "healthy"
    assert zoo.cause_of("pair/chaos/other_gains+confused_neighbours/mild") == ("normalization_mismatch", "label_noise")
    assert zoo.cause_of("healthy/forty_windows") == ("healthy",)


@pytest.mark.parametrize("name", EACH)
def test_a_case_is_a_valid_split_and_its_truth_names_what_is_there(name):
    planted = zoo.make_explained(name, 3)
    train, val, truth = planted.train, planted.val, planted.truth
    assert (truth.cause,) == zoo.cause_of(name) == truth.details["causes"]
    assert f"{truth.flaw}/{truth.severity}" == name.partition("/")[2]
    assert set(truth.channels) <= set(val.channels)
    assert set(truth.groups) <= set(train.group_names) | set(val.group_names)
    assert len(truth.val_windows) == 0 or truth.val_windows.max() < len(val)
    assert len(train) >= 10
    assert len(val) >= 10
    assert np.isfinite(train.X).all()
    assert np.isfinite(val.X).all()
    assert (train.dtype, train.groups is None, train.time is None) == (val.dtype, val.groups is None, val.time is None)
    comparable(train, val)
    for history in planted.training.histories:
        assert np.nanmax(history.val_accuracy) <= 1
        assert np.allclose(history.val_accuracy * len(val), np.round(history.val_accuracy * len(val)), equal_nan=True)
    if planted.training.predictions is not None:
        assert planted.training.predictions.labels.shape == (len(val),)


@pytest.mark.parametrize("name", EACH[::4])
def test_the_same_seed_gives_the_same_case_and_another_seed_another(name):
    first, again, other = (zoo.make_explained(name, seed) for seed in (1, 1, 2))
    assert same(first, again)
    assert not same(first, other)


@pytest.mark.parametrize("base", BASES)
def test_a_healthy_split_shares_no_subject_and_holds_every_class(base):
    train, val = zoo.unspoiled(f"{base}/sound_split/mild", 0)
    assert not set(np.array(train.group_names)[train.groups]) & set(np.array(val.group_names)[val.groups])
    for side in (train, val):
        assert (np.bincount(side.y, minlength=len(side.classes)) > 0).all()


def test_severities_spoil_the_same_split():
    mild, severe = (zoo.make_explained(f"counts/noise_in_val/{severity}", 5) for severity in ("mild", "severe"))
    assert np.array_equal(mild.train.X, severe.train.X)
    assert not np.array_equal(mild.val.X, severe.val.X)


def test_metadata_are_stripped_in_about_a_third_of_the_cases():
    bare = Counter(zoo.make_explained("counts/noise_in_val/mild", seed).train.groups is None for seed in range(40))
    assert 5 <= bare[True] <= 23
    assert all(zoo.make_explained("counts/own_ways/mild", seed).train.groups is not None for seed in range(8))


def test_a_pair_plants_both_causes():
    name = "pair/counts/other_gains+confused_neighbours/moderate"
    assert name in NAMES
    planted = zoo.make_explained(name, 0)
    assert planted.truth.details["causes"] == ("normalization_mismatch", "label_noise")
    _, val = zoo.unspoiled(name, 0)
    assert 0.12 < np.mean(planted.val.y != val.y) < 0.36
    assert not np.allclose(planted.val.X.std(axis=(0, 1)), val.X.std(axis=(0, 1)), rtol=0.4)


def test_further_worlds_can_be_passed():
    more = {"mine": BASES["spectra"]}
    names = set(zoo.explained_cases(more)) - set(NAMES)
    assert "mine/other_gains/mild" in names
    assert not [name for name in names if "own_ways" in name]  # nobody's windows
    planted = zoo.make_explained("mine/other_gains/mild", 0, more)
    assert planted.truth.cause == "normalization_mismatch"


@pytest.mark.parametrize("wrong", ["chaos/other_gain/mild", "nowhere/other_gains/mild", "healthy/nothing", "pair/x"])
def test_an_unknown_name_is_refused(wrong):
    with pytest.raises(ConfigError, match="has no case"):
        zoo.make_explained(wrong)
