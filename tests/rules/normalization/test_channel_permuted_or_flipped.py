import numpy as np
import pytest

from splitaudit.data.split import Split
from splitaudit.rules.normalization.channel_permuted_or_flipped import channel_permuted_or_flipped as rule
from splitaudit.zoo import signals
from splitaudit.zoo.world import healthy
from tests.rules.normalization.test_fitted_per_side import standard
from tests.support import grouped_split, iid_split, run


def sides(
    base: str, seed: int = 0, *, scaled: bool = False, n_subjects: int = 12, share: float = 0.4
) -> tuple[Split, Split]:
    rng = np.random.default_rng([seed, 5])
    train, val = healthy(signals.make(base, rng, n_subjects=n_subjects, windows_per_subject=20), rng, val_share=share)
    if scaled:
        val = val.with_X(standard(val.X, train.X))
        train = train.with_X(standard(train.X))
    return train, val


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity == "ok"


@pytest.mark.parametrize("base", signals.BASES)
def test_does_not_fire_on_healthy_channels_that_differ(base):
    found = run(rule, *sides(base, scaled=True))
    assert found.severity == "ok"


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("base", ["ar", "ecg", "pendulum", "bursts"])
def test_a_rotation_of_three_is_put_back(base, scaled):
    train, val = sides(base, scaled=scaled)
    found = run(rule, train, val.with_X(val.X[:, :, [1, 2, 0, 3]]))
    assert found.severity == "error"
    assert set(found.where.channels) == set(train.channels[:3])
    a, b, c, _ = train.channels
    assert found.evidence["looks_like"] == {a: b, b: c, c: a}


def test_five_subjects_against_five_and_a_quarter_turn():
    train, val = sides("pendulum", n_subjects=10, share=0.5)
    X = val.X.copy()
    X[:, :, 0], X[:, :, 1] = val.X[:, :, 1], -val.X[:, :, 0]
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.p_value < 1e-3
    a, b = train.channels[:2]
    assert found.evidence["looks_like"] == {a: b, b: f"-{a}"}


def test_a_flip_shows_in_level_and_correlations():
    train, val = sides("ar")
    found = run(rule, train, val.with_X(val.X * np.float32([-1, 1, 1, 1])))
    assert found.severity == "error"
    assert found.where.channels == ("accel_x",)
    assert "accel_x for -accel_x" in found.message


def test_a_symmetric_flip_cannot_be_seen_and_is_said():
    rng = np.random.default_rng(6)
    train, val = iid_split(6)
    noise = [side.with_X(rng.normal(size=side.X.shape).astype(np.float32)) for side in (train, val)]
    found = run(rule, noise[0], noise[1].with_X(noise[1].X * np.float32([1, -1, 1])))
    assert found.severity == "ok"
    assert found.evidence["flip_not_visible"] == ["0", "1", "2"]


def test_a_single_channel_may_be_upside_down():
    train, val = (side.take_channels([0]) for side in grouped_split(7))
    up = [side.with_X(np.exp(side.X)) for side in (train, val)]
    assert run(rule, *up).severity == "ok"
    found = run(rule, up[0], up[1].with_X(-up[1].X))
    assert found.severity == "error"
    assert found.where.channels == (0,)


def test_a_gain_is_no_permutation():
    train, val = sides("tones")
    found = run(rule, train, val.with_X(val.X * np.float32([1, 7, 1, 1])))
    assert found.severity in ("ok", "info")


def test_subjects_that_wear_it_any_way_round_leave_it_open():
    rng = np.random.default_rng(8)
    train, val = grouped_split(8)

    def worn(side):
        sign = rng.choice([-1.0, 1.0], len(side.group_names))[side.groups]
        return side.with_X(((side.X + 3) * sign[:, None, None]).astype(np.float32))

    assert run(rule, worn(train), worn(val)).severity in ("ok", "info")


def test_too_few_units():
    assert run(rule, *grouped_split(9, n_train=2, n_val=2)).severity == "skipped"
