"""What tells the classes of the newer base processes really does, and what shall not tell them does not."""

from functools import cache

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.models.probe import fit_predict
from splitaudit.zoo.bases import BASES
from splitaudit.zoo.phenomena.common import uneven_turns
from splitaudit.zoo.world import World, healthy

# channels, classes, and what a quick learner gets of strangers
NEW = {
    "quakes": (12, 4, 0.80, 0.94),
    "traffic": (1, 7, 0.80, 0.94),
    "reactors": (4, 2, 0.78, 0.92),
    "markets": (5, 3, 0.88, 0.99),
    "grips": (8, 6, 0.86, 0.99),
    "breath": (4, 4, 0.86, 0.99),
}


@cache
def world(base: str, seed: int = 21) -> World:
    return BASES[base](np.random.default_rng([seed, 21]))


@cache
def windows(base: str) -> tuple[np.ndarray, np.ndarray]:
    """Windows (n, T, c) without overlap, and their labels."""
    made = world(base)
    T = made.n_timesteps
    X = np.concatenate([r.signal.reshape(-1, T, len(made.channels)) for r in made.recordings]).astype(np.float64)
    return X, np.concatenate([r.label[::T] for r in made.recordings])


def of(base: str, name: str) -> np.ndarray:
    X, y = windows(base)
    return X[y == world(base).classes.index(name)]


@pytest.mark.parametrize("base", NEW)
def test_channels_and_classes_and_how_hard_it_is(base):
    n_channels, n_classes, least, most = NEW[base]
    made = world(base)
    assert (len(made.channels), len(made.classes)) == (n_channels, n_classes)
    train, val = healthy(made, np.random.default_rng(0))
    ours, theirs, _ = prepare(train, val, Settings())
    rng = np.random.default_rng(0)
    said = fit_predict(ours.features, ours.y, theirs.features, n_classes=n_classes, rng=rng).argmax(axis=1)
    assert least < np.mean(said == theirs.y) < most


@pytest.mark.parametrize("base", NEW)
def test_the_same_stream_gives_the_same_world_and_another_another(base):
    made = world(base)
    again, other = (BASES[base](np.random.default_rng([seed, 21])) for seed in (21, 22))
    assert all(
        np.array_equal(a.signal, b.signal) and np.array_equal(a.label, b.label)
        for a, b in zip(made.recordings, again.recordings, strict=True)
    )
    assert not np.array_equal(made.recordings[0].signal, other.recordings[0].signal)


def test_turns_are_uneven_and_everything_is_done():
    label = uneven_turns(40, 60, 5, (0.6, 0.3, 0.1), np.random.default_rng(0))
    share = np.bincount(label.ravel()) / label.size
    assert np.allclose(share, (0.6, 0.3, 0.1), atol=0.06)
    assert (np.diff(label.reshape(40, 60, 5), axis=2) == 0).all()
    assert all(len(np.unique(row)) == 3 for row in label)


def test_blasts_shake_upwards_and_quakes_sideways_and_strength_does_not_tell():
    def upwards(name: str) -> float:
        power = of("quakes", name).var(axis=1).reshape(-1, 4, 3).mean(axis=1)
        return float(np.median(power[:, 0] / power.sum(axis=1)))

    assert upwards("blast") > upwards("quake") + 0.12
    strength = np.log(of("quakes", "quake").std(axis=1).mean(axis=1))
    assert strength.max() - strength.min() > 1.6  # fivefold within a class


def test_the_nearest_station_sees_an_event_first():
    vertical = of("quakes", "blast")[:, :, ::3]
    size = np.abs(vertical - np.median(vertical, axis=1, keepdims=True))
    size = size[(size.max(axis=1) > 6).all(axis=1)]  # all stations see it, in noise of 1
    assert len(size) >= 20
    onset, loudest, rows = (size > 6).argmax(axis=1), size.max(axis=1), np.arange(len(size))
    near, far = loudest.argmax(axis=1), loudest.argmin(axis=1)
    assert np.median(onset[rows, far] - onset[rows, near]) >= 4


def test_packets_are_whole_numbers_at_their_limits_and_calls_alternate():
    X, _ = windows("traffic")
    assert np.array_equal(X, np.round(X))
    assert np.abs(X).max() == 1500
    assert np.abs(X).min() >= 40
    assert np.mean(np.abs(X) == 1500) > 0.2

    def turns(name: str) -> float:
        return float(np.mean(np.diff(np.sign(of("traffic", name)[:, :, 0])) != 0))

    assert turns("call") > 0.6 > 0.45 > turns("chat") - 0.1 > turns("sync")
    assert np.mean(of("traffic", "backup")) > 400 > -400 > np.mean(of("traffic", "video"))


def test_returns_have_heavy_tails_and_clusters_and_crises_move_all_alike():
    X, _ = windows("markets")
    calm = of("markets", "calm").reshape(-1, 5)
    assert (np.mean(((calm - calm.mean(0)) / calm.std(0)) ** 4, axis=0) > 4.5).all()
    large = np.abs(X - X.mean(axis=1, keepdims=True))
    assert np.corrcoef(large[:, :-1].ravel(), large[:, 1:].ravel())[0, 1] > 0.1

    def tie(name: str, a: int, b: int) -> float:
        return float(np.median([np.corrcoef(x[:, a], x[:, b])[0, 1] for x in of("markets", name)]))

    assert tie("crisis", 0, 2) > 0.4 > 0 > tie("rotation", 0, 2)


def test_a_sticking_valve_leaves_flow_behind_demand():
    assert (windows("reactors")[0][..., 2] >= 0).all()
    assert (windows("reactors")[0][..., 2] <= 100).all()

    def together(name: str) -> float:
        return float(np.median([np.corrcoef(x[:, 2], x[:, 3])[0, 1] for x in of("reactors", name)]))

    assert together("sound") > together("sticking") + 0.05


def test_grips_differ_in_strength_alone_and_between_electrodes():
    X, _ = windows("grips")
    assert (np.abs(X.mean(axis=(0, 1))) < 0.25 * X.std(axis=(0, 1))).all()
    loud = {name: of("grips", name).std(axis=1).mean(axis=0) for name in world("grips").classes}
    assert loud["stretch"][5] > 3 * loud["stretch"][1]
    assert loud["bend"][0] > 3 * loud["bend"][4]
    assert loud["rest"].max() < 0.5 * loud["fist"].min()


def test_a_blocked_sleeper_heaves_without_air_and_one_who_does_not_try_rests():
    names = world("breath").classes
    air, chest = ({name: of("breath", name)[:, :, c].std(axis=1).mean() for name in names} for c in (0, 1))
    assert air["quiet"] > 1.6 * air["blocked"]
    assert chest["blocked"] > 1.3 * chest["not tried"]
    lag = {
        name: np.median([np.corrcoef(x[:, 1], x[:, 2])[0, 1] for x in of("breath", name)])
        for name in ("quiet", "blocked")
    }
    assert lag["quiet"] > 0.3 > 0 > lag["blocked"]


def test_oxygen_is_whole_per_cent_saturates_and_falls_late():
    X, _ = windows("breath")
    oxygen = X[:, :, 3]
    assert np.array_equal(oxygen, np.round(oxygen))
    assert oxygen.max() == 100
    blocked = of("breath", "blocked")[:, :, 3]
    assert blocked[:, -8:].mean() < blocked[:, :8].mean() - 0.5
