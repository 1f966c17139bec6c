import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest

from splitaudit.data.split import comparable
from splitaudit.errors import ConfigError
from splitaudit.zoo import cases, flaws, signals
from splitaudit.zoo.world import Planted, healthy

# the names of causes are fixed; "" stands for faults of the numbers themselves
CAUSES = {
    "",
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
BASES = list(signals.BASES)
# every flaw at every severity, the base processes in turn
EACH = [
    f"{BASES[(i + j) % len(BASES)]}/{flaw}/{severity}"
    for i, flaw in enumerate(cases.flaws())
    for j, severity in enumerate(cases.SEVERITIES)
]


@cache
def sound(base: str):
    """Make a small world and its healthy split."""
    rng = np.random.default_rng(BASES.index(base))
    world = signals.make(base, rng, n_subjects=10, windows_per_subject=24)
    return world, *healthy(world, rng)


def spoiled(name: str, seed: int) -> Planted:
    base, flaw, severity = name.split("/")
    return cases.flaws()[flaw](*sound(base), severity, np.random.default_rng(seed))


def same(first: Planted, second: Planted) -> bool:
    """Whether all samples, labels and groups are equal, bit for bit."""
    pairs = [(first.train, second.train), (first.val, second.val)]
    arrays = [(getattr(a, key), getattr(b, key)) for a, b in pairs for key in ("X", "y", "groups", "time")]
    return all((a is None) == (b is None) and (a is None or a.tobytes() == b.tobytes()) for a, b in arrays)


def test_cases_are_bases_times_flaws_times_severities():
    assert len(cases.CASES) == len(BASES) * len(cases.flaws()) * 3
    assert len(set(cases.CASES)) == len(cases.CASES)
    assert "tones/smoothed_val/moderate" in cases.CASES


def test_no_two_modules_have_a_flaw_of_one_name():
    modules = [import_module(m.name) for m in iter_modules(flaws.__path__, f"{flaws.__name__}.")]
    listed = [flaw.__name__ for module in modules for flaw in cases.flaws_of(module)]
    assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize("name", EACH)
def test_a_case_is_a_valid_split_and_its_truth_names_what_is_there(name):
    planted = spoiled(name, 1)
    train, val, truth = planted.train, planted.val, planted.truth
    assert truth.flaw == name.split("/")[1]
    assert truth.severity == name.split("/")[2]
    assert truth.rules
    assert all(re.fullmatch(r"SA[1-7]\d\d", rule) for rule in truth.rules)
    assert truth.cause in CAUSES
    assert set(truth.channels) <= set(map(str, train.channels)) | set(map(str, val.channels))
    assert set(truth.groups) <= set(train.group_names) | set(val.group_names)
    for rows, side in ((truth.train_windows, train), (truth.val_windows, val)):
        assert len(set(rows.tolist())) == len(rows)
        assert len(rows) == 0 or (rows.min() >= 0 and rows.max() < len(side))
        assert np.array_equal(side.rows, np.arange(len(side)))
        assert side.y is not None
        assert len(side.y) == len(side)
    if truth.timesteps is not None:
        assert 0 <= truth.timesteps[0] < truth.timesteps[1] <= val.n_timesteps
    comparable(train, val)


@pytest.mark.parametrize("name", EACH[1::3])
def test_a_flaw_gives_the_same_bytes_again_and_leaves_its_input_alone(name):
    before = [side.X.tobytes() for side in sound(name.split("/")[0])[1:]]
    first, again = spoiled(name, 2), spoiled(name, 2)
    assert same(first, again)
    assert [side.X.tobytes() for side in sound(name.split("/")[0])[1:]] == before
    assert np.array_equal(first.truth.val_windows, again.truth.val_windows)
    assert (first.truth.channels, first.truth.groups) == (again.truth.channels, again.truth.groups)


@pytest.mark.parametrize("name", [f"{base}/noisy_val/mild" for base in BASES])
def test_the_same_seed_gives_the_same_case_and_another_seed_another(name):
    first, again, other = (cases.make_case(name, seed) for seed in (2, 2, 3))
    assert same(first, again)
    assert not same(first, other)


def test_a_case_does_not_touch_the_split_of_another():
    before = cases.make_case("tones/noisy_val/moderate", 0).val.X.copy()
    cases.make_case("tones/regime_in_val/severe", 0)
    assert np.array_equal(before, cases.make_case("tones/noisy_val/moderate", 0).val.X)


def test_severities_spoil_the_same_split_in_the_same_place():
    mild, severe = (cases.make_case(f"ecg/noisy_val/{severity}", 5) for severity in ("mild", "severe"))
    assert np.array_equal(mild.train.X, severe.train.X)
    assert mild.truth.channels == severe.truth.channels


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("tones/smothed_val/moderate", "tones/smoothed_val/moderate"),
        ("healthy/fourty_windows", "healthy/forty_windows"),
        ("tone/noisy_val/mild", "tones/noisy_val/mild"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(wrong, right):
    with pytest.raises(ConfigError, match=f"'{wrong}', did you mean '{right}'"):
        cases.make_case(wrong)


def test_every_name_can_be_listed():
    assert set(cases.CASES) < set(cases.names())
    assert "healthy/forty_windows" in cases.names()
